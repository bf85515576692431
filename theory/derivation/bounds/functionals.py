"""The first-order change of each equation, as functionals of the unknown field modulo the checker's prime."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

from sith.theory.assumptions import StructuredMixing
from sith.theory.derivation.bounds.check import EPSILON, image_table
from sith.theory.derivation.equation import Condition, Equation
from sith.theory.derivation.fields.atom_values import AtomValues

CHECK_PRIME = 2147483647
"""2^31 − 1: products of two residues fit in 64 bits."""


def functionals_of(condition: Condition) -> list[Functional]:
    """Return each equation with the polynomial coefficients of its first-order change."""
    at = [sp.Symbol(f"X{i}", real=True) for i in range(len(condition.image))]
    at_t = [sp.Symbol(f"Y{i}", real=True) for i in range(len(condition.image))]
    to_parameter = {p: sp.Symbol(f"D{i}", real=True) for i, p in enumerate(condition.parameters)}
    slopes = []
    decoder = _DecoderSymbols(condition)
    for equation in condition.equations:
        image = [b + EPSILON * x for b, x in zip(condition.base, at, strict=True)]
        image_t = [b + EPSILON * x for b, x in zip(condition.base_t, at_t, strict=True)]
        table = image_table(condition, image, image_t)
        for p, value in condition.parameters.items():
            table[p] = value + EPSILON * to_parameter[p]
        slope = sp.diff(equation.residual.xreplace(table), EPSILON).subs(EPSILON, 0)
        slopes.append([sp.diff(slope, s) for s in (*at, *at_t, *to_parameter.values())])
    atoms = AtomValues([c for row in slopes for c in row], condition, CHECK_PRIME)
    return [
        (equation, [_Coefficient(c, condition, atoms) for c in row], decoder.of(equation, atoms))
        for equation, row in zip(condition.equations, slopes, strict=True)
    ]


class _Coefficient:
    """A coefficient function of (z, z̃), evaluated modulo the checker's prime."""

    def __init__(self, expression: sp.Expr, condition: Condition, atoms: AtomValues) -> None:
        self.expression = expression
        both = (*condition.z, *condition.zt)
        self.symbols = tuple(dict.fromkeys(both))
        self.positions = tuple(both.index(s) for s in self.symbols)
        self.zero = expression == 0
        self.atoms = atoms
        self.terms: dict[tuple[int, ...], Any] | None = None
        special = expression.has(sp.exp, sp.log, sp.E, sp.Abs, sp.sign)
        if not special and expression.is_polynomial(*self.symbols):
            self.terms = sp.Poly(expression, *self.symbols, domain=sp.QQ).as_dict()

    def at(self, residues: Sequence[int], point: Sequence[sp.Rational]) -> int:
        if self.terms is None:
            table = {s: point[i] for s, i in zip(self.symbols, self.positions, strict=True)}
            return self.atoms.value(self.expression, table)
        total = 0
        for powers, coefficient in self.terms.items():
            term = residue(coefficient)
            for position, k in zip(self.positions, powers, strict=True):
                if k:
                    value = residues[position]
                    term = term * pow(value, k, CHECK_PRIME) % CHECK_PRIME
            total += term
        return total % CHECK_PRIME


class _DecoderSymbols:
    """Decoder equations as differential operators on ξ, by their symbols.

    The field e^{s·z} in component i changes ĝ_a by −(∂_i g_a) e^{s·z}, and ∂_j acts on a multiple
    of e^{s·z} as ∂_j + s_j on the factor: the coefficient of a power of s is that of a derivative.
    """

    def __init__(self, condition: Condition) -> None:
        self.condition = condition
        mixing = condition.mixing
        self.g = mixing.at(condition.z) if isinstance(mixing, StructuredMixing) else ()
        self.s = tuple(sp.Symbol(f"s{j}", real=True) for j in range(len(condition.z)))
        self.known: dict[Any, sp.Expr] = {}

    def of(
        self, equation: Equation, atoms: AtomValues
    ) -> list[tuple[int, tuple[int, ...], _Coefficient]]:
        """Return (output, derivative, coefficient) for each term of an equation."""
        found = []
        for i in range(len(self.condition.z) if equation.decoder else 0):
            total = sp.Add(*(self._product(factors, i) for factors in equation.decoder))
            if total == 0:
                continue
            for powers, c in sp.Poly(total, *self.s).terms():
                if c != 0:
                    found.append((i, powers, _Coefficient(sp.cancel(c), self.condition, atoms)))
        return found

    def _product(self, factors: Sequence[tuple[int, tuple[int, ...]]], i: int) -> sp.Expr:
        series = sp.Integer(1)
        for a, powers in factors:
            series *= self._act(a, powers, ()) + EPSILON * self._act(a, powers, (i,))
        return sp.expand(sp.diff(series, EPSILON).subs(EPSILON, 0))

    def _act(self, a: int, powers: tuple[int, ...], component: tuple[int, ...]) -> sp.Expr:
        """Return ∂^powers of g_a, or of its change under the field in `component`."""
        key = (a, powers, component)
        if key not in self.known:
            z = self.condition.z
            j = next((j for j, k in enumerate(powers) if k), -1)
            if j >= 0:
                inner = self._act(a, tuple(k - (l == j) for l, k in enumerate(powers)), component)
                value = sp.diff(inner, z[j]) + (self.s[j] * inner if component else 0)
            else:
                value = -sp.diff(self.g[a], z[component[0]]) if component else self.g[a]
            self.known[key] = value
        return self.known[key]


Functional = tuple[Equation, list[_Coefficient], list[tuple[int, tuple[int, ...], _Coefficient]]]


def residue(value: Any) -> int:
    """Return a rational number modulo the prime of the checker."""
    number = sp.Rational(value)
    return int(number.p) * pow(int(number.q), -1, CHECK_PRIME) % CHECK_PRIME
