"""Decoder equations as linear differential operators on the field ξ."""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from sith.theory.assumptions import StructuredMixing
from sith.theory.derivation.equation import Condition, Equation

_EPSILON = sp.Symbol("epsilon", real=True)


def decoder_operator(
    condition: Condition, equation: Equation
) -> Iterator[tuple[int, tuple[int, ...], sp.Expr]]:
    """Return (output i, powers of ∂, coefficient) for each term of the equation's linearisation.

    To first order ĝ_a changes by −Σ_i (∂_i g_a) ξ_i. A product of derivatives of ĝ changes by the
    sum over its factors, and ∂^n(c ξ_i) is expanded by Leibniz' rule, with e^{s·z} for ξ_i: its
    derivatives are powers of s.
    """
    mixing, z = condition.mixing, condition.z
    if not equation.decoder or not isinstance(mixing, StructuredMixing):
        return
    g = mixing.at(z)
    s = [sp.Symbol(f"s{j}", real=True) for j in range(len(z))]
    wave = sp.exp(sp.Add(*(a * b for a, b in zip(s, z, strict=True))))
    for i, x in enumerate(z):
        total = sp.Integer(0)
        for factors in equation.decoder:
            product = sp.Integer(1)
            for a, powers in factors:
                change = -sp.diff(g[a], x) * wave
                orders = [(y, k) for y, k in zip(z, powers, strict=True) if k]
                product *= _along(g[a], orders) + _EPSILON * _along(change, orders)
            total += sp.diff(sp.expand(product), _EPSILON).subs(_EPSILON, 0)
        slope = sp.expand(sp.expand(total / wave))
        if slope != 0:
            for powers, c in sp.Poly(slope, *s).terms():
                if c != 0:
                    yield i, tuple(powers), c


def _along(value: sp.Expr, orders: list[tuple[sp.Symbol, int]]) -> sp.Expr:
    for symbol, order in orders:
        value = sp.diff(value, symbol, order)
    return value
