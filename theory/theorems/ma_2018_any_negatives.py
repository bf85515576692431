"""The number of negatives does not move the optimum of InfoNCE: one is enough.

Setting: z uniform on S^{d−1}, positives von Mises–Fisher around z with concentration κ,
observations x = g(z) with g injective and continuous.
Assumptions: uniform marginal; von Mises–Fisher conditional; κτ = 1; negatives from the marginal;
full support; injective mixing; universal encoder into the sphere.
Objective: InfoNCE with the inner product, temperature τ and a given number M ≥ 1 of negatives.
Claim: for every M the maps h = f∘g at the optimum are in **equality** with O(d).
Proof idea: the slot that holds the positive has the posterior a_j ∝ p(y_j|z)/p(y_j), the loss is a
cross-entropy against it, and so the optimal scores are log a_j up to c(z), whatever the number of
slots. The rest is the result for the sphere.
Source: ma_2018; the corollary for the sphere is derived here.
Scope: for M + 1 slots the optimal scores are derived by differentiation, up to 16 negatives. The
number of negatives does matter for the variance of estimates, and for the optimum where κτ ≠ 1.
Example:
    >>> from sith import derive, theorem
    >>> derive(theorem("ma_2018_any_negatives"), dim=2, degree=1, negatives=1).group
    'O(2)'
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    Encoder,
    Role,
    Sphere,
    Uniform,
    VonMisesFisher,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.exactness import integer
from sith.theory.groups import Orthogonal
from sith.theory.objectives import InfoNCE, InnerProduct
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING, full_support, uniform_marginal

ASSUMPTIONS = (
    uniform_marginal(r"$S^{d-1}$"),
    Assumption(
        "matched_temperature",
        r"$\kappa\tau=1$ at unit radius",
        Role.NECESSARY,
        "half the temperature",
        lambda claim: claim.replace(
            objective=replace(claim.objective, temperature=claim.objective.temperature / 2)
        ),
    ),
    full_support("sphere"),
    INJECTIVE_MIXING,
)


def _claim(dim: int, negatives: Any, kappa: Any) -> Claim:
    count = integer(negatives, "negatives", least=1)
    return Claim(
        name="ma_2018_any_negatives",
        world=World(Sphere(dim), Uniform(), VonMisesFisher(kappa)),
        objective=InfoNCE(InnerProduct(), 1 / sp.Rational(kappa), count),
        encoder=Encoder(Sphere(dim)),
        group=Orthogonal(dim),
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="ma_2018_any_negatives",
    title="The number of negatives does not move the optimum of InfoNCE",
    statement=r"If $z$ is uniform on $S^{d-1}$, $p(\tilde z\mid z)\propto e^{\kappa z^\top\tilde z}$ "
    r"and $\kappa\tau=1$, every minimiser of InfoNCE with $M\ge1$ negatives from the marginal "
    r"satisfies $h(z)=Qz$ with $Q\in O(d)$.",
    source=Source(
        key="ma_2018",
        authors="Ma, Collins",
        year=2018,
        title="Noise Contrastive Estimation and Negative Sampling for Conditional Models: "
        "Consistency and Statistical Efficiency",
        statement="consistency of the ranking loss; that the number of negatives does not matter is derived here",
        evidence=Evidence.SECONDARY,
        version="EMNLP 2018, abstract",
        url="https://arxiv.org/abs/1809.01812",
    ),
    claim_at=_claim,
    parameters=(
        Parameter("negatives", sp.Integer(1), "number of negatives M, from 1 to 16"),
        Parameter("kappa", sp.Integer(10), "concentration κ of the pairs, rational > 0"),
    ),
    points=(
        {"dim": 2, "negatives": 1},
        {"dim": 3, "negatives": 2, "kappa": 3},
        {"dim": 3, "negatives": 16},
    ),
)
