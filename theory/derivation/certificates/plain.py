"""Numbers and polynomials as plain data: texts "p/q", and lists of powers and coefficients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

from sith.theory.errors import UnsupportedCondition


def terms_data(expression: sp.Expr, z: Sequence[sp.Symbol]) -> list[dict[str, Any]]:
    """Return a polynomial as a list of powers and coefficients."""
    terms = sp.Poly(expression, *z).as_dict()
    return [
        {"powers": list(powers), "coefficient": number_data(c)}
        for powers, c in sorted(terms.items())
        if c != 0
    ]


def number_data(value: Any) -> str:
    """Return a rational number as text; raises `UnsupportedCondition` for any other."""
    if not isinstance(value, sp.Rational):
        raise UnsupportedCondition(
            f"{value} is not rational, so no certificate can hold it",
            cure="choose parameters for which base map and learned parameters are rational",
        )
    return str(value)
