"""The checker of bounds by prolongation: derivatives at one point determine the field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from math import comb

import sympy as sp
from flint import fmpq

from sith.theory.assumptions import Box, RealSpace, StyleRedrawn
from sith.theory.derivation.certificates.completeness import Bound
from sith.theory.derivation.equation import Condition, UpTo
from sith.theory.derivation.verification.slopes import (
    MAX_SYSTEM,
    Found,
    Point,
    Slopes,
    fraction,
    no_bound,
    rational_rank,
)
from sith.theory.verdict import Membership

Powers = tuple[int, ...]


Series = dict[Powers, fmpq]


def check_prolongation(condition: Condition, bound: Bound) -> Found:
    """Return whether the bound is made as it says, and the unknowns, rank and loose values found."""
    space, d, size = condition.space, len(condition.z), len(condition.image)
    if not isinstance(space, Box | RealSpace):
        return no_bound("prolongation is re-checked on boxes and R^d only")
    if len(bound.points) != 1 or not 1 <= bound.type_order <= bound.order <= 20:
        return no_bound(
            "a prolongation has one point, and the order of its type is at most its order"
        )
    (z0,) = bound.points
    if isinstance(space, Box) and not all(0 < x < 1 for x in z0):
        return no_bound(f"the point {tuple(map(str, z0))} is not in the {space}")
    unknowns = size * comb(d + bound.order, d) + len(condition.parameters)
    if unknowns != bound.unknowns or unknowns > MAX_SYSTEM:
        return no_bound(f"the jets of order {bound.order} have {unknowns} unknowns")
    slopes = [Slopes(condition, e) for e in condition.equations]
    local = [x for s in slopes for x in _expanded(condition, s, z0)]
    top = _symbol_rank(local, size, d, bound.type_order)
    if top < size * comb(d + bound.type_order - 1, d - 1):
        return no_bound(f"derivatives of order {bound.type_order} are not determined by lower ones")
    rank = rational_rank(list(_taylor_rows(condition, local, bound.order)))
    return Membership(True, ""), unknowns, rank, 0


class _Expanded:
    """An equation near z₀: Taylor series of its factors, and which of its coefficients vanish."""

    def __init__(
        self, slopes: Slopes, here: list[Series], learned: list[Series], needs: list[Powers]
    ) -> None:
        self.derivatives = slopes.derivatives
        self.here, self.learned, self.needs = here, learned, needs
        self.order = 1 if slopes.derivatives else 0
        numbers = all(set(series) <= {(0,) * len(needs[0])} for series in here)
        self.steady = (bool(slopes.derivatives) or numbers) and not slopes.edges()


def _expanded(condition: Condition, slopes: Slopes, z0: Point) -> Iterator[_Expanded]:
    """Return the series of an equation that holds near z₀ without z̃; nothing for others.

    `needs` lists powers w^n: the equation says that every multiple of one has coefficient 0.
    """
    d, pairs = len(z0), condition.pairs
    up_to = slopes.equation.up_to
    needs = [(0,) * d]
    if up_to is UpTo.SEPARABLE:
        needs = [tuple(int(k in ij) for k in range(d)) for ij in combinations(range(d), 2)]
    if slopes.partner:
        plain = all(v.is_Rational for v in slopes.everything) and up_to is UpTo.NOTHING
        if not plain or not isinstance(pairs, StyleRedrawn) or slopes.derivatives:
            return
        style = [i for i in range(d) if i not in pairs.content]
        needs = [tuple(int(k == i) for k in range(d)) for i in style]
    if not slopes.derivatives and all(v == 0 for v in (*slopes.here, *slopes.learned)):
        return
    w = [sp.Symbol(f"w{i}", real=True) for i in range(d)]
    near = {x: p + t for x, p, t in zip(condition.z, z0, w, strict=True)}
    at = dict(zip(condition.z, z0, strict=True))
    signs: dict[sp.Expr, sp.Expr] = {}
    for edge in slopes.edges():
        side = sp.sign(edge.xreplace(at))
        if side == 0:
            return
        signs[sp.Abs(edge)], signs[sp.sign(edge)] = side * edge, side
    values = [v.xreplace(signs) for v in (*slopes.here, *slopes.learned)]
    if not all(v.is_polynomial(*condition.z) for v in values):
        return
    series = [_series(sp.Poly(v.xreplace(near), *w, domain=sp.QQ)) for v in values]
    cut = len(slopes.here)
    yield _Expanded(slopes, series[:cut], series[cut:], needs)


def _series(poly: sp.Poly) -> Series:
    return {k: fraction(sp.Rational(c)) for k, c in poly.as_dict().items() if c != 0}


def _powers(d: int, most: int) -> list[Powers]:
    return [k for k in product(range(most + 1), repeat=d) if sum(k) <= most]


def _column(condition: Condition, order: int) -> dict[tuple[int, Powers], int]:
    jets = product(range(len(condition.image)), _powers(len(condition.z), order))
    return {jet: n for n, jet in enumerate(jets)}


def _shifted(powers: Powers, by: Powers, sign: int = 1) -> Powers:
    return tuple(a + sign * b for a, b in zip(powers, by, strict=True))


def _taylor_rows(
    condition: Condition, local: Sequence[_Expanded], order: int
) -> Iterator[list[fmpq]]:
    """Return the coefficients of w^n in every equation, for the field Σ x_{iα} w^α of the order."""
    columns = _column(condition, order)
    d, width = len(condition.z), len(columns) + len(condition.parameters)
    for equation in local:
        rows: dict[Powers, list[fmpq]] = {
            n: [fmpq(0)] * width
            for n in _powers(d, order - equation.order)
            if any(all(a >= b for a, b in zip(n, need, strict=True)) for need in equation.needs)
        }
        for (i, powers), column in columns.items():
            for target, value in _image(equation, i, powers).items():
                if target in rows:
                    rows[target][column] += value
        for k, series in enumerate(equation.learned):
            for target, value in series.items():
                if target in rows:
                    rows[target][len(columns) + k] += value
        yield from rows.values()


def _image(equation: _Expanded, output: int, powers: Powers) -> Mapping[Powers, fmpq]:
    """Return the equation's value on the field w^powers in one output, as a series."""
    result: Series = {}
    for a, b, c in equation.derivatives:
        if a == output and powers[b]:
            lower = tuple(k - (i == b) for i, k in enumerate(powers))
            result[lower] = result.get(lower, fmpq(0)) + c * powers[b]
    for shift, value in equation.here[output].items():
        target = _shifted(powers, shift)
        result[target] = result.get(target, fmpq(0)) + value
    return result


def _symbol_rank(local: Sequence[_Expanded], size: int, d: int, order: int) -> int:
    """Rank of the equations' highest part on fields of homogeneous degree `order`."""
    fields = [(i, k) for i in range(size) for k in _powers(d, order) if sum(k) == order]
    rows: list[list[fmpq]] = []
    for equation in local:
        if not equation.steady:
            continue
        level = order - equation.order
        wanted = [
            n
            for n in _powers(d, level)
            if sum(n) == level
            and any(all(a >= b for a, b in zip(n, need, strict=True)) for need in equation.needs)
        ]
        images = [_highest(equation, i, k) for i, k in fields]
        rows += [[image.get(n, fmpq(0)) for image in images] for n in wanted]
    return rational_rank(rows)


def _highest(equation: _Expanded, output: int, powers: Powers) -> Mapping[Powers, fmpq]:
    image = _image(equation, output, powers)
    level = sum(powers) - equation.order
    return {n: v for n, v in image.items() if sum(n) == level}
