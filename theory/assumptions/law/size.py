"""How many monomials an expression may expand to, without expanding it."""

from __future__ import annotations

from math import comb, prod

import sympy as sp

MOST_MONOMIALS = 20_000
"""Polynomials that may have more monomials than these are not expanded."""


def monomial_bound(expression: sp.Expr) -> int:
    """Return an upper bound on the number of monomials of the expanded expression.

    Sums add, products multiply, and the n-th power of k terms has at most C(n + k − 1, n), nor
    more than there are monomials of its degree. Functions count as one symbol.
    """
    terms, degree = _size(expression)
    symbols = len(expression.free_symbols)
    return min(terms, comb(degree + symbols, symbols))


def _size(expression: sp.Expr) -> tuple[int, int]:
    """Return bounds on the number of terms and on the degree."""
    if isinstance(expression, sp.Add | sp.Mul):
        parts = [_size(a) for a in expression.args]
        if isinstance(expression, sp.Add):
            return sum(n for n, _ in parts), max(k for _, k in parts)
        return prod(n for n, _ in parts), sum(k for _, k in parts)
    if isinstance(expression, sp.Pow) and expression.exp.is_Integer and expression.exp > 0:
        n = int(expression.exp)
        terms, degree = _size(expression.base)
        return comb(n + terms - 1, n), n * degree
    return 1, int(bool(expression.free_symbols))
