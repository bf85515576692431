"""The checker's view of completeness: bounds on the dimension of all smooth fields, recomputed.

It shares no code with `completeness_elimination` and `completeness_prolongation`: coefficients are
derived along ε, fields are put in as truncated Taylor series, and ranks are taken over the
rationals, so that the bound itself is re-checked and not a count modulo a prime.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise, product
from math import comb
from typing import Any

import sympy as sp
from flint import fmpq, fmpq_mat

from theory.assumptions import (
    AnisotropicSphere,
    Box,
    ExponentialNorm,
    PairLogDensity,
    RealSpace,
    Sphere,
    StyleRedrawn,
    VonMisesFisher,
)
from theory.derive.check import EPSILON, image_table
from theory.derive.completeness_record import Bound
from theory.derive.equation import Condition, Equation, UpTo
from theory.errors import UnsupportedCondition
from theory.verdict import Membership, Method

MAX_SYSTEM = 500
"""Larger systems than this are not re-checked."""

# A partner at a fixed point is admissible for every anchor.
_ANY_PARTNER = (AnisotropicSphere, ExponentialNorm, PairLogDensity, VonMisesFisher)

Point = tuple[sp.Rational, ...]
Powers = tuple[int, ...]
Series = dict[Powers, fmpq]


def check_bound(condition: Condition, bound: Bound, dimension: int, gauge: int) -> Membership:
    """Say whether a stored bound holds and equals the number of polynomial fields.

    `gauge` is the checker's own count of parameter changes that move no field.
    """
    if bound.unknowns > MAX_SYSTEM:
        return Membership(False, f"a system of {bound.unknowns} unknowns is not re-checked")
    if bound.gauge != gauge:
        return Membership(False, f"{gauge} parameter changes move no field, not {bound.gauge}")
    if bound.method is Method.ELIMINATION:
        answer, unknowns, rank, loose = _elimination(condition, bound)
    elif bound.method is Method.PROLONGATION:
        answer, unknowns, rank, loose = _prolongation(condition, bound)
    else:
        return Membership(False, f"'{bound.method.value}' is no method that bounds a dimension")
    if not answer.holds:
        return answer
    for what, found, stored in (
        ("unknowns", unknowns, bound.unknowns),
        ("rank", rank, bound.rank),
        ("loose values", loose, bound.loose),
        ("bound", unknowns - rank - gauge - loose, bound.dimension),
    ):
        if found != stored:
            return Membership(False, f"the system has {what} {found}, not {stored}")
    if bound.dimension != dimension:
        return Membership(
            False,
            f"all fields have at most {bound.dimension} dimensions, and {dimension} are known",
        )
    return Membership(True, f"{dimension} dimensions for all smooth fields, by {bound.words()}")


class _Slopes:
    """An equation's first-order change: factors of ξ(z), ξ(z̃) and the parameter changes."""

    def __init__(self, condition: Condition, equation: Equation) -> None:
        here = [sp.Symbol(f"X{i}", real=True) for i in range(len(condition.image))]
        there = [sp.Symbol(f"Y{i}", real=True) for i in range(len(condition.image))]
        moved = [b + EPSILON * x for b, x in zip(condition.base, here, strict=True)]
        moved_t = [b + EPSILON * x for b, x in zip(condition.base_t, there, strict=True)]
        table = image_table(condition, moved, moved_t)
        changes = [sp.Symbol(f"D{i}", real=True) for i in range(len(condition.parameters))]
        for (p, value), d in zip(condition.parameters.items(), changes, strict=True):
            table[p] = value + EPSILON * d
        change = sp.diff(equation.residual.xreplace(table), EPSILON).subs(EPSILON, 0)
        self.equation = equation
        self.symbols = (*condition.z, *condition.zt)
        self.here, self.there, self.learned = (
            [sp.diff(change, s) for s in some] for some in (here, there, changes)
        )
        self.everything = (*self.here, *self.there, *self.learned)
        self.partner = any(self.there) or equation.up_to is UpTo.FUNCTION_OF_Z
        self.derivatives = [(a, b, 1) for a, b in equation.volume]
        for i, j, c in equation.gram:
            self.derivatives += [(j, i, c), (i, j, c)]

    def at(self, values: Sequence[sp.Expr], z: Point, zt: Point) -> list[fmpq]:
        """Return the values at a pair of points; refuses a point where |·| has an edge."""
        point = dict(zip(self.symbols, (*z, *zt), strict=True))
        return [_fraction(v.xreplace(point)) for v in values]

    def edges(self) -> set[sp.Expr]:
        return {a.args[0] for v in self.everything for a in v.atoms(sp.Abs, sp.sign)}


