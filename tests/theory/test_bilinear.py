"""Bilinear conditions over all maps: other temperatures, other forms, and what stays near the identity."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
import sympy as sp

from sith.theory import (
    Agreement,
    Box,
    Claim,
    Encoder,
    ExpressionCritic,
    Family,
    InfoNCE,
    Likelihood,
    Linear,
    LogDensity,
    Mixing,
    Orthogonal,
    Outcome,
    PairLogDensity,
    RealSpace,
    Relation,
    SignedPermutations,
    SignFlips,
    Sphere,
    Uniform,
    VonMisesFisher,
    World,
    derive,
    latents,
    pair,
)
from sith.theory.groups import AbstractGroup

Score = Callable[[Sequence[sp.Expr], Sequence[sp.Expr]], sp.Expr]


def hyperbolic(a: Sequence[sp.Expr], b: Sequence[sp.Expr]) -> sp.Expr:
    return a[0] * b[0] - a[1] * b[1]


def mixed(a: Sequence[sp.Expr], b: Sequence[sp.Expr]) -> sp.Expr:
    return 2 * a[0] * b[0] + a[0] * b[1] + a[1] * b[0] + 3 * a[1] * b[1]


def claim_of(score: Score, group: AbstractGroup, relation: Relation = Relation.CONTAINED) -> Claim:
    (z, zt), u, v = pair(2), latents(2, "u"), latents(2, "v")
    world = World(Box(2), Uniform(), PairLogDensity(score(z, zt), z, zt))
    loss = InfoNCE(ExpressionCritic(score(u, v), u, v))
    return Claim("form", world, loss, Encoder(RealSpace(2)), group, relation=relation)


@pytest.mark.parametrize("kappa", [2, 9])
def test_inner_products_at_another_temperature_are_kept_by_all_maps(kappa: int) -> None:
    world = World(Sphere(3), Uniform(), VonMisesFisher(kappa))
    claim = Claim("vmf", world, InfoNCE(), Encoder(RealSpace(3)), Orthogonal(3))
    verdict = derive(claim)
    assert verdict.outcome is Outcome.IDENTIFIED
    assert verdict.agreement is Agreement.AGREES
    assert any(lemma.name == "L-bilinear" for lemma in verdict.trusted)
    smaller = derive(claim.replace(group=SignedPermutations(3), relation=Relation.CONTAINED))
    assert smaller.agreement is Agreement.DISAGREES


@pytest.mark.parametrize(
    ("score", "group", "agreement"),
    [
        (hyperbolic, Linear(2), Agreement.AGREES),
        (hyperbolic, SignFlips(2), Agreement.DISAGREES),
        (mixed, Orthogonal(2, form=sp.ImmutableMatrix([[2, 1], [1, 3]])), Agreement.AGREES),
        (mixed, Orthogonal(2), Agreement.DISAGREES),
    ],
)
def test_forms_definite_or_not_leave_linear_maps(
    score: Score, group: AbstractGroup, agreement: Agreement
) -> None:
    assert derive(claim_of(score, group)).agreement is agreement


def test_a_quartic_whose_symmetries_are_no_radicals_is_decided() -> None:
    z = latents(2)
    density = -(z[0] ** 4) - z[1] ** 4 - sp.Rational(4, 3) * z[0] ** 3 * z[1]
    world = World(RealSpace(2), LogDensity(density, z), mixing=Mixing.LINEAR)
    encoder = Encoder(RealSpace(2), Family.LINEAR)
    verdict = derive(Claim("quartic", world, Likelihood(), encoder, SignedPermutations(2)))
    assert verdict.agreement is Agreement.DISAGREES
