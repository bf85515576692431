"""Whether exp of a log-density has a finite integral over R^d, block by block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sympy as sp

from sith.theory.assumptions.law.answer import Law, Standing, fails, jointly, not_shown, shown
from sith.theory.assumptions.law.growth import Growth, UnknownGrowth, growth
from sith.theory.assumptions.law.polynomial import direction, polynomial_law
from sith.theory.assumptions.law.regular import continuous, positive_on_reals
from sith.theory.assumptions.law.size import MOST_MONOMIALS, monomial_bound

_T = sp.Symbol("t", positive=True)


def real_law(expression: sp.Expr, coordinates: Sequence[sp.Symbol]) -> Law:
    """Return whether ∫ exp(p) over R^d is finite, for the log-density p in `coordinates`.

    Sums over disjoint coordinates are taken apart. Blocks that are polynomials are decided by
    `polynomial_law`, blocks of one coordinate by their growth at ±∞, and others where they are sums
    of functions of linear forms, or a power or logarithm of one polynomial.
    """
    law = jointly([_block(part, own) for part, own in _split(expression, coordinates)])
    if law.standing is not Standing.NOT_SHOWN or monomial_bound(expression) > MOST_MONOMIALS:
        return law
    expanded = sp.expand(expression, log=False, power_base=False)
    return jointly([_block(part, own) for part, own in _split(expanded, coordinates)])


def _block(part: sp.Expr, own: tuple[sp.Symbol, ...]) -> Law:
    if part.is_polynomial(*own):
        return polynomial_law(part, own)
    if len(own) == 1:
        return _line(part, own[0])
    for rule in (_of_linear_forms, _of_one_polynomial, _along_lines):
        law = rule(part, own)
        if law.standing is not Standing.NOT_SHOWN:
            return law
    return not_shown(f"no rule bounds {part}")


def _split(
    expression: sp.Expr, coordinates: Sequence[sp.Symbol]
) -> list[tuple[sp.Expr, tuple[sp.Symbol, ...]]]:
    """Split a sum into sums over disjoint sets of coordinates."""
    order = {x: i for i, x in enumerate(coordinates)}
    terms = [(a, a.free_symbols & set(order)) for a in sp.Add.make_args(expression)]
    parent = {x: x for x in coordinates}

    def root(x: sp.Symbol) -> sp.Symbol:
        while parent[x] != x:
            x = parent[x]
        return x

    for _, symbols in terms:
        first, *others = symbols or [None]
        for other in others:
            parent[root(other)] = root(first)
    blocks: dict[sp.Symbol, list[sp.Symbol]] = {}
    for x in coordinates:
        blocks.setdefault(root(x), []).append(x)
    sums: dict[sp.Symbol, list[sp.Expr]] = {key: [] for key in blocks}
    for term, symbols in terms:
        if symbols:
            sums[root(next(iter(symbols)))].append(term)
    return [(sp.Add(*sums[key]), tuple(own)) for key, own in blocks.items()]


def _line(part: sp.Expr, x: sp.Symbol) -> Law:
    """One coordinate: exp(p) falls faster than 1/t on both sides, and p is continuous."""
    for sign in (1, -1):
        try:
            side = growth(part.subs(x, sign * _T), _T)
        except UnknownGrowth as error:
            return not_shown(str(error))
        way = f"the direction {'+' if sign > 0 else '−'}{x}"
        if side.rising or side.rank == (0, False):
            what = "grows to +∞" if side.rising else "stays bounded"
            return fails(f"the log-density {what}", way)
        if side.log and (side.coefficient + 1).is_nonnegative:
            return fails(f"the density falls like a power ≥ −1 ({side.coefficient})", way)
        if not _integrable(side):
            return not_shown(f"the growth of {part} along {way}")
    if continuous(part, positive_on_reals):
        return shown("falls faster than 1/t on both sides")
    return not_shown(f"{part} is not seen to be continuous")


def _integrable(side: Growth) -> bool:
    return bool(side.falling and (not side.log or (side.coefficient + 1).is_negative))


def _of_linear_forms(part: sp.Expr, own: tuple[sp.Symbol, ...]) -> Law:
    """Σ φ_j(ℓ_j) beside a polynomial: bounded terms, with integrable ones on spanning forms."""
    terms = sp.Add.make_args(part)
    whole = sp.Add(*(a for a in terms if a.is_polynomial(*own)))
    forms = [(a, _form(a, own)) for a in terms if not a.is_polynomial(*own)]
    if any(not form for _, form in forms):
        return not_shown(f"{part} is not a sum of functions of linear forms")
    rows = sp.Matrix([form for _, form in forms])
    for v in rows.nullspace():
        slope = sp.Add(*(c * sp.diff(whole, x) for c, x in zip(v, own, strict=True)))
        if sp.expand(slope) == 0:
            return fails("the log-density does not depend on a direction", direction(v, own))
    used = tuple(x for x in own if whole.has(x))
    if used and polynomial_law(whole, used).standing is not Standing.SHOWN:
        return not_shown(f"{whole} is not seen to be bounded")
    spanning = [[int(x == y) for y in own] for x in used]
    for term, form in forms:
        pivot = next(x for x, c in zip(own, form, strict=True) if c != 0)
        profile = term.subs({x: 0 for x in own if x != pivot})
        law = _line(profile, pivot)
        if not _bounded_above(profile, pivot):
            return not_shown(f"{term} is not seen to be bounded")
        if law.standing is Standing.SHOWN:
            spanning.append(list(form))
    if spanning and sp.Matrix(spanning).rank() == len(own):
        return shown("functions of linear forms that span, each integrable and the rest bounded")
    return not_shown(f"no spanning set of integrable terms in {part}")


def _bounded_above(profile: sp.Expr, x: sp.Symbol) -> bool:
    try:
        sides = [growth(profile.subs(x, sign * _T), _T) for sign in (1, -1)]
    except UnknownGrowth:
        return False
    falling = all(s.falling or s.rank == (0, False) for s in sides)
    return falling and continuous(profile, positive_on_reals)


def _form(term: sp.Expr, own: tuple[sp.Symbol, ...]) -> tuple[sp.Rational, ...]:
    """Return ℓ where the term is a function of ℓ·x, and () otherwise."""
    parts = list(_polynomials(term, own))
    gradients = []
    for part in parts:
        poly = sp.Poly(part, *own)
        if poly.total_degree() != 1:
            return ()
        gradients.append([poly.coeff_monomial(x) for x in own])
    rows = sp.Matrix(gradients)
    if not all(c.is_Rational for c in rows) or rows.rank() != 1:
        return ()
    return tuple(gradients[0])


def _polynomials(term: sp.Expr, own: tuple[sp.Symbol, ...]) -> Iterator[sp.Expr]:
    """Yield the largest polynomial parts of an expression."""
    if not term.has(*own):
        return
    if term.is_polynomial(*own):
        yield term
    elif isinstance(term, sp.Add):
        whole = sp.Add(*(a for a in term.args if a.is_polynomial(*own)))
        if whole.has(*own):
            yield whole
        for a in term.args:
            if not a.is_polynomial(*own):
                yield from _polynomials(a, own)
    else:
        for a in term.args:
            yield from _polynomials(a, own)


def _of_one_polynomial(part: sp.Expr, own: tuple[sp.Symbol, ...]) -> Law:
    """c·f^r or c·log f for a polynomial f > 0 whose leading form is positive definite."""
    factor, core = part.as_independent(*own)
    if not isinstance(core, sp.Pow | sp.log):
        return not_shown(f"{part} is not a function of one polynomial")
    inside = core.args[0]
    if not inside.is_polynomial(*own):
        return not_shown(f"{inside} is not a polynomial")
    law = polynomial_law(-inside, own)
    poly = sp.Poly(inside, *own)
    axes = {sp.Poly(inside.subs({y: 0 for y in own if y != x}), x).degree() for x in own}
    even = axes == {poly.total_degree()}
    if law.standing is not Standing.SHOWN or not even:
        return not_shown(f"{inside} is not seen to grow in all directions")
    if not continuous(core, positive_on_reals):
        return not_shown(f"{core} is not seen to be continuous")
    if isinstance(core, sp.log):
        rate, least = -factor * poly.total_degree(), len(own)
        if (rate - least).is_positive:
            return shown("a power of a polynomial that falls faster than the volume grows")
        if (rate - least).is_nonpositive:
            return fails(
                f"the density falls like ‖·‖^(−{rate}) in {least} coordinates", "every direction"
            )
        return not_shown(f"the sign of {rate - least} is not known")
    if core.args[1].is_positive and factor.is_negative:
        return shown("minus a positive power of a polynomial that grows in all directions")
    return not_shown(f"{part} is not seen to fall")


def _along_lines(part: sp.Expr, own: tuple[sp.Symbol, ...]) -> Law:
    """Growth to +∞ along a line, of an expression that is algebraic near it."""
    if part.has(sp.exp, sp.log) or not continuous(part, positive_on_reals):
        return not_shown("only algebraic expressions are tried along lines")
    for v in _lines(len(own)):
        line = part.subs({x: a * _T for x, a in zip(own, v, strict=True)}, simultaneous=True)
        try:
            if growth(line, _T).rising:
                return fails("the log-density grows to +∞", direction(sp.Matrix(v), own))
        except UnknownGrowth:
            continue
    return not_shown("it grows along no line that was tried")


def _lines(dim: int) -> Iterator[tuple[int, ...]]:
    for i in range(dim):
        for sign in (1, -1):
            yield tuple(sign * int(i == j) for j in range(dim))
    for i in range(dim):
        for j in range(i):
            for sign in (1, -1):
                yield tuple(int(k == i) + sign * int(k == j) for k in range(dim))
