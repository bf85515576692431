"""Real solutions of small polynomial systems, exact: rational numbers and roots of rational numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

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


@dataclass(slots=True)
class _Search:
    """How many factors were followed, and whether no branch was left out."""

    splits: int = 0
    exhaustive: bool = True


def real_solutions(
    equations: Sequence[sp.Expr], defaults: Mapping[sp.Symbol, sp.Expr]
) -> Iterator[Values]:
    """Return real solutions of polynomial equations in the symbols of `defaults`.

    Equations are factored, and single unknowns solved for where an equation holds no other. An
    unknown that is left free takes its default. The list may be incomplete: a solution that is no
    root of a rational number, or needs two unknowns at once, is not found.
    """
    yield from _listed(equations, defaults, _Search())


def _listed(
    equations: Sequence[sp.Expr], defaults: Mapping[sp.Symbol, sp.Expr], search: _Search
) -> Iterator[Values]:
    seen: set[tuple[tuple[str, str], ...]] = set()
    for values in _solve([sp.expand(e) for e in equations], {}, search):
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
            search.exhaustive = False
            return


def _solve(equations: list[sp.Expr], values: Values, search: _Search) -> Iterator[Values]:
    left = [e for e in (_numerator(e.subs(values)) for e in equations) if e != 0]
    if any(e.is_number for e in left):
        return
    if not left:
        yield values
        return
    search.splits += 1
    if search.splits > MAX_SPLITS:
        search.exhaustive = False
        return
    best = min(left, key=lambda e: (len(e.free_symbols), sp.count_ops(e)))
    for factor in _factors(best):
        for step in _roots(factor, search):
            yield from _solve(
                left, {**{k: v.subs(step) for k, v in values.items()}, **step}, search
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


def _roots(factor: sp.Expr, search: _Search) -> Iterator[Values]:
    symbols = sorted(factor.free_symbols, key=str)
    if len(symbols) == 1:
        poly = sp.Poly(factor, symbols[0])
        found = list(_real_roots(poly))
        search.exhaustive = search.exhaustive and len(found) == _count(poly)
        yield from ({symbols[0]: root} for root in found)
        return
    for x in symbols:
        try:
            poly = sp.Poly(factor, x)
        except sp.PolynomialError:
            continue
        if poly.degree() == 1 and poly.LC().is_number:
            yield {x: sp.expand(-poly.nth(0) / poly.LC())}
            return
    search.exhaustive = False
    for x in symbols:
        poly = sp.Poly(factor, x)
        if poly.degree() == 1:
            # c x + r with c a monomial of unknowns that other equations keep from 0.
            yield {x: sp.cancel(-poly.nth(0) / poly.LC())}
            return


def _real_roots(poly: sp.Poly) -> Iterator[sp.Expr]:
    if poly.degree() > 8:
        return
    # Radicals of cubics and quartics make what they are put into unmanageable.
    for root in sp.roots(poly, cubics=False, quartics=False, quintics=False):
        if root.is_real:
            yield sp.radsimp(root)


def _count(poly: sp.Poly) -> int:
    """Return the number of real roots: by Sturm's theorem, or of x^n = c; −1 where it is not known."""
    if poly.domain.is_QQ or poly.domain.is_ZZ:
        return int(poly.count_roots())
    terms = dict(poly.terms())
    n = poly.degree()
    if set(terms) - {(n,), (0,)}:
        return -1
    if n % 2:
        return 1
    value = -terms.get((0,), sp.Integer(0)) / terms[(n,)]
    if value.is_zero:
        return 1
    return 2 if value.is_positive else 0 if value.is_negative else -1


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
    search = _Search()
    found = tuple(_listed(triangular, {}, search))
    whole = search.exhaustive and all(set(v) == set(symbols) for v in found)
    return tuple(v for v in found if set(v) == set(symbols)), whole
