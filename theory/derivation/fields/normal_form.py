"""The normal form of a polynomial on pairs of a space, with a second partner where there is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sympy as sp
from flint import fmpq

from sith.theory.derivation.equation import Condition
from sith.theory.derivation.fields.polynomials import Polynomials
from sith.theory.derivation.fields.regular_points import require_independent
from sith.theory.derivation.fields.variety import Terms, Variety, sparse, variety_of

_PARTNER = "w"
_NOTHING = sp.Integer(0)


def fresh_partner(condition: Condition) -> dict[sp.Symbol, sp.Symbol]:
    """Return the symbols of a second partner, for those of z̃ that are not kept from z."""
    return {
        x: sp.Symbol(f"{_PARTNER}{i}", real=True)
        for i, x in enumerate(condition.zt)
        if x not in condition.z
    }


def fresh_symbols(condition: Condition) -> set[sp.Symbol]:
    """Return the symbols of a second partner."""
    return set(fresh_partner(condition).values())


def first_term(condition: Condition, left: Mapping[tuple[int, ...], Any]) -> str:
    """Return one term of a normal form, as text."""
    powers, coefficient = next(iter(left.items()))
    symbols = (*condition.z, *condition.zt)
    return str(sp.Mul(coefficient, *(s**k for s, k in zip(symbols, powers, strict=False))))


def normal_form(condition: Condition, value: sp.Expr) -> dict[tuple[int, ...], Any]:
    """Expand into monomials, reduced modulo the equations of the space.

    Of a partner that keeps coordinates of z, squares of those that it does not keep are replaced, and
    partners come first, so that what they put in is replaced in turn: the leading squares are of
    different symbols, and the equations of all points a Gröbner basis. Monomials are powers of z, z̃
    (shared symbols once), a second partner if there is one, and then the remaining symbols in the
    order of their names.
    """
    points = [condition.z, condition.zt]
    extra = value.free_symbols & fresh_symbols(condition)
    if extra:
        table = fresh_partner(condition)
        points.append(tuple(table.get(x, x) for x in condition.zt))
    symbols = list(dict.fromkeys(s for point in points for s in point))
    parameters = sorted(value.free_symbols - set(symbols), key=str)
    ring = Polynomials((*symbols, *parameters))
    terms = {tuple(map(int, powers)): c for powers, c in ring.read(value).to_dict().items()}
    return sparse(_reduce(terms, _rules(condition, points, ring.symbols)))


def monomial_forms(
    condition: Condition, monomials: Iterable[tuple[int, ...]]
) -> Iterator[dict[tuple[int, ...], Any]]:
    """Yield the normal form of each monomial in the powers of z and z̃, shared symbols once."""
    points = [condition.z, condition.zt]
    rules = _rules(condition, points, tuple(dict.fromkeys((*condition.z, *condition.zt))))
    for monomial in monomials:
        yield sparse(_reduce({monomial: fmpq(1)}, rules))


Rules = tuple[tuple[Variety, tuple[int, ...]], ...]


def _rules(
    condition: Condition,
    points: Sequence[Sequence[sp.Symbol]],
    symbols: Sequence[sp.Symbol],
) -> Rules:
    """Return the rules of each point, partners first, with the places of its coordinates."""
    if not condition.space.constraints(condition.z):
        return ()
    found = []
    for k, point in reversed(tuple(enumerate(points))):
        kept = tuple(i for i, x in enumerate(point) if k and x in condition.z)
        variety = variety_of(condition.space, kept)
        found.append((variety, tuple(symbols.index(s) for s in point)))
    return tuple(found)


def _reduce(terms: Terms, rules: Rules) -> Terms:
    for variety, places in rules:
        terms = variety.reduce(terms, places)
    return terms


def require_all(
    condition: Condition, left: Mapping[tuple[int, ...], Any], value: sp.Expr = _NOTHING
) -> None:
    """Show that the monomials of a normal form are independent on the space: none of it vanishes.

    `value` is what the normal form is of, if it may hold a second partner. Raises
    `UnsupportedCondition` where independence is not shown.
    """
    if not condition.space.constraints(condition.z):
        return
    d = len(condition.z)
    copies = 2 + bool(value.free_symbols & fresh_symbols(condition))
    if set(condition.z) & set(condition.zt):
        copies = 1  # the partner shares coordinates, and is on a part of the space
    for k in range(copies):
        heads = {m[k * d : (k + 1) * d] for m in left}
        require_independent(condition.space, sorted(heads))
