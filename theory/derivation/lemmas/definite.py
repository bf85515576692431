"""Is a homogeneous polynomial zero at the origin alone? Exact, by minors, root counts and intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod

import sympy as sp

MAX_CELLS = 300
"""So many boxes on the faces of the cube are looked at before a form counts as not shown definite."""

Interval = tuple[Fraction, Fraction]
Terms = Mapping[tuple[int, ...], Fraction]


def definite(form: sp.Expr, s: Sequence[sp.Symbol]) -> bool:
    """Whether a homogeneous polynomial is shown to vanish at 0 only; False says nothing."""
    if len(s) == 1:
        return bool(form != 0)
    poly = sp.Poly(form, *s, domain=sp.QQ)
    if poly.total_degree() % 2:
        return False
    if poly.total_degree() == 2:
        hessian = sp.hessian(form, list(s))
        sign = 1 if hessian[0, 0] > 0 else -1
        return all((sign * hessian)[:k, :k].det() > 0 for k in range(1, len(s) + 1))
    if len(s) == 2:
        line = sp.Poly(form.xreplace({s[0]: sp.Integer(1)}), s[1], domain=sp.QQ)
        return bool(
            poly.coeff_monomial(s[1] ** poly.total_degree()) != 0 and line.count_roots() == 0
        )
    terms = {k: Fraction(int(c.p), int(c.q)) for k, c in poly.terms()}
    sign = 1 if sum(terms.values()) > 0 else -1
    signed = {k: sign * c for k, c in terms.items()}
    return _positive_on_faces(signed, len(s))


def _positive_on_faces(terms: Terms, dim: int) -> bool:
    """Whether an even form is positive where some coordinate is 1, the others in [−1, 1]."""
    one, side = (Fraction(1), Fraction(1)), (Fraction(-1), Fraction(1))
    open_boxes = [tuple(one if i == k else side for i in range(dim)) for k in range(dim)]
    seen = 0
    while open_boxes:
        box = open_boxes.pop()
        seen += 1
        centre = [((a + b) / 2,) * 2 for a, b in box]
        if seen > MAX_CELLS or _lower_bound(terms, centre) <= 0:
            return False
        if _lower_bound(terms, box) <= 0:
            open_boxes += _halves(box)
    return True


def _lower_bound(terms: Terms, box: Sequence[Interval]) -> Fraction:
    """Return a lower bound of a polynomial on a box, monomial by monomial."""
    total = Fraction(0)
    for powers, c in terms.items():
        ranges = [_power(x, k) for x, k in zip(box, powers, strict=True)]
        total += min(c * prod(corner) for corner in product(*ranges))
    return total


def _power(x: Interval, k: int) -> Interval:
    ends = sorted((x[0] ** k, x[1] ** k))
    if k and k % 2 == 0 and x[0] < 0 < x[1]:
        return Fraction(0), ends[1]
    return ends[0], ends[1]


def _halves(box: Sequence[Interval]) -> list[tuple[Interval, ...]]:
    widths = [b - a for a, b in box]
    i = widths.index(max(widths))
    low, high = box[i]
    middle = (low + high) / 2
    parts = ((low, middle), (middle, high))
    return [tuple(part if j == i else x for j, x in enumerate(box)) for part in parts]
