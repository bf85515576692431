"""Softmax models with the same conditional law have linearly related representations.

Setting: a model p(y|z) = softmax_y(⟨g_y, z⟩) on R^d with finitely many labels y; the
representation z of the first model plays the part of the latents, h(z) is the second model's.
Assumptions: the differences g_y − g_0 span R^d (diversity); the second model sees z (injective).
Objective: cross-entropy with logits ⟨w_y, h(z)⟩, with learned biases b_y or without.
Claim: **equality** with GL(d) without biases, with Aff(d) if the second model has biases.
Proof idea: equal conditional laws have equal differences of logits, so with labels combined
B h(z) = z, and B must be invertible.
Source: roeder_2021.
Scope: no ground truth is meant: two models of one dimension and one law are compared. Diversity of
the second model follows from that of the first. Laws that are only close are not covered.
Example:
    >>> from sith import derive, theorem
    >>> entry = theorem("roeder_2021_linear_identifiability")
    >>> [derive(entry, dim=2, degree=2, biases=b).group for b in ("none", "learned")]
    ['GL(2)', 'Aff(2)']
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    Encoder,
    Gaussian,
    Mixing,
    RealSpace,
    Role,
    SoftmaxLabels,
    World,
    natural_parameters,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.exactness import integer
from sith.theory.groups import Affine, Linear
from sith.theory.objectives import EnvironmentClassification
from sith.theory.source import Evidence, Source


def _few_labels(claim: Any) -> Claim:
    few = SoftmaxLabels(claim.world.pairs.vectors[: claim.dim])
    return claim.replace(world=claim.world.replace(pairs=few))


ASSUMPTIONS = (
    Assumption(
        "diversity",
        r"the differences $g_y-g_0$ span $\mathbb{R}^d$",
        Role.NECESSARY,
        "only d labels, so that the differences span d − 1 dimensions",
        _few_labels,
    ),
    Assumption(
        "injective_mixing",
        r"the observation determines the first model's representation",
        Role.NECESSARY,
        "any continuous mixing",
        lambda claim: claim.replace(world=claim.world.replace(mixing=Mixing.ARBITRARY)),
    ),
)


def _claim(dim: int, biases: Any, labels: Any) -> Claim:
    count = integer(labels, "labels", least=0) or dim + 1
    learned = biases == "learned"
    return Claim(
        name="roeder_2021_linear_identifiability",
        world=World(RealSpace(dim), Gaussian(), SoftmaxLabels(natural_parameters(count, dim))),
        objective=EnvironmentClassification(bias=learned),
        encoder=Encoder(RealSpace(dim)),
        group=Affine(dim) if learned else Linear(dim),
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="roeder_2021_linear_identifiability",
    title="Softmax models that agree on every input have linearly related representations",
    statement=r"If $\operatorname{softmax}_y\langle w_y,h(z)\rangle="
    r"\operatorname{softmax}_y\langle g_y,z\rangle$ for all $z$ and the differences of $g$ span "
    r"$\mathbb{R}^d$, then $h\in GL(d)$; with learned biases on the left, $h\in\mathrm{Aff}(d)$.",
    source=Source(
        key="roeder_2021",
        authors="Roeder, Metz, Kingma",
        year=2021,
        title="On Linear Identifiability of Learned Representations",
        statement="linear identifiability of discriminative models in function space",
        evidence=Evidence.SECONDARY,
        version="ICML 2021, abstract",
        url="https://arxiv.org/abs/2007.00810",
    ),
    claim_at=_claim,
    parameters=(
        Parameter("biases", "none", "whether the second model has biases", ("none", "learned")),
        Parameter("labels", sp.Integer(0), "number of labels; 0 stands for d + 1"),
    ),
    points=(
        {"dim": 2, "biases": "none"},
        {"dim": 3, "biases": "none", "labels": 6},
        {"dim": 3, "biases": "learned"},
        {"dim": 4, "biases": "none"},
    ),
)
