"""Anisotropic InfoNCE: distinct concentrations turn rotations into signed permutations.

Setting: z uniform on S^{d−1}, p(z̃|z) ∝ exp(−(z̃ − z)ᵀΛ(z̃ − z)) with Λ diagonal and positive.
Assumptions: uniform marginal; anisotropic conditional; a learned diagonal metric Λ̂; full support;
injective mixing; universal encoder into the sphere; for signed permutations, distinct entries of Λ.
Objective: InfoNCE with critic −(u − v)ᵀΛ̂(u − v), Λ̂ learned.
Claim: the maps at the optimum are in **equality** with the block-orthogonal maps over equal
entries of Λ; for distinct entries with the signed permutations.
Proof idea: the optimal critic gives (h − h̃)ᵀΛ̂(h − h̃) = (z − z̃)ᵀΛ(z − z̃), so Λ̂^{1/2}h is a
rotation of Λ^{1/2}z; that h stays on the sphere makes h orthogonal, and MᵀΛ̂M = Λ matches
principal axes.
Source: rusak_2025.
Scope: stated up to a relabelling of the outputs: Λ̂ may list its values in any order, and with
blocks of unequal size the order of the outputs is taken to be that of Λ. For d ≥ 3 components
outside the identity's rest on the lemma L-ellipsoid.
Example:
    >>> from sith import derive, theorem
    >>> derive(theorem("rusak_2025_aninfonce"), dim=3, degree=2, ties="pair").group
    'block-orthogonal over ((0, 1), (2,))'
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    AnisotropicSphere,
    Assumption,
    Encoder,
    Role,
    Sphere,
    Uniform,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.groups import AbstractGroup, BlockOrthogonal, Orthogonal, SignedPermutations
from sith.theory.objectives import InfoNCE, InnerProduct, LearnedDiagonal
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING, full_support, uniform_marginal

ASSUMPTIONS = (
    uniform_marginal(r"$S^{d-1}$"),
    Assumption(
        "distinct_weights",
        r"the entries of $\Lambda$ that the stated group separates are distinct",
        Role.NECESSARY,
        "all entries of Λ equal",
        lambda claim: claim.replace(
            world=claim.world.replace(pairs=AnisotropicSphere((sp.Integer(4),) * claim.dim))
        ),
    ),
    Assumption(
        "learned_metric",
        r"$\hat\Lambda$ is diagonal and learned",
        Role.NECESSARY,
        "the isotropic critic u·v",
        lambda claim: claim.replace(objective=InfoNCE(InnerProduct(), claim.objective.temperature)),
    ),
    full_support("sphere"),
    INJECTIVE_MIXING,
)


def _weights(dim: int, ties: str) -> tuple[sp.Rational, ...]:
    distinct = [4 + sp.Rational(24 * i, dim - 1) for i in range(dim)]
    if ties == "all":
        return (distinct[0],) * dim
    if ties == "pair":
        distinct[1] = distinct[0]
    return tuple(distinct)


def _group(weights: tuple[sp.Rational, ...]) -> AbstractGroup:
    blocks = AnisotropicSphere(weights).blocks()
    if len(blocks) == len(weights):
        return SignedPermutations(len(weights))
    return Orthogonal(len(weights)) if len(blocks) == 1 else BlockOrthogonal(blocks)


def _claim(dim: int, ties: Any) -> Claim:
    weights = _weights(dim, ties)
    return Claim(
        name="rusak_2025_aninfonce",
        world=World(Sphere(dim), Uniform(), AnisotropicSphere(weights)),
        objective=InfoNCE(LearnedDiagonal()),
        encoder=Encoder(Sphere(dim)),
        group=_group(weights),
        assumptions=tuple(a for a in ASSUMPTIONS if ties != "all" or a.name != "distinct_weights"),
    )


THEOREM = Theorem(
    slug="rusak_2025_aninfonce",
    title="InfoNCE with a learned diagonal metric identifies coordinates of distinct concentration",
    statement=r"If $z$ is uniform on $S^{d-1}$ and "
    r"$p(\tilde z\mid z)\propto e^{-(\tilde z-z)^\top\Lambda(\tilde z-z)}$, every minimiser of "
    r"InfoNCE with learned diagonal $\hat\Lambda$ is block-orthogonal over equal entries of "
    r"$\Lambda$, and $\hat\Lambda$ equals $\Lambda$ up to order.",
    source=Source(
        key="rusak_2025",
        authors="Rusak, Reizinger, Juhos, Bringmann, Zimmermann, Brendel",
        year=2025,
        title="InfoNCE: Identifying the Gap Between Theory and Practice",
        statement="the anisotropic identifiability result",
        evidence=Evidence.SECONDARY,
        version="AISTATS 2025, arXiv 2407.00143",
    ),
    claim_at=_claim,
    parameters=(
        Parameter("ties", "distinct", "which entries of Λ are equal", ("distinct", "pair", "all")),
    ),
    points=(
        {"dim": 2, "ties": "distinct"},
        {"dim": 3, "ties": "distinct"},
        {"dim": 4, "ties": "pair"},
        {"dim": 3, "ties": "all"},
    ),
)
