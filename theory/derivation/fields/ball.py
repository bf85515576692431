"""Balls of real numbers that contain an expression's value at a rational point, by interval arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp
from flint import arb, ctx, fmpq

PRECISION = 256
"""Bits of the balls."""

_CONSTANTS = {sp.E: arb.const_e, sp.pi: arb.pi, sp.Catalan: arb.const_catalan}

Point = Mapping[sp.Symbol, sp.Rational]


def ball(e: Any, point: Point) -> arb:
    """Return a ball that contains the value at a rational point; it is everything where undefined."""
    before = ctx.prec
    ctx.prec = PRECISION
    try:
        return _enclose(e, point)
    finally:
        ctx.prec = before


def _enclose(e: Any, point: Point) -> arb:
    if e in point:
        e = point[e]
    if isinstance(e, sp.Rational):
        return arb(fmpq(int(e.p), int(e.q)))
    if e in _CONSTANTS:
        return _CONSTANTS[e]()
    parts = [_enclose(a, point) for a in e.args]
    if e.is_Add:
        return sum(parts, arb(0))
    if e.is_Mul:
        result = arb(1)
        for part in parts:
            result *= part
        return result
    if isinstance(e, sp.Pow) and isinstance(e.exp, sp.Rational):
        if e.exp.q == 1:
            return parts[0] ** int(e.exp)
        return parts[0].root(int(e.exp.q)) ** int(e.exp.p)
    if isinstance(e, sp.Abs):
        return abs(parts[0])
    if isinstance(e, sp.sign):
        return arb(0, 1) if parts[0].contains(0) else arb(1 if parts[0] > 0 else -1)
    name = type(e).__name__
    if name in ("exp", "log", "sinh", "cosh", "tanh", "gamma"):
        enclosure: arb = getattr(parts[0], name)()
        return enclosure
    return arb(0, "inf")
