"""Products of spaces: the torus and the cylinder derive, own spaces are read by their equations."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
import sympy as sp

from sith.theory import (
    AbstractGroup,
    AlgebraicSpace,
    BlockOrthogonal,
    Box,
    BoxSymmetries,
    Claim,
    DirectProduct,
    Encoder,
    Euclidean,
    ExpressionCritic,
    Gaussian,
    InfoNCE,
    InputError,
    Orthogonal,
    PairLogDensity,
    Permutations,
    Product,
    ProductSpace,
    RealSpace,
    RotationGroup,
    Simplex,
    Sphere,
    Uniform,
    World,
    derive,
    latents,
    pair,
    torus,
)
from sith.theory.assumptions import parts_of
from sith.theory.derivation.fields import require_independent, variety_of
from sith.theory.errors import UnsupportedCondition
from sith.theory.verdict import Agreement, Outcome

CYLINDER = ProductSpace(Sphere(2), Box(1))
SWAPPED = BlockOrthogonal(((0, 1), (2, 3)))


def inner(weights: Sequence[int], a: Sequence[Any], b: Sequence[Any]) -> sp.Expr:
    return sp.Add(*(k * x * y for k, x, y in zip(weights, a, b, strict=True)))


def around(weights: Sequence[int], a: Sequence[Any], b: Sequence[Any]) -> sp.Expr:
    """An inner product on the circle (z2, z3), a squared distance on the interval z1."""
    circle = weights[1] * (a[1] * b[1] + a[2] * b[2])
    return circle - weights[0] * (a[0] - b[0]) ** 2


def claim(
    space: Any, score: Any, group: AbstractGroup, weights: Sequence[int], output: Any = None
) -> Claim:
    d = space.dim
    z, zt = pair(d)
    u, v = latents(d, "u"), latents(d, "v")
    return Claim(
        name="product",
        world=World(space, Uniform(), PairLogDensity(score(weights, z, zt), z, zt)),
        objective=InfoNCE(ExpressionCritic(score(weights, u, v), u, v)),
        encoder=Encoder(output or space),
        group=group,
    )


@pytest.mark.parametrize(
    ("weights", "group", "agrees"),
    [
        ((2, 2, 2, 2), SWAPPED, True),
        ((1, 1, 2, 2), DirectProduct((Orthogonal(2), Orthogonal(2))), True),
        ((1, 1, 2, 2), SWAPPED, False),
        ((2, 2, 2, 2), Orthogonal(4), False),
    ],
)
def test_isometries_of_the_torus(
    weights: Sequence[int], group: AbstractGroup, *, agrees: bool
) -> None:
    verdict = derive(claim(torus(2), inner, group, weights), degree=1)
    assert verdict.outcome is Outcome.IDENTIFIED
    assert verdict.agreement is (Agreement.AGREES if agrees else Agreement.DISAGREES)
    assert (verdict.group == str(group)) is agrees


@dataclass(frozen=True)
class Own:
    """(0, 1) × S¹ as a user writes it, without saying what is confined."""

    dim: int = 3
    latex: str = "C"

    def constraints(self, point: Sequence[sp.Expr]) -> tuple[sp.Expr, ...]:
        return (point[1] ** 2 + point[2] ** 2 - 1,)

    def rational_point(self, rng: random.Random) -> tuple[sp.Rational, ...]:
        return (*Box(1).rational_point(rng), *Sphere(2).rational_point(rng))


@dataclass(frozen=True)
class Stated(Own):
    """The same, with the coordinate that is confined."""

    intervals: tuple[int, ...] = (0,)


RIGHT = DirectProduct((BoxSymmetries(1), Orthogonal(2)))
SHIFTS = DirectProduct((Euclidean(1), Orthogonal(2)))


@pytest.mark.parametrize("space", [ProductSpace(Box(1), Sphere(2)), Stated()])
def test_an_interval_beside_a_circle_is_reflected_and_not_moved(space: Any) -> None:
    right = derive(claim(space, around, RIGHT, (4, 3)), degree=1)
    wrong = derive(claim(space, around, SHIFTS, (4, 3)), degree=1)
    assert (right.outcome, right.agreement) == (Outcome.IDENTIFIED, Agreement.AGREES)
    assert wrong.agreement is Agreement.DISAGREES


def test_a_space_that_leaves_open_what_is_confined_leaves_the_verdict_open() -> None:
    for group in (RIGHT, SHIFTS):
        verdict = derive(claim(Own(), around, group, (4, 3)), degree=1)
        assert verdict.outcome is Outcome.UNDECIDED
        assert verdict.agreement is Agreement.UNDECIDED
        assert any("`intervals`" in m for m in verdict.missing)


def test_a_mixed_order_of_coordinates_is_read_off_the_equations() -> None:
    space = ProductSpace(Sphere(2), Box(1), coordinates=((2, 0), (1,)))
    parts = parts_of(space)
    assert (parts.spheres, parts.intervals, parts.known) == (((0, 2),), (1,), True)
    rng = random.Random(0)
    assert all(c == 0 for c in space.constraints(space.rational_point(rng)))
    assert "z3" in str(space)


def test_the_ideal_of_the_rotation_group_has_the_dimensions_of_peter_and_weyl() -> None:
    group = RotationGroup()
    point = group.rational_point(random.Random(1))
    assert all(c == 0 for c in group.constraints(point))
    # Matrix entries of the representations of dimension 1, 3, 5 span 1 + 9 + 25 dimensions.
    assert [variety_of(group).standard(k, 9) for k in range(3)] == [1, 10, 35]


def test_an_ideal_that_is_not_radical_is_noticed() -> None:
    x, y = latents(2)
    double = AlgebraicSpace((x**2,), (x, y), lambda rng: (0, sp.Integer(rng.randrange(9))))
    line = AlgebraicSpace((x,), (x, y), lambda rng: (0, sp.Integer(rng.randrange(9))))
    require_independent(line, [(0, 0), (0, 1)])
    with pytest.raises(UnsupportedCondition, match="all that vanishes"):
        require_independent(double, [(0, 0), (1, 0)])


def test_permutations_of_a_simplex_are_optimal_and_the_rest_is_left_open() -> None:
    def score(w: Sequence[int], a: Sequence[Any], b: Sequence[Any]) -> sp.Expr:
        return -sp.Add(*(k * (x - y) ** 2 for k, x, y in zip(w, a, b, strict=True)))

    verdict = derive(claim(Simplex(3), score, Permutations(3), (4, 4, 4)), degree=1)
    assert (verdict.outcome, verdict.agreement) == (Outcome.UNDECIDED, Agreement.UNDECIDED)
    assert "permutations S(3)" in verdict.group
    turned = derive(claim(Simplex(3), score, Orthogonal(3), (4, 4, 4)), degree=1)
    assert turned.agreement is Agreement.DISAGREES


X, Y = latents(2)
ON = ((sp.Rational(3, 5), sp.Rational(4, 5)),)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: AlgebraicSpace((X**2 + Y**2 - 1,), (X, Y), ((1, 1),)), "violates"),
        (lambda: AlgebraicSpace((X**2 + sp.sin(Y) - 1,), (X, Y), ON), "polynomials"),
        (lambda: AlgebraicSpace((X**2 + sp.Symbol("q"),), (X, Y), ON), "unknown symbol q"),
        (lambda: AlgebraicSpace((X**2 + Y**2 - 1,), (X, Y), ()), "no points"),
        (lambda: AlgebraicSpace((X**2 + Y**2 - 1,), (X, Y), lambda _: (1,)), "rational point"),
        (lambda: AlgebraicSpace((X**2 + Y**2 - 1,), (X, Y), ON, intervals=(5,)), "0 to 1"),
        (lambda: ProductSpace(Sphere(2)), "two or more"),
        (lambda: ProductSpace(Sphere(2), 3), "not a space"),
        (lambda: ProductSpace(Sphere(2), Box(1), coordinates=((0,), (1, 2))), "coordinates"),
        (lambda: Product((Sphere(2), Box(1))), "ProductSpace"),
        (lambda: World(CYLINDER, Gaussian()), "does not live"),
        (lambda: World(ProductSpace(Sphere(2), RealSpace(1)), Uniform()), "no uniform law"),
        (lambda: torus(1), "≥ 2"),
        (lambda: DirectProduct((Orthogonal(2),), ((0, 1, 2),)), "blocks"),
    ],
)
def test_bad_input_is_refused_in_one_line(build: Any, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        build()
    assert "\n" not in str(caught.value)


def test_a_point_is_verified_each_time_it_is_drawn() -> None:
    off = AlgebraicSpace(
        (X**2 + Y**2 - 1,), (X, Y), lambda rng: ON[0] if rng.random() < 2 else (0, 0)
    )
    assert off.rational_point(random.Random(0)) == ON[0]
    later = iter([ON[0]] * 4)
    wrong = AlgebraicSpace((X**2 + Y**2 - 1,), (X, Y), lambda _: next(later, (0, 0)))
    with pytest.raises(InputError, match="violates"):
        wrong.rational_point(random.Random(0))
