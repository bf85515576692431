"""Classifying time segments recovers the sources' statistics up to an affine map.

Setting: independent sources s_i with log p(s_i|u) = q_{i,0}(s_i) + λ_i(u) q_i(s_i) − log Z_i(u) in
segment u (one statistic for each source), x = g(s) with g injective.
Assumptions: the differences λ(u_j) − λ(u_0) have rank d (variability); injective mixing.
Objective: multinomial logistic regression of the segment on W h + b, equally long segments.
Claim: **equality**: with a head on free features (*features*), h is an affine function of the
statistics, Aff(d) in the coordinates z = q(s); with a head on the squares h² (*squares*, for
q(s) = s²), h is a generalised permutation of the sources.
Proof idea: the optimal logits are log p(u|s) + c(s), so B φ(h) = q(s) + c. For homeomorphisms of
R^d and q = s²: h_i² = (A s² + c)_i, and h_i changes sign across its zeros, so they have
codimension one and a single s_j enters.
Source: hyvarinen_2016; read in its abstract; the condition is derived here.
Scope: *features* speaks of the statistics alone: signs of s are lost, and the linear ICA that
follows in the paper is not part of the claim. *squares* is about maps of all of R^d; where s > 0 the
maps s² ↦ A s² are free as well. The argument of the proof idea is not checked by the engine.
Example:
    >>> from sith import derive, theorem
    >>> entry = theorem("hyvarinen_2016_tcl")
    >>> derive(entry, dim=2, degree=2).group
    'Aff(2)'
    >>> derive(entry, dim=2, degree=2, head="squares").dimension_by_degree[2]
    2
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    Encoder,
    ExponentialFamily,
    Gaussian,
    Mixing,
    RealSpace,
    Role,
    World,
    natural_parameters,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.exactness import integer
from sith.theory.groups import Affine, GeneralisedPermutations
from sith.theory.notation import latents
from sith.theory.objectives import EnvironmentClassification
from sith.theory.source import Evidence, Source


def _two_segments(claim: Any) -> Claim:
    family = claim.world.pairs
    few = ExponentialFamily(family.statistics, family.parameters[:2])
    return claim.replace(world=claim.world.replace(pairs=few))


ASSUMPTIONS = (
    Assumption(
        "variability",
        r"the differences $\lambda(u_j)-\lambda(u_0)$ have rank $d$",
        Role.NECESSARY,
        "only two segments, so that the differences have rank 1",
        _two_segments,
    ),
    Assumption(
        "injective_mixing",
        r"$g$ is injective",
        Role.NECESSARY,
        "any continuous mixing",
        lambda claim: claim.replace(world=claim.world.replace(mixing=Mixing.ARBITRARY)),
    ),
)


def _claim(dim: int, head: Any, segments: Any) -> Claim:
    squares = head == "squares"
    count = integer(segments, "segments", least=0) or dim + 1
    statistics = tuple((x**2 if squares else x,) for x in latents(dim))
    family = ExponentialFamily(statistics, natural_parameters(count, dim))
    return Claim(
        name="hyvarinen_2016_tcl",
        world=World(RealSpace(dim), Gaussian(), family),
        objective=EnvironmentClassification(statistics=squares),
        encoder=Encoder(RealSpace(dim)),
        group=GeneralisedPermutations(dim) if squares else Affine(dim),
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="hyvarinen_2016_tcl",
    title="Time-contrastive learning recovers the sources' statistics up to an affine map",
    statement=r"If $\log p(s_i\mid u)=q_{i,0}(s_i)+\lambda_i(u)q_i(s_i)-\log Z_i(u)$ and the "
    r"differences of $\lambda$ have rank $d$, every minimiser satisfies $q(s)=A\,h+b$ with $A$ "
    r"invertible; with a head on $h^2$ and $q=s^2$, $h$ is a generalised permutation of $s$.",
    source=Source(
        key="hyvarinen_2016",
        authors="Hyvärinen, Morioka",
        year=2016,
        title="Unsupervised Feature Extraction by Time-Contrastive Learning and Nonlinear ICA",
        statement="with linear ICA, identification up to pointwise maps; the affine map is derived here",
        evidence=Evidence.SECONDARY,
        version="NeurIPS 2016, abstract",
        url="https://arxiv.org/abs/1605.06336",
    ),
    special="the first stage, without linear ICA",
    claim_at=_claim,
    parameters=(
        Parameter(
            "head",
            "features",
            "what the logits are linear in: h, with latents z = q(s), or the squares h²",
            ("features", "squares"),
        ),
        Parameter("segments", sp.Integer(0), "number of segments; 0 stands for d + 1"),
    ),
    points=(
        {"dim": 2, "head": "features"},
        {"dim": 3, "head": "features", "segments": 7},
        {"dim": 2, "head": "squares"},
        {"dim": 3, "head": "squares"},
    ),
)
