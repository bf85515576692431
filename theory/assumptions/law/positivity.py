"""Exact signs of a polynomial on a box, by its Bernstein coefficients on halved boxes."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import reduce
from itertools import product
from math import comb, lcm
from typing import Any

import numpy as np
import sympy as sp

WORK = 400_000
"""Most Bernstein coefficients that are computed before the search gives up."""


Table = np.ndarray[Any, Any]
"""Bernstein coefficients, Python integers."""


class Sign(Enum):
    """What was found of a polynomial on a closed box."""

    POSITIVE = "positive everywhere"
    NEGATIVE = "negative at a point"
    ZERO = "zero at a point"
    GAVE_UP = "budget spent"


@dataclass(frozen=True, slots=True)
class BoxSign:
    """The sign found, and the rational point that shows it (empty for POSITIVE and GAVE_UP)."""

    sign: Sign
    point: tuple[sp.Rational, ...] = ()


def sign_on_box(poly: sp.Poly, low: int, high: int, work: int = WORK) -> BoxSign:
    """Return the sign of a rational polynomial on [low, high]^k.

    A polynomial lies in the convex hull of its Bernstein coefficients, and takes the corner
    coefficients as values: non-negative coefficients with positive corners prove that it is
    positive, and a negative corner proves the contrary. Ends for every polynomial that is positive
    or somewhere negative, up to the budget; `work` bounds the coefficients computed.
    """
    size = int(np.prod([poly.degree(g) + 1 for g in poly.gens], dtype=object))
    if size > work:
        return BoxSign(Sign.GAVE_UP)
    start = tuple(Fraction(0) for _ in poly.gens)
    queue = deque([(_bernstein(poly, low, high), start, (0,) * len(start), 0)])
    spent, zero = 0, BoxSign(Sign.GAVE_UP)
    while queue:
        table, corner, halvings, axis = queue.popleft()
        spent += size
        if spent > work:
            return zero
        for index in product(*((0, n - 1) if n > 1 else (0,) for n in table.shape)):
            if table[index] <= 0:
                units = [
                    c + Fraction(int(i > 0), 2**k)
                    for i, c, k in zip(index, corner, halvings, strict=True)
                ]
                point = tuple(sp.Rational(low + (high - low) * u) for u in units)
                if table[index] < 0:
                    return BoxSign(Sign.NEGATIVE, point)
                zero = BoxSign(Sign.ZERO, point)
        if min(table.flat) < 0:
            queue.extend(_halves(table, corner, halvings, axis))
    return zero if zero.sign is Sign.ZERO else BoxSign(Sign.POSITIVE)


def _bernstein(poly: sp.Poly, low: int, high: int) -> Table:
    """Return integer Bernstein coefficients on the box, up to a positive factor."""
    shape = tuple(poly.degree(g) + 1 for g in poly.gens)
    table = np.full(shape, Fraction(0), dtype=object)
    for powers, c in poly.terms():
        table[powers] = Fraction(int(c.p), int(c.q))
    for axis, n in enumerate(shape):
        table = np.moveaxis(np.tensordot(_change(n - 1, low, high), table, (1, axis)), 0, axis)
    scale = reduce(lcm, (Fraction(c).denominator for c in table.flat), 1)
    integers = np.empty(shape, dtype=object)
    for index in np.ndindex(shape):
        integers[index] = int(table[index] * scale)
    return integers


def _change(n: int, low: int, high: int) -> Table:
    """The matrix from coefficients of x^j to Bernstein coefficients on [low, high]."""
    matrix = np.full((n + 1, n + 1), Fraction(0), dtype=object)
    for j in range(n + 1):
        for k in range(j + 1):
            power = comb(j, k) * Fraction(low) ** (j - k) * Fraction(high - low) ** k
            for i in range(k, n + 1):
                matrix[i, j] += power * Fraction(comb(i, k), comb(n, k))
    return matrix


def _halves(
    table: Table, corner: Sequence[Fraction], halvings: Sequence[int], axis: int
) -> list[tuple[Table, tuple[Fraction, ...], tuple[int, ...], int]]:
    """Split at the middle of one axis (de Casteljau, scaled to integers)."""
    n = table.shape[axis] - 1
    rows = [np.take(table, i, axis) for i in range(n + 1)]
    left, right = [rows[0] * 2**n], [rows[n] * 2**n]
    for j in range(1, n + 1):
        rows = [rows[i] + rows[i + 1] for i in range(len(rows) - 1)]
        left.append(rows[0] * 2 ** (n - j))
        right.append(rows[-1] * 2 ** (n - j))
    count = halvings[axis] + 1
    deeper = tuple(count if i == axis else k for i, k in enumerate(halvings))
    beside = tuple(c + Fraction(1, 2**count) if i == axis else c for i, c in enumerate(corner))
    following = (axis + 1) % table.ndim
    return [
        (np.stack(left, axis), tuple(corner), deeper, following),
        (np.stack(right[::-1], axis), beside, deeper, following),
    ]
