"""InfoNCE on a box with ‖·‖_p conditionals: signed permutations unless p = 2.

Setting: z uniform on the unit box, p(z̃|z) ∝ exp(−λ‖z̃ − z‖_p^α), x = g(z) with g injective.
Assumptions: uniform marginal; the conditional's norm and power; a critic of the same norm and
power; full support in the convex body; injective mixing; universal encoder into R^d.
Objective: InfoNCE with critic −‖u − v‖_p^α and temperature τ.
Claim: the maps at the optimum are in **equality** with the signed permutations and shifts for
p ≠ 2, and with the Euclidean group for p = 2 (up to the known scale (τλ)^{1/α}).
Proof idea: the optimal critic gives ‖h(z) − h(z̃)‖_p^α = τλ ‖z − z̃‖_p^α (z̃ = z makes c(z)
vanish, boundary terms included); isometries of ‖·‖_p are affine, and for p ≠ 2 signed
permutations.
Source: zimmermann_2021.
Scope: rational p ≥ 1; the identity component for polynomial fields; other components rest on the
lemmas L-Lp-iso and L-euclidean-iso.
Example:
    >>> from sith import derive, theorem
    >>> verdict = derive(theorem("zimmermann_2021_lp"), dim=2, degree=2, p=4)
    >>> verdict.group, verdict.agrees
    ('signed permutations B(2) with shifts', True)
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    Box,
    Encoder,
    ExponentialNorm,
    RealSpace,
    Role,
    Uniform,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.groups import Euclidean, Shifted, SignedPermutations
from sith.theory.objectives import InfoNCE, NegativeNorm
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING, full_support, uniform_marginal


def _other_norm(claim: Any) -> Claim:
    other = 2 if claim.objective.critic.p != 2 else 4
    return claim.replace(objective=InfoNCE(NegativeNorm(other), claim.objective.temperature))


ASSUMPTIONS = (
    uniform_marginal(r"the box"),
    Assumption(
        "matched_norm",
        r"the critic is $-\lVert u-v\rVert_p^\alpha$ with the conditional's $p$ and $\alpha$",
        Role.NECESSARY,
        "a critic of another norm",
        _other_norm,
    ),
    full_support("box"),
    INJECTIVE_MIXING,
)


def _claim(dim: int, p: Any, rate: Any) -> Claim:
    group = Euclidean(dim) if p == 2 else Shifted(SignedPermutations(dim))
    return Claim(
        name="zimmermann_2021_lp",
        world=World(Box(dim), Uniform(), ExponentialNorm(rate, p)),
        objective=InfoNCE(NegativeNorm(p), 1 / sp.Rational(rate)),
        encoder=Encoder(RealSpace(dim)),
        group=group,
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="zimmermann_2021_lp",
    title="InfoNCE recovers box latents up to signed permutations when the norm is not Euclidean",
    statement=r"If $z$ is uniform on a convex body and "
    r"$p(\tilde z\mid z)\propto e^{-\lambda\lVert\tilde z-z\rVert_p^p}$, every minimiser of InfoNCE "
    r"with critic $-\lVert u-v\rVert_p^p$ at $\tau=1/\lambda$ is $h(z)=Mz+b$ with $M$ a signed "
    r"permutation for $p\ne2$ and $M\in O(d)$ for $p=2$.",
    source=Source(
        key="zimmermann_2021",
        authors="Zimmermann, Sharma, Schneider, Bethge, Brendel",
        year=2021,
        title="Contrastive Learning Inverts the Data Generating Process",
        statement="the results for convex bodies",
        evidence=Evidence.SECONDARY,
        version="ICML 2021",
    ),
    claim_at=_claim,
    parameters=(
        Parameter("p", sp.Integer(1), "norm exponent, rational ≥ 1"),
        Parameter("rate", sp.Integer(10), "rate λ, rational > 0"),
    ),
    points=(
        {"dim": 2, "p": 4, "rate": 3},
        {"dim": 3, "p": 1, "rate": 10},
        {"dim": 2, "p": 3, "rate": 1},
        {"dim": 3, "p": sp.Rational(3, 2), "rate": 2},
        {"dim": 3, "p": 2, "rate": 5},
    ),
)
