"""Real solutions of small polynomial systems, exact: rational numbers and roots of rational numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import sympy as sp

Values = dict[sp.Symbol, sp.Expr]

MAX_SOLUTIONS = 64
"""More solutions than this are not listed."""

MAX_SYMBOLS = 4
"""Gröbner bases for isolated solutions are computed in at most so many unknowns."""

MAX_DEGREE = 6
"""And for equations of at most this degree."""

MAX_SPLITS = 400
"""So many factors are followed before the search ends."""


def real_solutions(
    equations: Sequence[sp.Expr], defaults: Mapping[sp.Symbol, sp.Expr]
) -> Iterator[Values]:
    """Return real solutions of polynomial equations in the symbols of `defaults`.

    Equations are factored, and single unknowns solved for where an equation holds no other. An
    unknown that is left free takes its default. The list may be incomplete: a solution that is no
    root of a rational number, or needs two unknowns at once, is not found.
    """
    splits = [0]
    seen: set[tuple[tuple[str, str], ...]] = set()
    for values in _solve([sp.expand(e) for e in equations], {}, splits):
        complete = {s: sp.Add(v) for s, v in defaults.items()} | values
        complete = {
            s: sp.nsimplify(sp.simplify(v.subs(complete))) if v.free_symbols else v
            for s, v in complete.items()
        }
        key = tuple(sorted((str(s), str(v)) for s, v in complete.items()))
        if key not in seen:
            seen.add(key)
            yield complete
        if len(seen) >= MAX_SOLUTIONS:
            return


def _solve(equations: list[sp.Expr], values: Values, splits: list[int]) -> Iterator[Values]:
    left = [e for e in (_numerator(e.subs(values)) for e in equations) if e != 0]
    if any(e.is_number for e in left):
        return
    if not left:
        yield values
        return
    splits[0] += 1
    if splits[0] > MAX_SPLITS:
        return
    best = min(left, key=lambda e: (len(e.free_symbols), sp.count_ops(e)))
    for factor in _factors(best):
        for step in _roots(factor):
            yield from _solve(
                left, {**{k: v.subs(step) for k, v in values.items()}, **step}, splits
            )


def _numerator(equation: sp.Expr) -> sp.Expr:
    """Return the numerator: an unknown that was solved for may stand in a denominator."""
    value = sp.expand(equation)
    if value.is_polynomial(*value.free_symbols):
        return value
    return sp.expand(sp.numer(sp.together(value)))


def _factors(equation: sp.Expr) -> list[sp.Expr]:
    try:
        return [f for f, _ in sp.factor_list(equation)[1]]
    except sp.PolynomialError:
        return [equation]


def _roots(factor: sp.Expr) -> Iterator[Values]:
    symbols = sorted(factor.free_symbols, key=str)
    if len(symbols) == 1:
        poly = sp.Poly(factor, symbols[0])
        for root in _real_roots(poly):
            yield {symbols[0]: root}
        return
    for x in symbols:
        try:
            poly = sp.Poly(factor, x)
        except sp.PolynomialError:
            continue
        if poly.degree() == 1 and poly.LC().is_number:
            yield {x: sp.expand(-poly.nth(0) / poly.LC())}
            return
    for x in symbols:
        poly = sp.Poly(factor, x)
        if poly.degree() == 1:
            # c x + r with c a monomial of unknowns that other equations keep from 0.
            yield {x: sp.cancel(-poly.nth(0) / poly.LC())}
            return


def _real_roots(poly: sp.Poly) -> Iterator[sp.Expr]:
    if poly.degree() > 8:
        return
    for root in sp.roots(poly):
        if root.is_real:
            yield sp.radsimp(root)


def isolated_solutions(
    equations: Sequence[sp.Expr], symbols: Sequence[sp.Symbol]
) -> tuple[tuple[Values, ...], bool]:
    """Return the real solutions of a zero-dimensional system, and whether they are all of them.

    Empty and False where the system is too large or has infinitely many complex solutions.
    """
    degree = max(sp.Poly(e, *symbols).total_degree() for e in equations)
    if len(symbols) > MAX_SYMBOLS or degree > MAX_DEGREE or len(equations) < len(symbols):
        return (), False
    try:
        ideal = sp.groebner(equations, *symbols, order="grevlex")
        if list(ideal.exprs) == [1]:
            return (), True
        if not ideal.is_zero_dimensional:
            return (), False
        triangular = list(ideal.fglm("lex").exprs)
    except (sp.PolynomialError, NotImplementedError, ValueError):
        return (), False
    last = [e for e in triangular if e.free_symbols <= {symbols[-1]}]
    complete = all(
        len(list(_real_roots(sp.Poly(f, symbols[-1])))) == sp.Poly(f, symbols[-1]).count_roots()
        for f in _factors(last[0])
    )
    found = tuple(real_solutions(triangular, {}))
    found = tuple(v for v in found if set(v) == set(symbols))
    return found, complete
