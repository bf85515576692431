"""Whether exp of a polynomial has a finite integral over R^d, exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import sympy as sp
from sympy.solvers.simplex import UnboundedLPError, lpmax

from sith.theory.assumptions.law.answer import Law, fails, jointly, not_shown, shown
from sith.theory.assumptions.law.forms import Definite, Vector, form_sign
from sith.theory.assumptions.law.size import MOST_MONOMIALS, monomial_bound

MOST_COORDINATES = 24
"""Polynomials that join more coordinates than these are not examined."""

MOST_DIRECTIONS = 600
"""Directions along which a polynomial is tried where no other rule settles it."""


def polynomial_law(expression: sp.Expr, coordinates: Sequence[sp.Symbol]) -> Law:
    """Return whether ∫ exp(p) over R^d is finite for a polynomial p in all `coordinates`.

    Finite where p is bounded by minus a sum of even powers: its part of weight 1, in the weights
    that its pure powers give, is negative definite and lower terms follow. Infinite where p grows
    to +∞ along a curve (on a neighbourhood whose volume shrinks only as a power), does not depend
    on a direction, or stays bounded on a region of infinite volume. Answers NOT_SHOWN for the rest.
    """
    size = monomial_bound(expression)
    if size > MOST_MONOMIALS:
        return not_shown(f"up to {size:,} monomials are more than {MOST_MONOMIALS:,}")
    poly = sp.Poly(expression, *coordinates)
    if len(coordinates) == 1:
        return _line(poly)
    if not all(c.is_Rational for c in poly.coeffs()):
        return not_shown(f"the polynomial {expression} has irrational coefficients")
    blocks = _blocks(poly)
    if len(blocks) > 1:
        return jointly([polynomial_law(part, own) for part, own in blocks])
    if len(coordinates) > MOST_COORDINATES:
        return not_shown(f"{len(coordinates)} coordinates are more than {MOST_COORDINATES}")
    constant = _invariant(poly)
    if constant:
        return fails(
            "the log-density does not depend on a direction",
            direction(sp.Matrix(constant), coordinates),
        )
    return _weighted(poly, sp.eye(len(coordinates)), coordinates)


def _line(poly: sp.Poly) -> Law:
    """One coordinate: an even degree with a negative leading coefficient."""
    x, top, degree = poly.gen, poly.LC(), poly.degree()
    if degree <= 0:
        return fails(f"the log-density does not depend on {x}", f"the direction of {x}")
    if top.is_negative and degree % 2 == 0:
        return shown("even degree with a negative leading coefficient")
    if top.is_positive or (top.is_negative and degree % 2):
        side = "+" if top.is_positive else "−"
        return fails("the log-density grows to +∞", f"the direction {side}{x}")
    return not_shown(f"the sign of {top} is not known")


def _blocks(poly: sp.Poly) -> list[tuple[sp.Expr, tuple[sp.Symbol, ...]]]:
    """Split the polynomial into sums over disjoint sets of coordinates."""
    joined = [{i} for i in range(len(poly.gens))]
    for powers in poly.monoms():
        present = {i for i, a in enumerate(powers) if a}
        touched = [block for block in joined if block & present]
        if len(touched) > 1:
            joined = [b for b in joined if b not in touched] + [set().union(*touched)]
    parts = []
    for block in sorted(joined, key=min):
        terms = [
            c * sp.Mul(*(g**a for g, a in zip(poly.gens, powers, strict=True)))
            for powers, c in poly.terms()
            if any(powers[i] for i in block)
        ]
        parts.append((sp.Add(*terms), tuple(poly.gens[i] for i in sorted(block))))
    return parts


def _invariant(poly: sp.Poly) -> Vector:
    """Return a direction along which the polynomial is constant, () where there is none."""
    slopes = [poly.diff(g) for g in poly.gens]
    monomials = sorted({m for s in slopes for m in s.monoms()})
    matrix = sp.Matrix(
        len(monomials), len(slopes), lambda i, j: slopes[j].coeff_monomial(monomials[i])
    )
    kernel = matrix.nullspace()
    return tuple(kernel[0]) if kernel else ()


def _weighted(poly: sp.Poly, basis: sp.Matrix, names: Sequence[sp.Symbol], depth: int = 0) -> Law:
    """Decide by pure powers; `basis` holds the present axes in the given coordinates `names`."""
    degrees = []
    for i in range(len(poly.gens)):
        powers = [(m[i], c) for m, c in poly.terms() if m[i] and sum(m) == m[i]]
        degree, top = max(powers, default=(0, sp.Integer(0)))
        if degree and (degree % 2 or top > 0):
            v = basis.col(i) * (1 if top > 0 else -1)
            return fails("the log-density grows to +∞", direction(v, names))
        degrees.append(degree)
    if all(_never_positive(m, c) for m, c in poly.terms() if any(m)):
        if all(degrees):
            return shown("pure even powers of every coordinate, and no term that is ever positive")
        return _by_exponents(poly, basis, names)
    if not all(degrees):
        return _search(poly, basis, names)
    terms = [
        (m, c, sum(sp.Rational(a, k) for a, k in zip(m, degrees, strict=True)))
        for m, c in poly.terms()
    ]
    heavy = [(m, c) for m, c, weight in terms if weight > 1]
    # Heavier terms that are never positive may be left out: they only make exp(p) smaller.
    if all(_never_positive(m, c) for m, c in heavy):
        leading = {m: c for m, c, weight in terms if weight == 1}
        form = sp.Poly.from_dict(leading, *poly.gens)
        found = form_sign(form, degrees)
        if found.sign is Definite.NEGATIVE:
            return shown(found.by)
        if found.sign is Definite.POSITIVE_SOMEWHERE and not heavy:
            return fails("the log-density grows to +∞", _curve(basis, found.at, degrees, names))
        if found.sign is Definite.ZERO_SOMEWHERE and depth < len(degrees):
            deeper = _along(poly, found.at, basis, names, depth)
            if deeper.standing is not deeper.standing.NOT_SHOWN:
                return deeper
    return _search(poly, basis, names)


def _along(
    poly: sp.Poly, at: Vector, basis: sp.Matrix, names: Sequence[sp.Symbol], depth: int
) -> Law:
    """Take a zero of the leading form as a new axis, and decide in the new coordinates."""
    places = [i for i, a in enumerate(at) if a != 0]
    if len(places) < 2:
        return not_shown("the leading form vanishes along an axis")
    change = sp.eye(len(at))
    change[:, places[0]] = sp.Matrix(at)
    moved = change * sp.Matrix(poly.gens)
    table = dict(zip(poly.gens, moved, strict=True))
    turned = sp.Poly(poly.as_expr().xreplace(table), *poly.gens)
    return _weighted(turned, basis * change, names, depth + 1)


def leading_for_all(expression: sp.Expr, coordinates: Sequence[sp.Symbol]) -> bool:
    """Whether a definite leading form bounds the polynomial at all values of its other symbols.

    Terms whose coefficients contain other symbols are then of lower weight than the leading form.
    """
    poly = sp.Poly(expression, *coordinates)
    degrees = []
    for i in range(len(coordinates)):
        pure = [m[i] for m in poly.monoms() if m[i] and sum(m) == m[i]]
        degrees.append(max(pure, default=0))
    if not all(degrees):
        return False
    leading = {}
    for m, c in poly.terms():
        weight = sum(sp.Rational(a, k) for a, k in zip(m, degrees, strict=True))
        if weight > 1 or (weight == 1 and not c.is_Rational):
            return False
        if weight == 1:
            leading[m] = c
    if any(k % 2 for k in degrees):
        return False
    found = form_sign(sp.Poly.from_dict(leading, *coordinates), degrees)
    return found.sign is Definite.NEGATIVE


def _never_positive(powers: Sequence[int], coefficient: sp.Rational) -> bool:
    return bool(coefficient < 0 and not any(a % 2 for a in powers))


def _by_exponents(poly: sp.Poly, basis: sp.Matrix, names: Sequence[sp.Symbol]) -> Law:
    """Even monomials with negative coefficients: finite exactly where no weights a ≠ 0 exist with
    a·α ≤ 0 for all exponents α and Σ a_i ≥ 0 (the region x_i ~ t^(a_i) has infinite volume)."""
    a = sp.symbols(f"a1:{len(poly.gens) + 1}")
    rows = [
        sp.Add(*(k * s for k, s in zip(m, a, strict=True))) <= 0 for m in poly.monoms() if any(m)
    ]
    rows += [sp.Add(*a) >= 0, *(s <= 1 for s in a), *(s >= -1 for s in a)]
    for s in a:
        for goal in (s, -s):
            try:
                value, point = lpmax(goal, rows)
            except UnboundedLPError:  # pragma: no cover - the box bounds every goal
                continue
            if value > 0:
                sizes = ", ".join(f"t^{point.get(x, 0)}" for x in a)
                return fails(
                    "the log-density stays bounded on a region of infinite volume",
                    f"{_frame(basis, names)} of the order ({sizes})",
                )
    return shown("the exponents leave no region of infinite volume on which it is bounded")


def _search(poly: sp.Poly, basis: sp.Matrix, names: Sequence[sp.Symbol]) -> Law:
    """Look for a line along which the polynomial grows to +∞."""
    t = sp.Symbol("t")
    for v in _directions(len(poly.gens)):
        for shift in ((0,) * len(v), tuple(range(1, len(v) + 1)), tuple(-1 for _ in v)):
            table = {g: t * a + b for g, a, b in zip(poly.gens, v, shift, strict=True)}
            line = sp.Poly(poly.as_expr().xreplace(table), t)
            if line.degree() > 0 and line.LC() > 0:
                return fails("the log-density grows to +∞", direction(basis * sp.Matrix(v), names))
    return not_shown(
        "its leading terms are not negative definite, and no line was found along which it grows"
    )


def _directions(dim: int) -> Iterator[tuple[int, ...]]:
    count = 0
    for reach in (1, 2, 3):
        for v in product(range(-reach, reach + 1), repeat=dim):
            if max(map(abs, v)) != reach:
                continue
            count += 1
            if count > MOST_DIRECTIONS:
                return
            yield v


def direction(v: sp.Matrix, names: Sequence[sp.Symbol]) -> str:
    """Return a rational direction in words, with whole entries."""
    scale = sp.ilcm(1, *(x.q for x in v))
    divisor = sp.igcd(*(x * scale for x in v)) or 1
    entries = ", ".join(str(x * scale / divisor) for x in v)
    return f"the direction ({entries}) of ({', '.join(map(str, names))})"


def _curve(basis: sp.Matrix, at: Vector, degrees: Sequence[int], names: Sequence[sp.Symbol]) -> str:
    if len(set(degrees)) == 1:
        return direction(basis * sp.Matrix(at), names)
    t = sp.Symbol("t", positive=True)
    # x_i = v_i t^(1/k_i), with t replaced by its power of the least common multiple of the k_i.
    common = sp.ilcm(*degrees)
    point = basis * sp.Matrix(
        [a * t ** sp.Rational(common, k) for a, k in zip(at, degrees, strict=True)]
    )
    return f"the curve ({', '.join(map(str, point))}) of ({', '.join(map(str, names))})"


def _frame(basis: sp.Matrix, names: Sequence[sp.Symbol]) -> str:
    forms = basis.inv() * sp.Matrix(names)
    return f"the region with ({', '.join(map(str, forms))})"
