"""Orthogonal polynomials of one coordinate, by their closed forms."""

from __future__ import annotations

from math import factorial

import sympy as sp


def hermite(n: int, x: sp.Expr) -> sp.Expr:
    """Return the probabilists' Hermite polynomial He_n."""
    before, now = sp.Integer(0), sp.Integer(1)
    for k in range(n):
        before, now = now, sp.expand(x * now - k * before)
    return now


def hermite_square(n: int) -> sp.Rational:
    """Return E He_n² = n! under N(0, 1)."""
    return sp.Integer(factorial(n))


def jacobi(n: int, a: sp.Rational, b: sp.Rational, x: sp.Expr) -> sp.Expr:
    """Return (−1)^n ₂F₁(−n, n+a+b+1; a+1; x), orthogonal for x^a (1−x)^b on (0, 1)."""
    s = a + b + 1
    terms = (
        sp.rf(-n, k) * sp.rf(n + s, k) / (sp.rf(a + 1, k) * factorial(k)) * x**k
        for k in range(n + 1)
    )
    return sp.expand((-1) ** n * sp.Add(*terms))


def jacobi_square(n: int, a: sp.Rational, b: sp.Rational) -> sp.Rational:
    """Return E P² of `jacobi` under the law with density ∝ x^a (1−x)^b."""
    if n == 0:
        return sp.Integer(1)
    s = a + b + 1
    top = factorial(n) * sp.rf(b + 1, n)
    return top / (sp.rf(a + 1, n) * sp.rf(s + 1, n - 1) * (2 * n + s))
