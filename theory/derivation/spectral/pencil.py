"""The generalised symmetric eigenproblem M v = σ G v over the rationals."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import sympy as sp
from flint import fmpq, fmpq_mat

from sith.theory.assumptions import AugmentationGraph, MomentOperator
from sith.theory.derivation.spectral.modes import Level, Mode
from sith.theory.errors import BudgetExceeded, InputError

MAX_SIZE = 40
"""Largest number of functions."""

WIDTH = sp.Rational(1, 1000)
"""First width of the intervals that isolate irrational eigenvalues."""


def pencil_levels(
    pairs: AugmentationGraph | MomentOperator, ends: Sequence[sp.Rational] = ()
) -> tuple[Level, ...]:
    """Return every level of S on the centred functions of a finite family, in decreasing order.

    S is the symmetric part. No interval of an irrational eigenvalue holds one of `ends`. Raises `InputError` where the Gram table is not positive definite or
    the tables belong to no pair of views, `BudgetExceeded` beyond `MAX_SIZE` functions.
    """
    functions, gram, cross = pairs.moments()
    size = len(functions) - 1
    if size > MAX_SIZE:
        raise BudgetExceeded(f"{size} functions beside the constant; at most {MAX_SIZE}")
    if size == 0:
        raise InputError("the constant is the only function", cure="give at least one more")
    means = gram[0]
    centred = [f - m for f, m in zip(functions[1:], means[1:], strict=True)]
    half = sp.Rational(1, 2)
    g = _matrix(
        [[gram[i][j] - means[i] * means[j] for j in range(1, size + 1)] for i in range(1, size + 1)]
    )
    m = _matrix(
        [
            [half * (cross[i][j] + cross[j][i]) - means[i] * means[j] for j in range(1, size + 1)]
            for i in range(1, size + 1)
        ]
    )
    _require_positive(g)
    polynomial = (g.inv() * m).charpoly()
    levels = [
        _filled(level, centred, g, m) if level.rational else level
        for level in _roots([_rational(c) for c in polynomial.coeffs()], (-1, 1, *ends))
    ]
    if levels[0].high > 1 or levels[-1].low < -1:
        raise InputError(
            f"an eigenvalue lies outside [−1, 1] ({levels[0]}, …, {levels[-1]})",
            cure="the tables are the moments of no pair of views with one law",
        )
    return tuple(levels)


def _roots(coefficients: Sequence[sp.Rational], ends: Sequence[sp.Rational]) -> list[Level]:
    """Return the levels of a characteristic polynomial with real roots, isolated and sorted."""
    x = sp.Dummy("x")
    _, factors = sp.Poly(list(reversed(coefficients)), x, domain=sp.QQ).factor_list()
    width = WIDTH
    while True:
        levels = [level for f, power in factors for level in _of_factor(f, power, width)]
        levels.sort(key=lambda level: level.low, reverse=True)
        apart = pairwise(levels)
        if all(low.high < high.low for high, low in apart) and not any(
            level.low < end < level.high for level in levels for end in ends
        ):
            return levels
        width /= 1000


def _of_factor(factor: sp.Poly, power: int, width: sp.Rational) -> list[Level]:
    if factor.degree() == 1:
        slope, constant = factor.all_coeffs()
        root = -constant / slope
        return [Level(root, root, power)]
    minimal = tuple(reversed(factor.all_coeffs()))
    found = [interval for interval, _ in factor.intervals(eps=width)]
    return [Level(low, high, power, minimal=minimal) for low, high in found]


def _filled(level: Level, centred: Sequence[sp.Expr], g: fmpq_mat, m: fmpq_mat) -> Level:
    """Return a rational level with an orthogonal basis of its eigenspace."""
    shifted = m - g * fmpq(int(level.low.p), int(level.low.q))
    basis: list[fmpq_mat] = []
    for vector in _kernel(shifted):
        rest = vector
        for earlier in basis:
            lowered = earlier.transpose() * g
            rest = rest - earlier * ((lowered * rest)[0, 0] / (lowered * earlier)[0, 0])
        basis.append(rest)
    modes = []
    for vector in basis:
        entries = [_rational(vector[i, 0]) for i in range(len(centred))]
        square = _rational((vector.transpose() * g * vector)[0, 0])
        function = sp.expand(sp.Add(*(v * f for v, f in zip(entries, centred, strict=True))))
        modes.append(Mode(function, square))
    return Level(level.low, level.high, level.multiplicity, tuple(modes))


def _kernel(matrix: fmpq_mat) -> list[fmpq_mat]:
    n = matrix.ncols()
    reduced, rank = matrix.rref()
    pivots = [next(j for j in range(n) if reduced[i, j] != 0) for i in range(rank)]
    vectors = []
    for free in (j for j in range(n) if j not in pivots):
        vector = fmpq_mat(n, 1)
        vector[free, 0] = fmpq(1)
        for row, pivot in enumerate(pivots):
            vector[pivot, 0] = -reduced[row, free]
        vectors.append(vector)
    return vectors


def _require_positive(g: fmpq_mat) -> None:
    n = g.nrows()
    for k in range(1, n + 1):
        minor = fmpq_mat(k, k, [g[i, j] for i in range(k) for j in range(k)])
        if minor.det() <= 0:
            raise InputError(
                "the centred Gram table is not positive definite",
                cure="leave out functions that depend linearly on the others and the constant",
            )


def _matrix(rows: Sequence[Sequence[sp.Rational]]) -> fmpq_mat:
    return fmpq_mat(
        len(rows), len(rows[0]), [fmpq(int(x.p), int(x.q)) for row in rows for x in row]
    )


def _rational(value: fmpq) -> sp.Rational:
    return sp.Rational(int(value.p), int(value.q))