def _fraction(value: Any) -> fmpq:
    number = sp.Rational(value)
    return fmpq(int(number.p), int(number.q))


def _rank(rows: Sequence[Sequence[fmpq]]) -> int:
    kept = [list(row) for row in rows if any(row)]
    return int(fmpq_mat(kept).rank()) if kept else 0


Found = tuple[Membership, int, int, int]


def _no(reason: str) -> Found:
    return Membership(False, reason), 0, 0, 0


# Elimination.


def _elimination(condition: Condition, bound: Bound) -> Found:
    space, points, size = condition.space, bound.points, len(condition.image)
    if not 0 <= bound.anchors <= bound.special <= len(points) or len(set(points)) < len(points):
        return _no("the points of the elimination are not anchors, special and further points")
    if not isinstance(space, Box | RealSpace | Sphere):
        return _no(f"the space {space} is not known to the checker")
    for point in points:
        inside = not isinstance(space, Box) or all(0 < x < 1 for x in point)
        if any(c != 0 for c in space.constraints(point)) or not inside:
            return _no(f"the point {tuple(map(str, point))} is not in the {space}")
    slopes = [_Slopes(condition, e) for e in condition.equations]
    slopes = [s for s in slopes if not s.derivatives and s.equation.up_to is not UpTo.SEPARABLE]
    if not isinstance(condition.pairs, _ANY_PARTNER):
        slopes = [s for s in slopes if not s.partner]
    slopes = [s for s in slopes if any(v != 0 for v in s.everything)]
    edges = {e for s in slopes for e in s.edges()}
    for z, zt in product(points, points) if edges else ():
        table = dict(zip((*condition.z, *condition.zt), (*z, *zt), strict=True))
        if z != zt and any(e.xreplace(table) == 0 for e in edges):
            return _no("an absolute value has its edge at a stored pair of points")
    rows = list(_pair_rows(condition, slopes, points))
    for z in _probes(condition, edges, points, bound.anchors):
        if _rank(_determining(slopes, z, points[: bound.anchors])) < size:
            return _no(f"the values at the anchors do not determine the field at {z}")
    unknowns = len(points) * size + len(condition.parameters)
    middle = [row[bound.anchors * size : bound.special * size] for row in rows]
    loose = (bound.special - bound.anchors) * size - _rank(middle)
    return Membership(True, ""), unknowns, _rank(rows), loose


def _pair_rows(
    condition: Condition, slopes: Sequence[_Slopes], points: Sequence[Point]
) -> Iterator[list[fmpq]]:
    size, count = len(condition.image), len(points)

    def row(s: _Slopes, i: int, j: int) -> list[fmpq]:
        values = [fmpq(0)] * (size * count)
        numbers = s.at(s.everything, points[i], points[j])
        for k in range(size):
            values[i * size + k] += numbers[k]
            values[j * size + k] += numbers[size + k]
        return values + numbers[2 * size :]

    for s in slopes:
        for i in range(count):
            if not s.partner:
                yield row(s, i, i)
                continue
            all_rows = [row(s, i, j) for j in range(count) if j != i]
            if s.equation.up_to is UpTo.NOTHING:
                yield from all_rows
            else:
                yield from (
                    [a - b for a, b in zip(two, one, strict=True)]
                    for one, two in pairwise(all_rows)
                )


def _determining(slopes: Sequence[_Slopes], z: Point, anchors: Sequence[Point]) -> list[list[fmpq]]:
    rows: list[list[fmpq]] = []
    for s in slopes:
        if not s.partner:
            rows.append(s.at(s.here, z, z))
            continue
        own = [s.at(s.here, z, p) for p in anchors]
        if s.equation.up_to is UpTo.NOTHING:
            rows += own
        else:
            rows += [[a - b for a, b in zip(two, one, strict=True)] for one, two in pairwise(own)]
    return rows


