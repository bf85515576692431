"""Masked prediction in two modes: the exact sums against enumeration, and the bounds of the rate."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
import sympy as sp
from flint import arb, ctx, fmpq

from sith import FloatInSymbolicField, InputError
from sith.theory.masked import (
    Bounds,
    TwoModes,
    bhattacharyya,
    curvature,
    curvature_bounds,
    discrepancy,
    discrepancy_bounds,
)

R = sp.Rational
WORLD, WRONG = TwoModes(R(4, 5), R(1, 2)), R(9, 10)
WORLDS = [
    (WORLD, WRONG),
    (TwoModes(R(2, 3), R(1, 5)), R(3, 7)),
    (TwoModes(R(9, 10), R(3, 4)), R(1, 9)),
]


def joint(theta: R, weight: R, bits: tuple[int, ...]) -> R:
    """The mixture's probability of a word, one factor at a time."""
    plus = minus = R(1)
    for bit in bits:
        plus *= theta if bit else 1 - theta
        minus *= 1 - theta if bit else theta
    return weight * plus + (1 - weight) * minus


@pytest.fixture(autouse=True)
def _precision() -> Iterator[None]:
    with ctx.workprec(400):
        yield


def number(e: sp.Expr) -> arb:
    """A ball that holds a sum of products of rationals, roots and logarithms."""
    if isinstance(e, sp.Rational):
        return arb(fmpq(int(e.p), int(e.q)))
    parts = [number(a) for a in e.args]
    if isinstance(e, sp.Add):
        return sum(parts, arb(0))
    if isinstance(e, sp.Mul):
        product = arb(1)
        for part in parts:
            product *= part
        return product
    if isinstance(e, sp.log):
        return parts[0].log()
    assert isinstance(e, sp.Pow), e
    return (parts[0].log() * parts[1]).exp()


def enumerated(world: TwoModes, weight: R, visible: int) -> arb:
    """E KL of the last bit given the others, over all words: by the joint law alone."""
    total = arb(0)
    for word in itertools.product((0, 1), repeat=visible + 1):
        true, model = (joint(world.theta, v, word) for v in (world.weight, weight))
        true_seen, model_seen = (joint(world.theta, v, word[:-1]) for v in (world.weight, weight))
        total += number(true) * number((true / true_seen) / (model / model_seen)).log()
    return total


def divergence(world: TwoModes, weight: R, length: int) -> arb:
    """KL of the joint laws of `length` bits, by their number of ones."""
    total = arb(0)
    for ones in range(length + 1):
        word = (1,) * ones + (0,) * (length - ones)
        true, model = (joint(world.theta, v, word) for v in (world.weight, weight))
        total += number(sp.binomial(length, ones) * true) * number(true / model).log()
    return total


@pytest.mark.parametrize(("world", "wrong"), WORLDS)
@pytest.mark.parametrize("visible", [0, 1, 2, 5])
def test_the_sum_is_that_of_all_words(world: TwoModes, wrong: R, visible: int) -> None:
    exact = number(discrepancy(world, wrong, visible))
    assert abs(exact - enumerated(world, wrong, visible)) < arb(10) ** -80
    assert abs(exact - enumerated(world, wrong, visible + 1)) > arb(10) ** -4


@pytest.mark.parametrize(("world", "wrong"), WORLDS)
@pytest.mark.parametrize("visible", [3, 16, 40])
def test_discrepancies_add_up_to_the_divergence_of_the_joint_laws(world, wrong, visible) -> None:
    step = divergence(world, wrong, visible + 1) - divergence(world, wrong, visible)
    assert abs(number(discrepancy(world, wrong, visible)) - step) < arb(10) ** -80


# Figures of the catalogue, to the digits that it gives.
@pytest.mark.parametrize(
    ("visible", "shown", "unit"),
    [(0, 131, R(1, 10**3)), (4, 37, R(1, 10**3)), (16, 15, R(1, 10**4)), (64, 18, R(1, 10**9))],
)
def test_the_figures_of_the_example(visible: int, shown: int, unit: R) -> None:
    by_sum = number(discrepancy(WORLD, WRONG, visible))
    by_chain = divergence(WORLD, WRONG, visible + 1) - divergence(WORLD, WRONG, visible)
    for value in (by_sum, by_chain):
        assert abs(value / number(unit) - shown) <= number(R(1, 2))


