"""Polynomials with rational coefficients in flint, read off sympy's expressions without expanding them."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp
from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx
from sympy.polys.polyerrors import CoercionFailed

from sith.theory.errors import UnsupportedCondition


class Polynomials:
    """The polynomials over Q in some symbols."""

    def __init__(self, symbols: Sequence[sp.Symbol], order: Ordering = Ordering.lex) -> None:
        """Number the symbols, whose names may repeat; terms are listed in the order."""
        self.symbols = tuple(symbols)
        names = tuple(f"x{i}" for i in range(len(self.symbols)))
        self.context = fmpq_mpoly_ctx.get(names, order)
        self._known: dict[sp.Expr, fmpq_mpoly] = dict(
            zip(self.symbols, self.context.gens(), strict=True)
        )

    def read(self, value: sp.Expr) -> fmpq_mpoly:
        """Return an expression as a polynomial.

        Raises `UnsupportedCondition` where it is none with rational coefficients.
        """
        try:
            return self._read(value)
        except _NoPolynomial:
            return self._expanded(value)

    def _read(self, value: sp.Expr) -> fmpq_mpoly:
        known = self._known.get(value)
        if known is None:
            known = self._known[value] = self._built(value)
        return known

    def _built(self, value: sp.Expr) -> fmpq_mpoly:
        if value.is_Rational:
            return self.context.constant(fmpq(int(value.p), int(value.q)))
        if value.is_Add:
            return sum((self._read(term) for term in value.args), self.context.constant(0))
        if value.is_Mul:
            product = self.context.constant(1)
            for factor in value.args:
                product = product * self._read(factor)
            return product
        if value.is_Pow and value.exp.is_Integer and value.exp >= 0:
            return self._read(value.base) ** int(value.exp)
        raise _NoPolynomial

    def _expanded(self, value: sp.Expr) -> fmpq_mpoly:
        """Irrational numbers may cancel where the products are expanded."""
        try:
            terms = sp.Poly(value, *self.symbols, domain=sp.QQ).as_dict()
        except (sp.PolynomialError, CoercionFailed) as error:
            raise UnsupportedCondition(
                f"{value} is not a polynomial with rational coefficients"
            ) from error
        return self.context.from_dict({k: fmpq(int(c.p), int(c.q)) for k, c in terms.items()})


class _NoPolynomial(Exception):
    """An expression that is no polynomial as it stands."""
