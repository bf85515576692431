"""The checker of bounds by elimination: the values at anchor points determine the field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, product

import sympy as sp
from flint import fmpq

from sith.theory.assumptions import (
    AnisotropicSphere,
    Box,
    ExponentialNorm,
    PairLogDensity,
    VonMisesFisher,
    connected,
    inside,
)
from sith.theory.derivation.certificates.completeness import Bound
from sith.theory.derivation.equation import Condition, UpTo
from sith.theory.derivation.verification.slopes import (
    Found,
    Point,
    Slopes,
    no_bound,
    rational_rank,
)
from sith.theory.errors import UnsupportedCondition
from sith.theory.verdict import Membership

# A partner at a fixed point is admissible for every anchor.
_ANY_PARTNER = (AnisotropicSphere, ExponentialNorm, PairLogDensity, VonMisesFisher)


def check_elimination(condition: Condition, bound: Bound) -> Found:
    """Return whether the bound is made as it says, and the unknowns, rank and loose values found."""
    space, points, size = condition.space, bound.points, len(condition.image)
    if not 0 <= bound.anchors <= bound.special <= len(points) or len(set(points)) < len(points):
        return no_bound("the points of the elimination are not anchors, special and further points")
    if not connected(space):
        return no_bound(f"the space {space} is not known to the checker")
    for point in points:
        if not inside(space, point):
            return no_bound(f"the point {tuple(map(str, point))} is not in the {space}")
    slopes = [Slopes(condition, e) for e in condition.equations]
    slopes = [s for s in slopes if not s.derivatives and s.equation.up_to is not UpTo.SEPARABLE]
    if not isinstance(condition.pairs, _ANY_PARTNER):
        slopes = [s for s in slopes if not s.partner]
    slopes = [s for s in slopes if any(v != 0 for v in s.everything)]
    edges = {e for s in slopes for e in s.edges()}
    for z, zt in product(points, points) if edges else ():
        table = dict(zip((*condition.z, *condition.zt), (*z, *zt), strict=True))
        if z != zt and any(e.xreplace(table) == 0 for e in edges):
            return no_bound("an absolute value has its edge at a stored pair of points")
    rows = list(_pair_rows(condition, slopes, points))
    for z in _probes(condition, edges, points, bound.anchors):
        if rational_rank(_determining(slopes, z, points[: bound.anchors])) < size:
            return no_bound(f"the values at the anchors do not determine the field at {z}")
    unknowns = len(points) * size + len(condition.parameters)
    middle = [row[bound.anchors * size : bound.special * size] for row in rows]
    loose = (bound.special - bound.anchors) * size - rational_rank(middle)
    return Membership(True, ""), unknowns, rational_rank(rows), loose


def _pair_rows(
    condition: Condition, slopes: Sequence[Slopes], points: Sequence[Point]
) -> Iterator[list[fmpq]]:
    size, count = len(condition.image), len(points)

    def row(s: Slopes, i: int, j: int) -> list[fmpq]:
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


def _determining(slopes: Sequence[Slopes], z: Point, anchors: Sequence[Point]) -> list[list[fmpq]]:
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
    if space.constraints(z):
        raise UnsupportedCondition("absolute values on a curved space are not re-checked")
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
