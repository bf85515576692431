"""Exact numbers at the border of the formal layer: integers and rationals in, floats refused."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from numbers import Integral
from typing import Any

import sympy as sp

from sith.theory.errors import FloatInSymbolicField, InputError


def exact(value: Any, what: str = "value") -> sp.Expr:
    """Turn an int, Fraction or sympy expression into an exact sympy expression.

    Raises `FloatInSymbolicField` for a Python float, a numpy float or a sympy expression that
    contains one, and `InputError` for anything else, text included: text is never parsed.
    """
    if isinstance(value, bool):
        raise InputError(f"{what} = {value!r} is a truth value", allowed="an exact number")
    if isinstance(value, Integral):
        return sp.Integer(int(value))
    if isinstance(value, Fraction):
        return sp.Rational(value.numerator, value.denominator)
    if isinstance(value, sp.Expr):
        if value.has(sp.nan, sp.zoo, sp.oo, -sp.oo, sp.I):
            raise InputError(f"{what} = {value} is not a real number", allowed="real expressions")
        floats = value.atoms(sp.Float)
        if floats:
            raise FloatInSymbolicField(
                f"{what} contains the float {min(floats, key=str)}",
                allowed="integers, rationals and exact sympy expressions",
                cure="write Rational(1, 2) for 0.5",
            )
        return value
    if isinstance(value, float) or hasattr(value, "dtype"):
        raise FloatInSymbolicField(
            f"{what} = {value!r} is a float",
            allowed="integers, rationals and exact sympy expressions",
            cure="write Rational(1, 2) for 0.5",
        )
    raise InputError(
        f"{what} = {value!r} is of type {type(value).__name__}",
        allowed="integers, rationals and exact sympy expressions",
    )


def rational(value: Any, what: str = "value") -> sp.Rational:
    """Turn a value into an exact rational number; raises `InputError` when it is not one."""
    number = exact(value, what)
    if not isinstance(number, sp.Rational):
        raise InputError(f"{what} = {number} is not a rational number", allowed="a rational number")
    return number


def integer(value: Any, what: str, *, least: int) -> int:
    """Turn a value into an integer ≥ `least`."""
    number = rational(value, what)
    if not isinstance(number, sp.Integer) or number < least:
        raise InputError(f"{what} = {number}", allowed=f"an integer ≥ {least}")
    return int(number)


def positive(value: Any, what: str) -> sp.Rational:
    """Turn a value into a rational number > 0."""
    number = rational(value, what)
    if number <= 0:
        raise InputError(f"{what} = {number}", allowed="a rational number > 0")
    return number


def rational_matrix(rows: Iterable[Iterable[Any]], what: str) -> sp.ImmutableMatrix:
    """Turn rows of numbers into an exact rational matrix."""
    table = [[rational(entry, f"entry of {what}") for entry in row] for row in rows]
    if not table or any(len(row) != len(table[0]) for row in table):
        raise InputError(f"{what} is not a rectangular table of numbers")
    return sp.ImmutableMatrix(table)


def dimension(value: Any, *, least: int = 2, what: str = "dimension d") -> int:
    """Validate a latent dimension; the theorems need d ≥ 2."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputError(f"{what} = {value!r}", allowed=f"an integer ≥ {least}")
    if value < least:
        raise InputError(f"{what} = {value}", allowed=f"an integer ≥ {least}")
    return value
