"""A known mechanism of change identifies latents up to the symmetries that commute with it.

Setting: z ~ N(0, I), z̃ = Kz + ε with ε ~ N(0, I) and a known K, not stationary in general; x = g(z)
with g injective; a model with the same law of latents and the same mechanism.
Assumptions: the mechanism tells the latents apart, for *distinct* entries of K; the law of the latents
and the mechanism are known; injective mixing.
Objective: maximum likelihood of pairs.
Claim: the maps at the optimum are in **equality** with the orthogonal maps that commute with K: sign
flips for *distinct* entries, O(2) × O(1) … for a *block* of equal ones, and O(d) for *equal* entries.
Proof idea: the law of pairs is kept; the kernel −‖z̃ − Kz‖²/2 differs by functions of z̃ and of z, so
h is affine, and its linear part keeps the law of z and zᵀKᵀz̃.
Source: ahuja_2022; read in its abstract, which states identification up to the equivariances that are
shared by the mechanisms, known exactly or in law; the group is computed here.
Scope: a special case: linear mechanisms with diagonal K and Gaussian noise, where the paper allows
any mechanism and characterises the equivariances without computing them. One mechanism; for several
the maps commute with each.
Example:
    >>> from sith import derive, theorem
    >>> entry = theorem("ahuja_2022_mechanisms")
    >>> derive(entry, dim=2, degree=2).group
    'sign flips (2)'
    >>> derive(entry, dim=2, degree=2, mechanism="equal").group
    'O(2)'
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    Encoder,
    Gaussian,
    PairLogDensity,
    RealSpace,
    Role,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.errors import InputError
from sith.theory.groups import AbstractGroup, BlockOrthogonal, Orthogonal, SignFlips
from sith.theory.notation import pair
from sith.theory.objectives import PairLikelihood
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING

MECHANISMS = ("distinct", "block", "equal")


def _entries(dim: int, mechanism: Any) -> tuple[sp.Rational, ...]:
    """Return the diagonal of K: 1/2, 1/3, …; the first two equal for a block; all of them for equal."""
    if mechanism == "equal":
        return (sp.Rational(1, 2),) * dim
    first = 1 if mechanism == "block" else 0
    return tuple(sp.Rational(1, max(i - first, 0) + 2) for i in range(dim))


def _pairs(dim: int, mechanism: Any) -> PairLogDensity:
    z, zt = pair(dim)
    terms = [(b - k * a) ** 2 for k, a, b in zip(_entries(dim, mechanism), z, zt, strict=True)]
    return PairLogDensity(sp.expand(-sp.Add(*terms) / 2), z, zt)


def _equal(claim: Any) -> Claim:
    if claim.group == Orthogonal(claim.dim):
        raise InputError("all entries of K are equal already", cure="take mechanism=distinct")
    return claim.replace(world=claim.world.replace(pairs=_pairs(claim.dim, "equal")))


ASSUMPTIONS = (
    Assumption(
        "told_apart",
        r"the entries of $K$ for latents of different blocks differ",
        Role.NECESSARY,
        "all entries of K are equal",
        _equal,
    ),
    INJECTIVE_MIXING,
)


def _group(dim: int, mechanism: Any) -> AbstractGroup:
    if mechanism == "equal":
        return Orthogonal(dim)
    if mechanism == "block":
        return BlockOrthogonal(((0, 1), *((i,) for i in range(2, dim))))
    return SignFlips(dim)


def _claim(dim: int, mechanism: Any) -> Claim:
    if dim < (3 if mechanism == "block" else 2):
        raise InputError(f"d = {dim}", allowed="2 or more, and 3 or more for a block")
    return Claim(
        name="ahuja_2022_mechanisms",
        world=World(RealSpace(dim), Gaussian(), _pairs(dim, mechanism)),
        objective=PairLikelihood(),
        encoder=Encoder(RealSpace(dim)),
        group=_group(dim, mechanism),
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="ahuja_2022_mechanisms",
    title="A known linear mechanism with Gaussian noise identifies latents up to what commutes with it",
    statement=r"If $z\sim N(0,I)$ and $\tilde z=Kz+\varepsilon$, $\varepsilon\sim N(0,I)$, with known "
    r"diagonal $K$, the maximisers of the likelihood of pairs are the orthogonal $h(z)=Qz$ with $QK=KQ$: "
    r"sign flips where the entries of $K$ are distinct.",
    source=Source(
        key="ahuja_2022",
        authors="Ahuja, Hartford, Bengio",
        year=2022,
        title="Properties from Mechanisms: An Equivariance Perspective on Identifiable Representation "
        "Learning",
        statement="identification up to the equivariances that are shared by known mechanisms, "
        "deterministic or stochastic",
        evidence=Evidence.SECONDARY,
        version="ICLR 2022, abstract; here one linear mechanism with Gaussian noise",
        url="https://arxiv.org/abs/2110.15796",
    ),
    special="one diagonal mechanism, Gaussian noise",
    claim_at=_claim,
    default_dim=2,
    parameters=(
        Parameter("mechanism", "distinct", "the entries of the diagonal matrix K", MECHANISMS),
    ),
    points=(
        {"dim": 2, "mechanism": "distinct"},
        {"dim": 3, "mechanism": "block"},
        {"dim": 2, "mechanism": "equal"},
        {"dim": 3, "mechanism": "distinct"},
    ),
)
