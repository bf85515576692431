"""Exact maps as plain data, so that a stored map is read without parsing an expression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp

from sith.theory.errors import InputError, UnsupportedCondition
from sith.theory.groups.maps import Map
from sith.theory.notation import latents

MAX_TERMS = 10_000
"""More terms than this are no small witness, and are not read."""


def map_data(member: Map) -> dict[str, Any]:
    """Return a rational map as data: for each output, the terms of numerator and denominator.

    A term is [coefficient as text "p/q", powers]. Raises `UnsupportedCondition` for a map that is
    no ratio of polynomials with rational coefficients.
    """
    rows = []
    for expression in member.expressions:
        parts = sp.fraction(sp.cancel(sp.together(expression)))
        rows.append([_terms(part, member.symbols) for part in parts])
    return {"inputs": member.dim, "outputs": rows}


def read_map(data: Any) -> Map:
    """Return the map of `map_data`; raises `InputError` for anything else."""
    if not isinstance(data, Mapping) or set(data) != {"inputs", "outputs"}:
        raise InputError("a map is stored as an object with 'inputs' and 'outputs'")
    inputs, rows = data["inputs"], data["outputs"]
    if type(inputs) is not int or not 1 <= inputs <= 100 or not isinstance(rows, list):
        raise InputError(f"a map of {inputs!r} inputs", allowed="1 to 100, with a list of outputs")
    z = latents(inputs)
    image = []
    for row in rows:
        if not isinstance(row, list) or len(row) != 2:
            raise InputError("an output is stored as numerator and denominator")
        top, bottom = (_polynomial(part, z) for part in row)
        if bottom == 0:
            raise InputError("an output has the denominator 0")
        image.append(top / bottom)
    return Map(z, tuple(image))


def _terms(part: sp.Expr, symbols: Sequence[sp.Symbol]) -> list[list[Any]]:
    if not part.is_polynomial(*symbols):
        raise UnsupportedCondition(f"{part} is not a polynomial, so the map cannot be stored")
    terms = sp.Poly(part, *symbols).terms()
    if not all(isinstance(c, sp.Rational) for _, c in terms):
        raise UnsupportedCondition(f"{part} has a coefficient that is not rational")
    return [[str(c), list(powers)] for powers, c in terms]


def _polynomial(data: Any, z: Sequence[sp.Symbol]) -> sp.Expr:
    if not isinstance(data, list) or len(data) > MAX_TERMS:
        raise InputError("a polynomial is stored as a list of terms")
    total = sp.Integer(0)
    for term in data:
        if not isinstance(term, list) or len(term) != 2 or not isinstance(term[1], list):
            raise InputError(f"the term {str(term)[:60]}", allowed="[coefficient, powers]")
        powers = term[1]
        if len(powers) != len(z) or not all(type(k) is int and 0 <= k <= 100 for k in powers):
            raise InputError(f"the powers {str(powers)[:60]}", allowed=f"{len(z)} integers 0–100")
        total += _number(term[0]) * sp.Mul(*(x**k for x, k in zip(z, powers, strict=True)))
    return total


def _number(text: Any) -> sp.Rational:
    parts = text.split("/") if isinstance(text, str) and len(text) <= 400 else []
    if len(parts) in (1, 2) and all(p.removeprefix("-").isdecimal() for p in parts):
        top, bottom = int(parts[0]), int(parts[1]) if len(parts) == 2 else 1
        if bottom > 0:
            return sp.Rational(top, bottom)
    raise InputError(f"the number {str(text)[:60]!r}", allowed='a fraction as text, "p/q"')
