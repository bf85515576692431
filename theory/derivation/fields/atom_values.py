"""The checker's values of coefficients with exp, log and roots, modulo its own prime.

exp(m), for a monomial m with the value v_1^k_1 v_2^k_2 … at the point, is a random residue that is
drawn when the values and powers are first met; so is log q for an irreducible polynomial q. The
checker needs no value of the solver: any choice gives conditions that every free field meets, as
long as exp of different monomials and log of different factors are algebraically independent.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from math import lcm
from typing import Any

import sympy as sp
from sympy.polys.polyerrors import BasePolynomialError

from sith.theory.derivation.equation import Condition
from sith.theory.errors import UnsupportedCondition

Table = Mapping[sp.Symbol, sp.Rational]
Program = Callable[[Table, Mapping[sp.Symbol, int]], int]


class AtomValues:
    """Values of expressions at rational points, with a table of residues for the atoms."""

    def __init__(self, expressions: Sequence[sp.Expr], condition: Condition, prime: int) -> None:
        """Find the common denominator of the exponents' coefficients."""
        self.prime = prime
        self.coordinates = tuple(dict.fromkeys((*condition.z, *condition.zt)))
        self.rng = random.Random(5)
        self.drawn: dict[Any, int] = {}
        self.programs: dict[sp.Expr, Program] = {}
        self.factored: dict[sp.Expr, list[tuple[sp.Expr, int]]] = {}
        self.expanded: dict[sp.Expr, list[tuple[tuple[int, ...], sp.Rational]]] = {}
        denominators = {1}
        for expression in expressions:
            for atom in expression.atoms(sp.exp):
                # Signs only add and subtract coefficients: their denominators divide these.
                split = {a: sp.Dummy() for a in atom.args[0].atoms(sp.Abs, sp.sign)}
                inner = [a.args[0] for a in split]
                denominators |= {
                    int(c.q) for e in (atom.args[0].xreplace(split), *inner) for c in _numbers(e)
                }
        self.divisor = 1
        for d in denominators:
            self.divisor = lcm(self.divisor, d)
        self.divisor = self.divisor**2 if len(denominators) > 1 else 1

    def value(self, e: sp.Expr, table: Table) -> int:
        """Return the residue of an expression at a point."""
        if e not in self.programs:
            self.programs[e] = self._program(e)
        residues = {s: self._reduced(x, s) for s, x in table.items()}
        return self.programs[e](table, residues)

    def _program(self, e: Any) -> Program:
        """Return a function from a point, exact and in residues, to the residue of e."""
        prime = self.prime
        if isinstance(e, sp.Symbol):
            return lambda _, r: r[e]
        if isinstance(e, sp.Rational):
            constant = self._reduced(e, e)
            return lambda _t, _r: constant
        if isinstance(e, sp.exp) or e is sp.E:
            exponent = sp.Integer(1) if e is sp.E else e.args[0]
            return lambda t, _: self._exp(exponent, t)
        if isinstance(e, sp.log):
            return lambda t, _: self._log(e.args[0], t)
        if isinstance(e, sp.cosh | sp.sinh | sp.tanh):
            return self._program(e.rewrite(sp.exp))
        if e.is_Pow and e.exp.is_Integer:
            base, power = self._program(e.base), int(e.exp)
            return lambda t, r: pow(base(t, r), power, prime)
        if e.is_Add or e.is_Mul:
            parts = [self._program(a) for a in e.args]
            if e.is_Add:
                return lambda t, r: sum(part(t, r) for part in parts) % prime
            return lambda t, r: reduce(lambda x, part: x * part(t, r) % prime, parts, 1)
        # Absolute values, signs and roots need the exact value.
        return lambda t, _: self._reduced(e.xreplace(dict(t)), e)

    def _reduced(self, number: Any, origin: sp.Expr) -> int:
        if not isinstance(number, sp.Rational):
            raise UnsupportedCondition(f"the checker has no rational value for {origin} at a point")
        return int(number.p) * pow(int(number.q), -1, self.prime) % self.prime

    def _draw(self, key: Any) -> int:
        if key not in self.drawn:
            self.drawn[key] = self.rng.randrange(1, self.prime)
        return self.drawn[key]

    def _exp(self, exponent: sp.Expr, table: Table) -> int:
        resolved = _without_signs(exponent, table)
        if resolved not in self.expanded:
            self.expanded[resolved] = [(m, c) for m, c in self._poly(resolved).terms() if c != 0]
        result = 1
        for powers, c in self.expanded[resolved]:
            times = c * self.divisor
            if not times.is_Integer:
                raise UnsupportedCondition(f"exp({exponent}) has no common denominator")
            factors = zip(self.coordinates, powers, strict=True)
            key = tuple(sorted((table[s], k) for s, k in factors if k))
            result = result * pow(self._draw(key), int(times), self.prime) % self.prime
        return result

    def _log(self, argument: sp.Expr, table: Table) -> int:
        if argument not in self.factored:
            constant, factors = sp.factor_list(argument, *self.coordinates)
            if abs(constant) != 1 or any(f.has(sp.exp, sp.log, sp.Abs) for f, _ in factors):
                raise UnsupportedCondition(f"the checker has no value for log({argument})")
            self.factored[argument] = factors
        total = 0
        for factor, k in self.factored[argument]:
            own = tuple(s for s in self.coordinates if factor.has(s))
            poly = self._poly(factor)
            shape = str(sp.Poly(factor if poly.LC() > 0 else -factor, *own).terms())
            total += k * self._draw(("log", shape, tuple(table[s] for s in own)))
        return total % self.prime

    def _poly(self, value: sp.Expr) -> sp.Poly:
        try:
            return sp.Poly(value, *self.coordinates, domain=sp.QQ)
        except BasePolynomialError as error:
            raise UnsupportedCondition(f"{value} is not a polynomial") from error


def _without_signs(exponent: sp.Expr, table: Table) -> sp.Expr:
    signs: dict[sp.Expr, sp.Expr] = {}
    for atom in exponent.atoms(sp.Abs, sp.sign):
        inner = atom.args[0]
        side = 1 if inner.xreplace(dict(table)) >= 0 else -1
        signs[atom] = side * inner if isinstance(atom, sp.Abs) else sp.Integer(side)
    return exponent.xreplace(signs)


def _numbers(e: sp.Expr) -> list[sp.Rational]:
    symbols = sorted(e.free_symbols, key=str)
    if not symbols:
        return [e] if isinstance(e, sp.Rational) else []
    try:
        return list(sp.Poly(e, *symbols, domain=sp.QQ).coeffs())
    except BasePolynomialError:
        return []
