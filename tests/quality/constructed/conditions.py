"""By how much a map misses an optimum condition: each condition substituted at random points."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import cache
from itertools import combinations, product

import mpmath
import sympy as sp

from sith import Claim, latents
from tests.quality.constructed.moves import Move, Point
from tests.quality.constructed.stated import parts

Gap = Callable[[Move], mpmath.mpf]
Law = Callable[..., mpmath.mpf]

MISSED = mpmath.mpf(1)
"""The gap of a map that the encoder class does not contain."""

DRAWS = 4

PLAINLY = mpmath.mpf(1) / 100
"""A gap above which no further point is tried."""
STEP = mpmath.mpf(10) ** -18


@cache
def _points(dim: int, count: int, *, box: bool) -> list[list[Point]]:
    """Return `DRAWS` tuples of `count` rational points; called at the working precision only."""
    rng = random.Random(20)
    low = 1 if box else -23
    return [
        [[mpmath.mpf(rng.randint(low, 23)) / 24 for _ in range(dim)] for _ in range(count)]
        for _ in range(DRAWS)
    ]


def numerical(expression: sp.Expr, *symbols: Sequence[sp.Symbol]) -> Law:
    """Return an expression as a function of flat coordinates, at the working precision."""
    flat = [x for group in symbols for x in group]
    return sp.lambdify(flat, expression, modules="mpmath")  # type: ignore[no-any-return]


def contrastive(
    claim: Claim, score: sp.Expr, target: sp.Expr, *, box: bool, output_box: bool
) -> Gap:
    """Return the gap of s(h(z), h(z̃)) = log p(z̃|z)/p(z̃) + c(z), c eliminated by a second z̃.

    `score` is a function of u1, …, v1, …, with the temperature in it, `target` of z1, …, zt1, ….
    """
    d = claim.dim
    s = numerical(score, latents(d, "u"), latents(d, "v"))
    t = numerical(target, latents(d, "z"), latents(d, "zt"))
    corners = [[mpmath.mpf(x) for x in c] for c in product((0, 1), repeat=d)]

    def gap(move: Move) -> mpmath.mpf:
        worst = mpmath.mpf(0)
        for z, one, two in _points(d, 3, box=box):
            image, first, second = move.apply(z), move.apply(one), move.apply(two)
            here = s(*image, *first) - t(*z, *one)
            worst = max(worst, abs(here - s(*image, *second) + t(*z, *two)))
            if worst > PLAINLY:
                return worst
        if output_box:
            worst = max([worst, *(_outside(move.apply(c)) for c in corners)])
        return worst

    return gap


def _outside(point: Point) -> mpmath.mpf:
    return max(max(-x, x - 1, mpmath.mpf(0)) for x in point)


def _log_volume(move: Move, z: Point) -> mpmath.mpf:
    """Return log|det J_h(z)| by central differences, exact to about 30 digits."""
    d = len(z)
    columns = []
    for j in range(d):
        ahead = move.apply([x + STEP * (i == j) for i, x in enumerate(z)])
        behind = move.apply([x - STEP * (i == j) for i, x in enumerate(z)])
        columns.append([(a - b) / (2 * STEP) for a, b in zip(ahead, behind, strict=True)])
    return mpmath.log(abs(mpmath.det(mpmath.matrix(columns))))


def law(claim: Claim, log_density: sp.Expr, *, only: str = "any") -> Gap:
    """Return the gap of log p(h) + log|det J_h| = log p, over any, linear or rigid maps."""
    d = claim.dim
    p = numerical(log_density, latents(d))

    def gap(move: Move) -> mpmath.mpf:
        found = parts(move, d)
        if only != "any" and not found:
            return MISSED
        if only == "linear" and found and any(abs(b) > STEP for b in found[1]):
            return MISSED
        if only == "rigid" and found and not _orthogonal(found[0]):
            return MISSED
        return max(
            abs(p(*move.apply(z)) + _log_volume(move, z) - p(*z))
            for (z,) in _points(d, 1, box=False)
        )

    return gap


def _orthogonal(m: list[Point]) -> bool:
    matrix = mpmath.matrix(m)
    return bool(mpmath.mnorm(matrix.T * matrix - mpmath.eye(matrix.rows)) < STEP)


def _back(move: Move, d: int) -> Callable[[Point], Point] | tuple[()]:
    """Return the inverse of an affine map, () for others."""
    found = parts(move, d)
    if not found:
        return ()
    inverse, shift = mpmath.matrix(found[0]) ** -1, found[1]

    def back(y: Point) -> Point:
        return list(inverse * mpmath.matrix([x - b for x, b in zip(y, shift, strict=True)]))

    return back


def _mixed(f: Callable[[Point], mpmath.mpf], y: Point, other: Point, i: int, j: int) -> mpmath.mpf:
    """Return the mixed difference of f in coordinates i and j: 0 where f is a sum over them."""

    def at(*chosen: int) -> mpmath.mpf:
        return f([other[k] if k in chosen else x for k, x in enumerate(y)])

    return abs(at() - at(i) - at(j) + at(i, j))


def independence(claim: Claim, log_density: sp.Expr, *, linear_only: bool) -> Gap:
    """Return the gap of: the outputs of an affine map are independent."""
    d = claim.dim
    p = numerical(log_density, latents(d))

    def gap(move: Move) -> mpmath.mpf:
        back = _back(move, d)
        if not back:
            return MISSED
        if linear_only and any(abs(x) > STEP for x in move.apply([mpmath.mpf(0)] * d)):
            return MISSED
        return max(
            _mixed(lambda y: p(*back(y)), one, two, i, j)
            for one, two in _points(d, 2, box=False)
            for i, j in combinations(range(d), 2)
        )

    return gap


def pair_likelihood(claim: Claim, prior: sp.Expr, conditional: sp.Expr) -> Gap:
    """Return the gap of: h keeps p(z), and h × h keeps p(z̃|z), normalisers constant."""
    d = claim.dim
    p = numerical(prior, latents(d))
    q = numerical(conditional, latents(d), latents(d, "zt"))

    def gap(move: Move) -> mpmath.mpf:
        worst = mpmath.mpf(0)
        for z, zt in _points(d, 2, box=False):
            image, other = move.apply(z), move.apply(zt)
            worst = max(worst, abs(p(*image) + _log_volume(move, z) - p(*z)))
            worst = max(worst, abs(q(*image, *other) + _log_volume(move, zt) - q(*z, *zt)))
        return worst

    return gap


def permutation_contrast(claim: Claim, ratio: sp.Expr) -> Gap:
    """Return the gap of: log p(z̃|z)/p(z̃) is a sum of functions of one output's pair, h affine."""
    d = claim.dim
    r = numerical(ratio, latents(d), latents(d, "zt"))

    def gap(move: Move) -> mpmath.mpf:
        back = _back(move, d)
        if not back:
            return MISSED

        def score(y: Point) -> mpmath.mpf:
            return r(*back(y[:d]), *back(y[d:]))

        crossed = [(i, j) for i, j in combinations(range(2 * d), 2) if i % d != j % d]
        return max(
            _mixed(score, one + other, two + last, i, j)
            for one, other, two, last in _points(d, 4, box=False)
            for i, j in crossed
        )

    return gap
