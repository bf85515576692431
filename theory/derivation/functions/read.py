"""The function that a question is about, in the symbols of up to three latent points."""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.logic.boolalg import Boolean

from sith.theory.errors import FloatInSymbolicField, InputError, UnknownName
from sith.theory.exactness import exact
from sith.theory.notation import latents

POINT_NAMES = ("z", "w", "v")
"""The names of the first, second and third latent point: z1, …, w1, …, v1, …"""


def read_function(function: Any, dim: int) -> tuple[sp.Basic, tuple[tuple[sp.Symbol, ...], ...]]:
    """Return the function in the toolkit's symbols, and the points that it may depend on."""
    if isinstance(function, Boolean) and not isinstance(function, sp.Symbol):
        floats = function.atoms(sp.Float)
        if floats:
            raise FloatInSymbolicField(
                f"the predicate contains the float {min(floats, key=str)}",
                cure="write Rational(1, 2) for 0.5",
            )
        value: sp.Basic = function
    elif isinstance(function, bool | str):
        raise InputError(
            f"function = {function!r}",
            allowed="a sympy expression, relation or Boolean of z1, …, w1, …, v1, …",
            cure="write Lt(z1, w1) for 'left of'",
        )
    else:
        value = exact(function, "the function")
    operators = value.atoms(sp.Derivative, sp.Integral, sp.Sum, sp.Product, sp.Limit, sp.Subs)
    if operators:
        raise InputError(
            f"the function contains {min(operators, key=str)}",
            cure="evaluate it first, with .doit()",
        )
    points = [latents(dim, name) for name in POINT_NAMES]
    known = {str(s): s for point in points for s in point}
    for symbol in sorted(value.free_symbols, key=str):
        if str(symbol) not in known:
            raise UnknownName(
                f"the function contains the unknown symbol {symbol}",
                allowed=", ".join(f"{n}1 … {n}{dim}" if dim > 1 else f"{n}1" for n in POINT_NAMES),
            )
    value = value.xreplace({s: known[str(s)] for s in value.free_symbols})
    used = [i for i, point in enumerate(points) if value.free_symbols & set(point)]
    return value, tuple(points[: max(used, default=0) + 1])
