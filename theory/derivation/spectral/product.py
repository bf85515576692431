"""Product worlds: the largest eigenvalues Π_i λ_i(α_i) in order, with all ties."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from fractions import Fraction

import sympy as sp

from sith.theory.assumptions import JacobiDiffusion, OrnsteinUhlenbeck
from sith.theory.derivation.spectral.modes import Level, Mode
from sith.theory.derivation.spectral.polynomials import (
    hermite,
    hermite_square,
    jacobi,
    jacobi_square,
)
from sith.theory.errors import BudgetExceeded
from sith.theory.notation import latents

MAX_MODES = 20_000
"""Most modes that are listed."""

Index = tuple[int, ...]


def product_levels(
    pairs: OrnsteinUhlenbeck | JacobiDiffusion, count: int, *, linear_only: bool
) -> tuple[Level, ...]:
    """Return the non-constant levels that hold the `count` largest modes, and the next one.

    With `linear_only` the functions are the linear ones, and the list ends with them.
    """
    modes = _linear(pairs) if linear_only else _largest_first(pairs)
    levels: list[Level] = []
    total = 0
    value, tied = Fraction(0), list[Index]()
    for listed, (eigenvalue, index) in enumerate(modes):
        if listed > MAX_MODES:
            raise BudgetExceeded(f"more than {MAX_MODES} modes lie at or above the cut")
        if tied and eigenvalue != value:
            # The next level is counted, and only its first function is written out.
            levels.append(_level(pairs, value, tied, whole=total < count))
            total += len(tied)
            if levels and not levels[-1].whole:
                return tuple(levels)
            tied = []
        value = eigenvalue
        tied.append(index)
    levels.append(_level(pairs, value, tied, whole=total < count))
    return tuple(levels)


def _eigenvalue(pairs: OrnsteinUhlenbeck | JacobiDiffusion, i: int, n: int) -> Fraction:
    rate = Fraction(int(pairs.rates[i].p), int(pairs.rates[i].q))
    return rate**n if isinstance(pairs, OrnsteinUhlenbeck) else rate ** pairs.exponent(n)


def _linear(pairs: OrnsteinUhlenbeck | JacobiDiffusion) -> Iterator[tuple[Fraction, Index]]:
    d = pairs.dim
    units = [(_eigenvalue(pairs, i, 1), tuple(int(i == j) for j in range(d))) for i in range(d)]
    yield from sorted(units, key=lambda unit: -unit[0])


def _largest_first(pairs: OrnsteinUhlenbeck | JacobiDiffusion) -> Iterator[tuple[Fraction, Index]]:
    """Yield non-constant modes by decreasing eigenvalue: each index follows from a larger one."""
    d = pairs.dim
    heap: list[tuple[Fraction, Index]] = [(-Fraction(1), (0,) * d)]
    while True:
        negative, index = heapq.heappop(heap)
        if any(index):
            yield -negative, index
        last = max((i for i, n in enumerate(index) if n), default=0)
        for i in range(last, d):
            n = index[i]
            step = _eigenvalue(pairs, i, n + 1) / _eigenvalue(pairs, i, n)
            heapq.heappush(heap, (negative * step, (*index[:i], n + 1, *index[i + 1 :])))


def _level(
    pairs: OrnsteinUhlenbeck | JacobiDiffusion, value: Fraction, tied: list[Index], *, whole: bool
) -> Level:
    eigenvalue = sp.Rational(value.numerator, value.denominator)
    shown = sorted(tied, reverse=True) if whole else [max(tied)]
    modes = tuple(_mode(pairs, index) for index in shown)
    return Level(eigenvalue, eigenvalue, len(tied), modes, whole=whole)


def _mode(pairs: OrnsteinUhlenbeck | JacobiDiffusion, index: Index) -> Mode:
    z = latents(pairs.dim)
    function, square = sp.Integer(1), sp.Integer(1)
    for x, n in zip(z, index, strict=True):
        if n == 0:
            continue
        if isinstance(pairs, OrnsteinUhlenbeck):
            function, square = function * hermite(n, x), square * hermite_square(n)
        else:
            function = function * jacobi(n, pairs.a, pairs.b, x)
            square = square * jacobi_square(n, pairs.a, pairs.b)
    return Mode(sp.expand(function), square)
