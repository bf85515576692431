"""Maps as functions on the latent space: hyperplanes, outputs with other intervals, equations of order two."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import sympy as sp

from sith.theory import (
    AbstractGroup,
    Affine,
    AlgebraicSpace,
    Box,
    BoxSymmetries,
    Claim,
    ContentKeeping,
    DirectProduct,
    Encoder,
    Euclidean,
    ExpressionCritic,
    Family,
    InfoNCE,
    Linear,
    LogDensity,
    Mixing,
    Orthogonal,
    PairLogDensity,
    Permutations,
    ProductSpace,
    RealSpace,
    Simplex,
    Sphere,
    Trivial,
    Uniform,
    World,
    derive,
    latents,
    pair,
)
from sith.theory.verdict import Agreement, Outcome, Relation, Verdict

Score = Callable[[Sequence[Any], Sequence[Any]], sp.Expr]
EQUAL, INTO, HOLDS = Relation.EQUALITY, Relation.CONTAINED, Relation.CONTAINS


def near(a: Sequence[Any], b: Sequence[Any]) -> sp.Expr:
    return -sp.Add(*((x - y) ** 2 for x, y in zip(a, b, strict=True)))


def inner(a: Sequence[Any], b: Sequence[Any]) -> sp.Expr:
    return sp.Add(*(x * y for x, y in zip(a, b, strict=True)))


def verdict(
    space: Any,
    output: Any,
    score: Score,
    group: AbstractGroup,
    relation: Relation = EQUAL,
    *,
    critic: Score | None = None,
    prior: Any = None,
    linear: bool = False,
) -> Verdict:
    z, zt = pair(space.dim)
    u, v = latents(output.dim, "u"), latents(output.dim, "v")
    mixing, family = (
        (Mixing.LINEAR, Family.LINEAR) if linear else (Mixing.INJECTIVE, Family.UNIVERSAL)
    )
    pairs = PairLogDensity(score(z, zt), z, zt)
    return derive(
        Claim(
            name="on a space",
            world=World(space, prior or Uniform(), pairs, mixing),
            objective=InfoNCE(ExpressionCritic((critic or score)(u, v), u, v)),
            encoder=Encoder(output, family),
            group=group,
            relation=relation,
        ),
        degree=1,
    )


def flat_circle(height: sp.Rational) -> AlgebraicSpace:
    """The circle in the plane z3 = height."""
    z = latents(3)

    def draw(rng: random.Random) -> tuple[sp.Expr, ...]:
        return (*Sphere(2).rational_point(rng), height)

    return AlgebraicSpace((z[2] - height, z[0] ** 2 + z[1] ** 2 - 1), z, draw, "flat circle")


LOW, HIGH = flat_circle(sp.Integer(0)), flat_circle(sp.Rational(1, 2))
TURN = DirectProduct((Orthogonal(2), Trivial(1)))


def test_a_formula_outside_the_group_may_be_a_map_in_it() -> None:
    # On z3 = 0 the reflection of z3 is the identity.
    assert verdict(LOW, LOW, inner, TURN).agreement is not Agreement.DISAGREES
    # With z1 = 1 - z2 - z3 a rotation of the simplex is written in two coordinates.
    found = verdict(Simplex(3), RealSpace(3), near, Euclidean(3), INTO)
    assert found.agreement is not Agreement.DISAGREES
    # On z3 = 1/2 a shift by (0, 0, 1) is linear.
    assert verdict(HIGH, RealSpace(3), inner, Linear(3), INTO).agreement is not Agreement.DISAGREES
    # On z1 + z2 = 1 the exchange is a function of each coordinate.
    keeps = verdict(Simplex(2), Simplex(2), near, ContentKeeping(2, 1), INTO)
    assert keeps.agreement is not Agreement.DISAGREES


def test_maps_that_the_space_tells_apart_refute_a_group() -> None:
    assert verdict(LOW, LOW, inner, Trivial(3)).agreement is Agreement.DISAGREES
    assert verdict(Simplex(3), Simplex(3), near, Trivial(3)).agreement is Agreement.DISAGREES
    right = verdict(Simplex(3), Simplex(3), near, Permutations(3), HOLDS)
    assert right.agreement is Agreement.AGREES


def test_affine_maps_of_a_hyperplane_are_linear_ones() -> None:
    # Linear fields on z1 + z2 = 1: four, three of which keep lengths, and not those of z1 alone.
    found = verdict(Simplex(2), RealSpace(2), near, Euclidean(2), HOLDS, linear=True)
    assert found.dimension_by_degree[1] == 3
    assert found.agreement is not Agreement.DISAGREES
    boxed = verdict(Simplex(2), RealSpace(2), near, BoxSymmetries(2), HOLDS, linear=True)
    assert boxed.agreement is not Agreement.DISAGREES
    flat = verdict(Box(2), RealSpace(2), near, Euclidean(2), HOLDS, linear=True)
    assert flat.agreement is Agreement.DISAGREES


def _flat(dim: int) -> LogDensity:
    z = latents(dim)
    return LogDensity(-sp.Add(*(x**2 for x in z)) / 2, z)


def test_a_lower_rank_on_a_hyperplane_is_no_loss() -> None:
    def four(a: Sequence[Any], b: Sequence[Any]) -> sp.Expr:
        return 4 * (a[0] * b[0] + a[1] * b[1])

    for group in (Linear(3), Affine(3)):
        found = verdict(LOW, RealSpace(3), four, group, INTO, critic=inner)
        assert found.agreement is not Agreement.DISAGREES
        assert found.outcome is not Outcome.NOT_IDENTIFIED


BOX_LINE, LINE_BOX = (
    ProductSpace(Box(1), RealSpace(1)),
    ProductSpace(RealSpace(1), Box(1)),
)


@pytest.mark.parametrize(
    ("space", "output", "score", "prior"),
    [
        (Sphere(2), Box(2), inner, None),
        (Sphere(2), BOX_LINE, inner, None),
        (RealSpace(2), Box(2), near, _flat(2)),
        (BOX_LINE, LINE_BOX, near, LogDensity(-(latents(2)[1] ** 2) / 2, latents(2))),
        (Box(2), Box(2), lambda a, b: 4 * near(a, b), None),
    ],
)
def test_a_base_map_that_leaves_the_intervals_of_the_outputs_is_no_optimum(
    space: Any, output: Any, score: Score, prior: Any
) -> None:
    def critic(u: Sequence[Any], v: Sequence[Any]) -> sp.Expr:
        plain = near(u, v) if score is not inner else inner(u, v)
        return plain - (prior.log_density(v) if prior else 0)

    for group in (Trivial(2), Orthogonal(2), Euclidean(2)):
        for relation in Relation:
            found = verdict(space, output, score, group, relation, critic=critic, prior=prior)
            assert found.outcome is Outcome.UNDECIDED
            assert found.agreement is Agreement.UNDECIDED
            assert not found.lower


def test_a_base_map_that_keeps_the_intervals_is_one() -> None:
    def quarter(a: Sequence[Any], b: Sequence[Any]) -> sp.Expr:
        return near(a, b) / 4

    found = verdict(Box(2), Box(2), quarter, BoxSymmetries(2), HOLDS, critic=near)
    assert found.agreement is Agreement.AGREES
    inside = verdict(Simplex(3), Box(3), near, Permutations(3), HOLDS)
    assert inside.agreement is Agreement.AGREES
