"""Whether an expression is continuous, so that exp of it is integrable on bounded sets."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

from sith.theory.assumptions.law.forms import Definite, form_sign
from sith.theory.assumptions.law.positivity import Sign, sign_on_box

Positive = Callable[[sp.Expr], bool]
_COMBINED = (sp.Add, sp.Mul, sp.exp, sp.sin, sp.cos, sp.tanh, sp.Abs, sp.atan)


def continuous(expression: sp.Expr, positive: Positive) -> bool:
    """Whether the expression is seen to be continuous; `positive` decides what stays above 0.

    False also where it is not recognised.
    """
    if expression.is_Atom:
        return True
    if isinstance(expression, sp.Pow):
        base, exponent = expression.args
        if not exponent.is_Rational or not continuous(base, positive):
            return False
        if exponent > 0:
            return bool(exponent.is_Integer or base.is_nonnegative or positive(base))
        return positive(base)
    if isinstance(expression, sp.log):
        return continuous(expression.args[0], positive) and positive(expression.args[0])
    if isinstance(expression, _COMBINED):
        return all(continuous(a, positive) for a in expression.args)
    return False


def positive_on_reals(expression: sp.Expr) -> bool:
    """Whether an expression in real symbols is seen to stay above 0 on R^d."""
    if expression.is_positive:
        return True
    symbols = sorted(expression.free_symbols, key=str)
    if not symbols or not expression.is_polynomial(*symbols):
        return False
    poly = sp.Poly(expression, *symbols)
    if not all(c.is_Rational for c in poly.coeffs()):
        return False
    if len(symbols) == 1:
        return bool(poly.eval(0) > 0 and poly.count_roots() == 0)
    # A polynomial is positive where its homogenisation is, away from 0.
    form = -poly.homogenize(sp.Dummy("w"))
    degree = form.total_degree()
    return degree % 2 == 0 and (
        form_sign(form, [degree] * len(form.gens)).sign is Definite.NEGATIVE
    )


def positive_on_box(expression: sp.Expr) -> bool:
    """Whether an expression is seen to stay above 0 on the closed unit box."""
    if expression.is_positive:
        return True
    symbols = sorted(expression.free_symbols, key=str)
    if not symbols or not expression.is_polynomial(*symbols):
        return False
    poly = sp.Poly(expression, *symbols)
    rational = all(c.is_Rational for c in poly.coeffs())
    return rational and sign_on_box(poly, 0, 1).sign is Sign.POSITIVE