def test_the_slope_of_the_example_exceeds_the_rate_by_the_root() -> None:
    """log D_m falls by 0.233 per coordinate between m = 32 and 64; with √m put back, by 0.2225."""
    first, last = (number(discrepancy(WORLD, WRONG, m)).log() for m in (32, 64))
    slope, rate = (first - last) / 32, -number(bhattacharyya(WORLD)).log()
    assert abs(slope - number(R(233, 1000))) < number(R(1, 2000))
    assert abs(rate - number(R(223, 1000))) < number(R(1, 2000))
    assert abs(slope - arb(2).log() / 64 - rate) < number(R(1, 1000))


@pytest.mark.parametrize(("world", "wrong"), WORLDS)
@pytest.mark.parametrize("visible", [0, 1, 2, 7, 8, 31, 32])
def test_the_bounds_hold_and_have_one_rate(world: TwoModes, wrong: R, visible: int) -> None:
    def inside(bounds: Bounds, value: sp.Expr) -> bool:
        # At m = 0 and m = 1 the lower bound is the value itself.
        slack = arb(10) ** -100
        return number(bounds.lower) <= number(value) + slack and number(value) < number(
            bounds.upper
        )

    assert inside(discrepancy_bounds(world, wrong, visible), discrepancy(world, wrong, visible))
    assert inside(curvature_bounds(world, visible), curvature(world, visible))


@pytest.mark.parametrize(("world", "wrong"), WORLDS)
def test_the_bounds_reject_other_values(world: TwoModes, wrong: R) -> None:
    """At m = 64 a value of another order, from fewer coordinates or sharper modes, is outside."""
    bounds, sharper = discrepancy_bounds(world, wrong, 64), TwoModes((world.theta + 2) / 3, R(1, 2))
    assert number(discrepancy(world, wrong, 4)) > number(bounds.upper)
    assert number(discrepancy(sharper, wrong, 64)) < number(bounds.lower)
    assert curvature(sharper, 64) < curvature_bounds(world, 64).lower
    assert number(curvature(world, 4)) > number(curvature_bounds(world, 64).upper)


@pytest.mark.parametrize(("world", "wrong"), WORLDS)
def test_the_ratio_of_the_bounds_is_a_root(world: TwoModes, wrong: R) -> None:
    """upper/lower grows by √(m'/m), so both have the rate ρ."""

    def ratio(visible: int) -> arb:
        bounds = discrepancy_bounds(world, wrong, visible)
        return number(bounds.upper) / number(bounds.lower)

    assert abs(ratio(256) / ratio(64) - 2) < number(R(1, 50))


@pytest.mark.parametrize("visible", [0, 1, 2, 9])
def test_only_the_true_weight_has_no_excess(visible: int) -> None:
    for world, wrong in WORLDS:
        assert discrepancy(world, world.weight, visible) == 0
        assert number(discrepancy(world, wrong, visible)) > 0
        near = world.weight + R(1, 10**6)
        assert number(discrepancy(world, near, visible)) > 0


@pytest.mark.parametrize("visible", [0, 1, 6, 16])
def test_the_curvature_is_the_second_difference(visible: int) -> None:
    step = R(1, 10**20)
    for world, _ in WORLDS:
        sides = [number(discrepancy(world, world.weight + s, visible)) for s in (step, -step)]
        assert (
            abs(sum(sides, arb(0)) / number(step) ** 2 - number(curvature(world, visible)))
            < arb(10) ** -15
        )
    # Against hiding nothing: 36/25 at m = 0 is (2θ − 1)² / (a(1 − a)).
    assert curvature(WORLD, 0) == R(36, 25)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: TwoModes(R(1, 2), R(1, 2)), "theta = 1/2"),
        (lambda: TwoModes(1, R(1, 2)), "theta = 1"),
        (lambda: TwoModes(R(4, 5), 0), "weight w = 0"),
        (lambda: discrepancy(WORLD, 1, 2), "weight λ = 1"),
        (lambda: discrepancy(WORLD, WRONG, -1), "visible m = -1"),
        (lambda: curvature(WORLD, R(1, 2)), "visible m = 1/2"),
        (lambda: WORLD.prediction(3, 2, WRONG), "ones = 3"),
    ],
)
def test_values_out_of_range_are_named(call, said: str) -> None:
    with pytest.raises(InputError, match=said):
        call()


def test_floats_are_refused() -> None:
    with pytest.raises(FloatInSymbolicField):
        TwoModes(0.8, R(1, 2))
