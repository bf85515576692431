"""Contrastive prediction with a context encoder of its own is linearly identifiable.

Setting: z̃ = Kz + ε on R^d with ε ~ N(0, I), z ~ N(0, I), negatives from the law of z; x = g(z) and
y = g̃(z̃) with injective mixings.
Assumptions: log p(z̃|z) − log p(z̃) under the law of the negatives is bilinear; K is invertible, so that
contexts differ in d directions; injective mixing.
Objective: InfoNCE with the score F(x)·h(z̃), F a context encoder of its own, as in contrastive
predictive coding.
Claim: the maps h at the optimum are in **equality** with Aff(d): every choice of coordinates and of the
origin has a context encoder that goes with it.
Proof idea: F(x)·h(z̃) = z·Kᵀz̃ + c(z) for all pairs; differences between d + 1 contexts give Wh(z̃) = z̃ + c
with a constant W, so h is affine, and F(x) = M⁻ᵀKz undoes it.
Source: roeder_2021; read in its abstract, which names contrastive predictive coding among its cases.
Scope: contexts of one step and Gaussian noise; negatives from another law than that of z need a term
of their own in the score. With a shift b of h the score changes by F·b, a function of the anchor, which
the loss does not see.
Example:
    >>> from sith import derive, theorem
    >>> verdict = derive(theorem("roeder_2021_two_encoders"), dim=2, degree=2)
    >>> verdict.group, verdict.outcome.value
    ('Aff(2)', 'identified')
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    Encoder,
    Gaussian,
    OrnsteinUhlenbeck,
    PairLogDensity,
    RealSpace,
    Role,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.groups import Affine
from sith.theory.notation import pair
from sith.theory.objectives import InfoNCE, SecondTower
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING

COUPLINGS: Mapping[str, Callable[[int], sp.Rational]] = {
    "equal": lambda _: sp.Rational(1, 2),
    "distinct": lambda i: sp.Rational(1, i + 2),
}


def _pairs(dim: int, coupling: Any, kept: int) -> PairLogDensity:
    """Return z̃ = Kz + ε with a diagonal K, whose entries are 0 from coordinate `kept` on."""
    z, zt = pair(dim)
    own = COUPLINGS[coupling]
    terms = [own(i) * z[i] * zt[i] for i in range(kept)] + [-(y**2) / 2 for y in zt]
    return PairLogDensity(sp.Add(*terms), z, zt)


ASSUMPTIONS = (
    Assumption(
        "spanning_dynamics",
        r"$K$ is invertible: contexts differ in $d$ directions",
        Role.NECESSARY,
        "the last coordinate of the context is lost",
        lambda claim: claim.replace(
            world=claim.world.replace(pairs=_pairs(claim.dim, "equal", claim.dim - 1))
        ),
    ),
    Assumption(
        "bilinear_ratio",
        r"$\log p(\tilde z\mid z)-\log p(\tilde z)$ is bilinear up to a function of $z$",
        Role.SUFFICIENT,
        "stationary Ornstein–Uhlenbeck pairs, whose ratio holds squares of z̃",
        lambda claim: claim.replace(
            world=claim.world.replace(pairs=OrnsteinUhlenbeck((sp.Rational(1, 2),) * claim.dim))
        ),
    ),
    INJECTIVE_MIXING,
)


def _claim(dim: int, coupling: Any) -> Claim:
    return Claim(
        name="roeder_2021_two_encoders",
        world=World(RealSpace(dim), Gaussian(), _pairs(dim, coupling, dim)),
        objective=InfoNCE(SecondTower()),
        encoder=Encoder(RealSpace(dim)),
        group=Affine(dim),
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="roeder_2021_two_encoders",
    title="Contrastive prediction with a context encoder identifies latents up to an affine map",
    statement=r"If $\log p(\tilde z\mid z)-\log p(\tilde z)=z^\top K^\top\tilde z+c(z)$ with $K$ "
    r"invertible, the minimisers of InfoNCE with score $F(x)^\top h(\tilde z)$ and $F$ free are exactly "
    r"$h(z)=Mz+b$ with $M\in GL(d)$.",
    source=Source(
        key="roeder_2021",
        authors="Roeder, Metz, Kingma",
        year=2021,
        title="On Linear Identifiability of Learned Representations",
        statement="linear identifiability of discriminative models in function space, contrastive "
        "predictive coding among them",
        evidence=Evidence.SECONDARY,
        version="ICML 2021, abstract",
        url="https://arxiv.org/abs/2007.00810",
    ),
    special="one step, linear Gaussian dynamics",
    claim_at=_claim,
    parameters=(
        Parameter(
            "coupling", "distinct", "the entries of K: equal, or distinct", ("equal", "distinct")
        ),
    ),
    points=(
        {"dim": 2, "coupling": "distinct"},
        {"dim": 3, "coupling": "equal"},
        {"dim": 4, "coupling": "distinct"},
    ),
)
