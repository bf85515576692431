"""The checker's symbols for exp, log and roots: what vanishes in them vanishes as a function."""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm
from typing import Any

import sympy as sp
from sympy.polys.polyerrors import BasePolynomialError

from sith.theory.errors import UnsupportedCondition

MAX_OPERATIONS = 20000
"""Expressions with more operations than this are not expanded."""


def require_size(value: sp.Expr) -> None:
    """Raise `UnsupportedCondition` for an expression that is too large to expand."""
    size = sp.count_ops(value)
    if size > MAX_OPERATIONS:
        raise UnsupportedCondition(
            f"an identity of {size} operations is too large to expand",
            allowed=f"at most {MAX_OPERATIONS}",
        )


class IndependentSymbols:
    """Replaces exp, log and roots by symbols; `relations` gives w ↦ (b, f) with w^b = f."""

    def __init__(self, value: sp.Expr, coordinates: Sequence[sp.Symbol]) -> None:
        self.coordinates = tuple(coordinates)
        self.known: dict[Any, sp.Symbol] = {}
        self.exponent_of: dict[sp.Symbol, sp.Expr] = {}
        self.relations: dict[sp.Symbol, tuple[int, sp.Expr]] = {}
        coefficients = [c for a in value.atoms(sp.exp) for _, c in self._terms(a.args[0])]
        self.divisor = lcm(*(int(c.q) for c in coefficients))
        self.orders: dict[sp.Expr, int] = {}
        for power in value.atoms(sp.Pow):
            if power.exp.is_Rational and not power.exp.is_Integer:
                base = sp.expand(power.base)
                self.orders[base] = lcm(self.orders.get(base, 1), int(power.exp.q))

    def _terms(self, exponent: sp.Expr) -> list[tuple[tuple[int, ...], sp.Rational]]:
        try:
            poly = sp.Poly(exponent, *self.coordinates, domain=sp.QQ)
        except BasePolynomialError as error:
            raise UnsupportedCondition(
                f"exp({exponent}) whose exponent is not a polynomial with rational coefficients"
            ) from error
        return [(m, c) for m, c in poly.terms() if c != 0]

    def symbol(self, key: Any) -> sp.Symbol:
        """Return the symbol of an atom, a new one where the atom is new."""
        return self.known.setdefault(key, sp.Symbol(f"a_{len(self.known)}", positive=True))

    def replace(self, e: Any) -> sp.Expr:
        """Return the expression in coordinates and symbols."""
        if e is sp.E:
            return self.replace(sp.exp(sp.Integer(1), evaluate=False))
        if isinstance(e, sp.exp):
            factors = []
            for powers, c in self._terms(e.args[0]):
                monomial = sp.Mul(*(x**k for x, k in zip(self.coordinates, powers, strict=True)))
                base = self.symbol(("exp", powers))
                self.exponent_of[base] = monomial / self.divisor
                factors.append(base ** (c * self.divisor))
            return sp.Mul(*factors)
        if isinstance(e, sp.log):
            return self._log(self.replace(e.args[0]))
        if isinstance(e, sp.Pow) and e.exp.is_Rational and not e.exp.is_Integer:
            base = sp.expand(e.base)
            order = self.orders[base]
            root = self.symbol(("root", base))
            self.relations[root] = (order, self.replace(base))
            return root ** (e.exp * order)
        if not e.args:
            return e
        return e.func(*(self.replace(a) for a in e.args))

    def _log(self, argument: sp.Expr) -> sp.Expr:
        """Return Σ k log|q| over the factors, the logarithm of exp(m/D) being m/D itself."""
        require_size(argument)
        total = sp.Integer(0)
        for part, sign in zip(sp.fraction(sp.together(argument)), (1, -1), strict=True):
            constant, factors = sp.factor_list(part)
            for prime, k in sp.factorint(abs(sp.Rational(constant))).items():
                total += sign * k * self.symbol(("log", sp.Integer(prime)))
            for factor, k in factors:
                if factor in self.exponent_of:
                    total += sign * k * self.exponent_of[factor]
                    continue
                leading = sp.Poly(factor).LC()
                total += sign * k * self.symbol(("log", factor if leading > 0 else -factor))
        return total
