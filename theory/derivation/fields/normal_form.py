"""The normal form of a polynomial on pairs of a space, with a second partner where there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp
from flint import fmpq_mpoly

from sith.theory.derivation.equation import Condition
from sith.theory.derivation.fields.polynomials import Polynomials
from sith.theory.errors import UnsupportedCondition

_PARTNER = "w"


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


def leading(condition: Condition, point: Sequence[sp.Symbol]) -> sp.Symbol:
    """Return the coordinate of a point whose square is replaced: the last that is not kept from z."""
    return ([x for x in point if x not in condition.z] or [*condition.z])[-1]


def first_term(condition: Condition, left: Mapping[tuple[int, ...], Any]) -> str:
    """Return one term of a normal form, as text."""
    powers, coefficient = next(iter(left.items()))
    symbols = (*condition.z, *condition.zt)
    return str(sp.Mul(coefficient, *(s**k for s, k in zip(symbols, powers, strict=False))))


def normal_form(condition: Condition, value: sp.Expr) -> dict[tuple[int, ...], Any]:
    """Expand into monomials, one square of each point replaced through the space's equation.

    It is the square of the last coordinate of z, and of the last one of a partner that is not kept
    from z. Partners come first, so that what they put in is replaced in turn: the leading squares are
    of different symbols, and the equations a Gröbner basis. Monomials are powers of z, z̃ (shared
    symbols once), a second partner if there is one, and then the remaining symbols in the order of
    their names.
    """
    points = [condition.z, condition.zt]
    extra = value.free_symbols & fresh_symbols(condition)
    if extra:
        table = fresh_partner(condition)
        points.append(tuple(table.get(x, x) for x in condition.zt))
    symbols = list(dict.fromkeys(s for point in points for s in point))
    parameters = sorted(value.free_symbols - set(symbols), key=str)
    ring = Polynomials((*symbols, *parameters))
    poly = ring.read(value)
    for point in reversed(points):
        lead = leading(condition, point)
        for constraint in condition.space.constraints(point):
            rest = ring.read(sp.expand(lead**2 - constraint))
            position = ring.symbols.index(lead)
            if any(powers[position] for powers in rest.to_dict()):
                raise UnsupportedCondition(f"the constraint {constraint} is not monic in {lead}²")
            poly = _replace_square(poly, position, rest)
    return {
        tuple(int(k) for k in powers): sp.Rational(int(c.p), int(c.q))
        for powers, c in poly.to_dict().items()
    }


def _replace_square(poly: fmpq_mpoly, position: int, rest: fmpq_mpoly) -> fmpq_mpoly:
    by_power: dict[int, dict[tuple[int, ...], Any]] = {}
    for powers, coefficient in poly.to_dict().items():
        half = int(powers[position]) // 2
        lower = tuple(int(k) - 2 * half * (i == position) for i, k in enumerate(powers))
        bucket = by_power.setdefault(half, {})
        bucket[lower] = bucket.get(lower, 0) + coefficient
    context = poly.context()
    result = context.constant(0)
    for half, terms in by_power.items():
        result += context.from_dict(terms) * rest**half
    return result
