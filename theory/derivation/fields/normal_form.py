"""The normal form of a polynomial on pairs of a space, with a second partner where there is one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp
from sympy.polys.polyerrors import CoercionFailed

from sith.theory.derivation.equation import Condition
from sith.theory.errors import UnsupportedCondition

_PARTNER = "w"


def fresh_partner(condition: Condition) -> dict[sp.Symbol, sp.Symbol]:
    """Return the symbols of a second partner, for those of z̃."""
    return {x: sp.Symbol(f"{_PARTNER}{i}", real=True) for i, x in enumerate(condition.zt)}


def fresh_symbols(condition: Condition) -> set[sp.Symbol]:
    """Return the symbols of a second partner."""
    return set(fresh_partner(condition).values())


def first_term(condition: Condition, left: Mapping[tuple[int, ...], Any]) -> str:
    """Return one term of a normal form, as text."""
    powers, coefficient = next(iter(left.items()))
    symbols = (*condition.z, *condition.zt)
    return str(sp.Mul(coefficient, *(s**k for s, k in zip(symbols, powers, strict=False))))


def normal_form(condition: Condition, value: sp.Expr) -> dict[tuple[int, ...], Any]:
    """Expand into monomials, the last coordinate's square replaced through the space's equation.

    Monomials are powers of z, z̃ (shared symbols once), a second partner if there is one, and then
    the remaining symbols in the order of their names.
    """
    points = [condition.z, condition.zt]
    extra = value.free_symbols & fresh_symbols(condition)
    if extra:
        points.append(tuple(fresh_partner(condition).values()))
    symbols = list(dict.fromkeys(s for point in points for s in point))
    parameters = sorted(value.free_symbols - set(symbols), key=str)
    try:
        poly = sp.Poly(value, *symbols, *parameters, domain=sp.QQ)
    except (sp.PolynomialError, CoercionFailed) as error:
        raise UnsupportedCondition(
            f"{value} is not a polynomial with rational coefficients"
        ) from error
    for point in points:
        for constraint in condition.space.constraints(point):
            last = point[-1]
            rest = sp.Poly(last**2 - constraint, *symbols, *parameters, domain=sp.QQ)
            if rest.degree(last) > 0:
                raise UnsupportedCondition(f"the constraint {constraint} is not monic in {last}²")
            poly = _replace_square(poly, last, rest)
    return {k: c for k, c in poly.as_dict().items() if c != 0}


def _replace_square(poly: sp.Poly, last: sp.Symbol, rest: sp.Poly) -> sp.Poly:
    position = poly.gens.index(last)
    by_power: dict[int, dict[tuple[int, ...], Any]] = {}
    for powers, coefficient in poly.as_dict().items():
        half = powers[position] // 2
        lower = tuple(k - 2 * half * (i == position) for i, k in enumerate(powers))
        bucket = by_power.setdefault(half, {})
        bucket[lower] = bucket.get(lower, 0) + coefficient
    result = sp.Poly(0, *poly.gens, domain=sp.QQ)
    for half, terms in by_power.items():
        result += sp.Poly.from_dict(terms, *poly.gens, domain=sp.QQ) * rest**half
    return result
