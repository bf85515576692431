"""Exact values of sympy expressions at rational points, by walking the tree once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sympy as sp
from flint import fmpq

from theory.errors import UnsupportedCondition

Values = Sequence[fmpq]
Evaluator = Callable[[Values], fmpq]


def compile_exact(expression: sp.Expr, symbols: Sequence[sp.Symbol]) -> Evaluator:
    """Return a function from the symbols' rational values to the expression's rational value.

    Sums, products, integer powers, absolute values and signs are known; anything else raises
    `UnsupportedCondition` and names the sub-expression.
    """
    index = {s: i for i, s in enumerate(symbols)}
    return _compile(expression, index)


def _compile(e: Any, index: dict[sp.Symbol, int]) -> Evaluator:
    if isinstance(e, sp.Symbol):
        position = index[e]
        return lambda v: v[position]
    if isinstance(e, sp.Rational):
        constant = fmpq(int(e.p), int(e.q))
        return lambda _: constant
    parts = [_compile(a, index) for a in e.args] if isinstance(e, sp.Add | sp.Mul) else []
    if isinstance(e, sp.Add):
        return lambda v: sum((part(v) for part in parts), fmpq(0))
    if isinstance(e, sp.Mul):
        return lambda v: _product(part(v) for part in parts)
    if isinstance(e, sp.Pow) and isinstance(e.exp, sp.Integer):
        base, power = _compile(e.base, index), int(e.exp)
        return lambda v: _power(base(v), power)
    if isinstance(e, sp.Abs):
        inner = _compile(e.args[0], index)
        return lambda v: abs(inner(v))
    if isinstance(e, sp.sign):
        inner = _compile(e.args[0], index)
        return lambda v: _sign(inner(v))
    raise UnsupportedCondition(
        f"the condition contains {e}, which has no exact rational value at rational points",
        allowed="sums, products, integer powers, absolute values",
        cure="rewrite the log-density as a polynomial or rational expression",
    )


def _power(value: fmpq, power: int) -> fmpq:
    if power < 0 and value == 0:
        raise UnsupportedCondition(
            "the condition has a pole at a point of the latent space",
            cure="use expressions that are finite on the whole space, or another space",
        )
    return value**power


def _product(factors: Any) -> fmpq:
    result = fmpq(1)
    for factor in factors:
        result *= factor
    return result


def _sign(value: fmpq) -> fmpq:
    return fmpq((value > 0) - (value < 0))


def to_flint(point: Sequence[sp.Rational]) -> list[fmpq]:
    """Return a rational point in flint's numbers."""
    return [fmpq(int(x.p), int(x.q)) for x in point]


def modulo(value: fmpq, prime: int) -> int:
    """Return a rational number modulo a prime that does not divide its denominator."""
    return int(value.p) * pow(int(value.q), -1, prime) % prime