def _probes(
    condition: Condition, edges: set[sp.Expr], points: Sequence[Point], anchors: int
) -> Iterator[Point]:
    """Return a point for every region in which the factors are rational functions."""
    if not edges:
        yield points[-1]
        return
    space, z = condition.space, condition.z
    if isinstance(space, Sphere):
        raise UnsupportedCondition("absolute values on a sphere are not re-checked")
    cuts: list[set[sp.Rational]] = [set() for _ in z]
    for edge in edges:
        for p in points[: max(anchors, 1)]:
            poly = sp.Poly(edge.xreplace(dict(zip(condition.zt, p, strict=True))), *z)
            own = [i for i in range(len(z)) if poly.degree(z[i]) > 0]
            if len(own) != 1 or poly.total_degree() != 1:
                raise UnsupportedCondition(f"the edge {edge} is no coordinate plane")
            cuts[own[0]].add(
                sp.Rational(-poly.nth(*(0,) * len(z)) / poly.coeff_monomial(z[own[0]]))
            )
    lines = []
    for found in cuts:
        inner = sorted(x for x in found if not isinstance(space, Box) or 0 < x < 1)
        low, high = (sp.Integer(0), sp.Integer(1))
        if not isinstance(space, Box):
            low, high = min([*inner, sp.Integer(0)]) - 1, max([*inner, sp.Integer(0)]) + 1
        ends = [low, *inner, high]
        lines.append([a + (b - a) * sp.Rational(13, 31) for a, b in pairwise(ends)])
    yield from product(*lines)


# Prolongation.


def _prolongation(condition: Condition, bound: Bound) -> Found:
    space, d, size = condition.space, len(condition.z), len(condition.image)
    if not isinstance(space, Box | RealSpace):
        return _no("prolongation is re-checked on boxes and R^d only")
    if len(bound.points) != 1 or not 1 <= bound.type_order <= bound.order <= 20:
        return _no("a prolongation has one point, and the order of its type is at most its order")
    (z0,) = bound.points
    if isinstance(space, Box) and not all(0 < x < 1 for x in z0):
        return _no(f"the point {tuple(map(str, z0))} is not in the {space}")
    unknowns = size * comb(d + bound.order, d) + len(condition.parameters)
    if unknowns != bound.unknowns or unknowns > MAX_SYSTEM:
        return _no(f"the jets of order {bound.order} have {unknowns} unknowns")
    slopes = [_Slopes(condition, e) for e in condition.equations]
    local = [x for s in slopes for x in _expanded(condition, s, z0)]
    top = _symbol_rank(local, size, d, bound.type_order)
    if top < size * comb(d + bound.type_order - 1, d - 1):
        return _no(f"derivatives of order {bound.type_order} are not determined by lower ones")
    rank = _rank(list(_taylor_rows(condition, local, bound.order)))
    return Membership(True, ""), unknowns, rank, 0


class _Expanded:
    """An equation near z₀: Taylor series of its factors, and which of its coefficients vanish."""

    def __init__(
        self, slopes: _Slopes, here: list[Series], learned: list[Series], needs: list[Powers]
    ) -> None:
        self.derivatives = slopes.derivatives
        self.here, self.learned, self.needs = here, learned, needs
        self.order = 1 if slopes.derivatives else 0
        numbers = all(set(series) <= {(0,) * len(needs[0])} for series in here)
        self.steady = (bool(slopes.derivatives) or numbers) and not slopes.edges()


def _expanded(condition: Condition, slopes: _Slopes, z0: Point) -> Iterator[_Expanded]:
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
    return {k: _fraction(sp.Rational(c)) for k, c in poly.as_dict().items() if c != 0}


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
    return _rank(rows)


def _highest(equation: _Expanded, output: int, powers: Powers) -> Mapping[Powers, fmpq]:
    image = _image(equation, output, powers)
    level = sum(powers) - equation.order
    return {n: v for n, v in image.items() if sum(n) == level}
