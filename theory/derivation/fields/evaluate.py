"""Exact values of sympy expressions at rational points, modulo a prime.

Sums, products, integer powers, absolute values, signs and roots have rational values at suitable
rational points. exp and log do not: `sith.theory.derivation.fields.atoms` gives them independent residues.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sympy as sp
from flint import fmpq

from sith.theory.derivation.fields.atoms import Exponential, Logarithm, Residues
from sith.theory.errors import UnsupportedCondition

Values = Sequence[fmpq]
Evaluator = Callable[[Values], fmpq]
Modular = Callable[[Values, Residues], int]


def compile_modular(expression: sp.Expr, symbols: Sequence[sp.Symbol], divisor: int = 1) -> Modular:
    """Return a function from the symbols' rational values to the expression modulo a prime.

    `divisor` is a common denominator of the coefficients in all exponents. What has no value at
    rational points and no independent symbol raises `UnsupportedCondition` and names the
    sub-expression.
    """
    return _modular(expression, tuple(symbols), divisor)


def _modular(e: Any, symbols: tuple[sp.Symbol, ...], divisor: int) -> Modular:
    if not e.has(sp.exp, sp.log, sp.E):
        value = compile_exact(e, symbols)
        return lambda v, r: modulo(value(v), r.prime)
    parts = [_modular(a, symbols, divisor) for a in e.args] if e.is_Add or e.is_Mul else []
    if e.is_Add:
        return lambda v, r: sum(part(v, r) for part in parts) % r.prime
    if e.is_Mul:
        return lambda v, r: _product((part(v, r) for part in parts), r.prime)
    if e is sp.E or isinstance(e, sp.exp):
        exponential = Exponential(sp.log(e) if e is sp.E else e.args[0], symbols, divisor)
        return exponential.residue
    if isinstance(e, sp.log):
        logarithm = Logarithm(e.args[0], symbols)
        return logarithm.residue
    if isinstance(e, sp.Pow) and isinstance(e.exp, sp.Integer):
        base, power = _modular(e.base, symbols, divisor), int(e.exp)
        return lambda v, r: pow(base(v, r), power, r.prime)
    reason = "its value is no polynomial in symbols that are independent of the coordinates"
    if isinstance(e, sp.Abs | sp.sign):
        reason = "the sign of an exponential or logarithmic expression is not decided"
    raise UnsupportedCondition(
        f"the condition contains {e}: {reason}",
        allowed="sums, products and integer powers of rational expressions, exp and log",
        cure="rewrite the log-density with such terms",
    )


def compile_exact(expression: sp.Expr, symbols: Sequence[sp.Symbol]) -> Evaluator:
    """Return a function from the symbols' rational values to the expression's rational value.

    Sums, products, rational powers, absolute values and signs are known; anything else raises
    `UnsupportedCondition` and names the sub-expression. A root is refused where it is irrational.
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
        return lambda v: _exact_product(part(v) for part in parts)
    if isinstance(e, sp.Pow) and isinstance(e.exp, sp.Rational) and e.base.free_symbols:
        base, power, order = _compile(e.base, index), int(e.exp.p), int(e.exp.q)
        if order == 1:
            return lambda v: _power(base(v), power)
        return lambda v: _power(_root(base(v), order, e), power)
    if isinstance(e, sp.Abs):
        inner = _compile(e.args[0], index)
        return lambda v: abs(inner(v))
    if isinstance(e, sp.sign):
        inner = _compile(e.args[0], index)
        return lambda v: _sign(inner(v))
    raise UnsupportedCondition(
        f"the condition contains {e}, which has no exact rational value at rational points",
        allowed="sums, products, rational powers, absolute values, exp and log of polynomials",
        cure="rewrite the log-density with rational coefficients and such terms",
    )


class Pole(UnsupportedCondition):
    """An expression is infinite at a point."""


def _power(value: fmpq, power: int) -> fmpq:
    if power < 0 and value == 0:
        raise Pole(
            "the condition has a pole at a point of the latent space",
            cure="use expressions that are finite on the whole space, or another space",
        )
    return value**power


def _root(value: fmpq, order: int, e: sp.Expr) -> fmpq:
    top, bottom = int(value.p), int(value.q)
    if top >= 0:
        roots = [sp.integer_nthroot(n, order) for n in (top, bottom)]
        if all(whole for _, whole in roots):
            return fmpq(int(roots[0][0]), int(roots[1][0]))
    raise UnsupportedCondition(
        f"the condition contains {e}, and no rational points are known at which the root is rational",
        allowed="roots of expressions that are linear in a coordinate of their own",
        cure="use an integer power",
    )


def _product(factors: Iterable[int], prime: int) -> int:
    result = 1
    for factor in factors:
        result = result * factor % prime
    return result


def _exact_product(factors: Iterable[fmpq]) -> fmpq:
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
