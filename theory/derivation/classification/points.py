"""Rational points on a hypersurface of the parameter space, and beside it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sympy as sp

from sith.theory.derivation.classification.space import ParameterSpace, Point
from sith.theory.errors import InputError

TRIES = 24
"""Sets of values of the other parameters for which a point is looked for."""

STEPS = tuple(sp.Rational(1, 2**k) for k in range(4, 12))
"""A parameter is moved by these shares of its value."""


@dataclass(frozen=True, slots=True)
class Located:
    """What was found of a hypersurface: `points` holds one where the claim is stated, or none.

    `rational` says whether any rational point was found, stated or not, and `moved` names the
    parameter along which points beside it lie.
    """

    points: tuple[Point, ...]
    rational: bool
    moved: str = ""


def locate(
    condition: sp.Expr, others: Sequence[sp.Expr], space: ParameterSpace, seed: int = 11
) -> Located:
    """Look for a rational point of {condition = 0} where the claim is stated.

    All parameters but one are drawn, and the last is a rational root. A point at which another
    candidate vanishes too is taken only where no other is found.
    """
    rng = random.Random(seed)
    symbols = sorted(condition.free_symbols, key=lambda s: space.unknowns.index(str(s)))
    rational = False
    special: list[Located] = []
    for attempt in range(TRIES):
        for point, symbol in _candidates(condition, symbols, space, rng, attempt):
            rational = True
            if not space.stated(point):
                continue
            located = Located((point,), True, str(symbol))
            if all(_at(p, point) != 0 for p in others):
                return located
            special.append(located)
    return special[0] if special else Located((), rational)


def _candidates(
    condition: sp.Expr,
    symbols: list[sp.Symbol],
    space: ParameterSpace,
    rng: random.Random,
    attempt: int,
) -> Iterator[tuple[Point, sp.Symbol]]:
    base: Point = {n: sp.Rational(space.defaults[n]) for n in space.unknowns}
    if attempt:
        base = {n: _small(x, rng) for n, x in base.items()}
    for symbol in reversed(symbols):
        table = {s: base[str(s)] for s in symbols if s != symbol}
        left = sp.Poly(condition.subs(table), symbol, domain=sp.QQ)
        if left.is_zero or left.degree() < 1:
            continue
        for root in sorted(left.ground_roots()):
            yield {**base, str(symbol): sp.Rational(root)}, symbol


def _small(value: sp.Rational, rng: random.Random) -> sp.Rational:
    step = sp.Rational(rng.randrange(-7, 8), 16)
    return step if value == 0 else value * (1 + step)


def beside(
    condition: sp.Expr,
    others: Sequence[sp.Expr],
    space: ParameterSpace,
    on: Point,
    moved: str,
) -> tuple[Point, ...]:
    """Return a point on each side of {condition = 0} near `on`, where the claim is stated there.

    On the way from `on` to it no other candidate vanishes, so that it is this one that is crossed.
    """
    found: dict[int, Point] = {}
    for step in STEPS:
        for way in (1, -1):
            value = on[moved]
            near = {**on, moved: value + way * step * (abs(value) or 1)}
            side = int(sp.sign(_at(condition, near)))
            if not side or side in found or not space.stated(near):
                continue
            if all(_clear(p, on, moved, near[moved]) for p in (*others, condition)):
                found[side] = near
        if len(found) == 2:
            break
    return tuple(found[side] for side in sorted(found))


def _at(polynomial: sp.Expr, point: Point) -> sp.Rational:
    return polynomial.xreplace({s: point[str(s)] for s in polynomial.free_symbols})


def _clear(polynomial: sp.Expr, on: Point, moved: str, end: sp.Rational) -> bool:
    """Whether a polynomial has no root between `on` and the end of the way, the end included."""
    own = sp.Symbol(moved, real=True)
    table = {s: on[str(s)] for s in polynomial.free_symbols if s != own}
    along = sp.Poly(polynomial.xreplace(table), own, domain=sp.QQ)
    if along.degree() < 1:
        return True
    low, high = sorted((on[moved], end))
    at_start = 1 if along.eval(on[moved]) == 0 else 0
    return int(along.count_roots(low, high)) == at_start


def generic_points(space: ParameterSpace, count: int, seed: int) -> tuple[Point, ...]:
    """Return random points of the parameter space; raises `InputError` where there is none."""
    if not space.unknowns:
        raise InputError("no parameter is a number")
    rng = random.Random(seed)
    return tuple(space.draw(rng) for _ in range(count))
