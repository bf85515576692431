"""Polynomials modulo a prime in the coordinates of several points, and the group's action."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sympy as sp

from sith.theory.derivation.functions.read import POINT_NAMES
from sith.theory.derivation.functions.subject import Subject
from sith.theory.errors import UnsupportedCondition
from sith.theory.groups import Field, Map
from sith.theory.notation import latents

Exponents = tuple[int, ...]


Polynomial = dict[Exponents, int]  # coefficients modulo a prime


Operator = Callable[[Exponents], Polynomial]


class Ring:
    """Polynomials modulo a prime in the coordinates of several points, reduced on the space.

    On the sphere the square of a point's last coordinate is 1 minus the other squares.
    """

    def __init__(self, subject: Subject, points: int, prime: int) -> None:
        self.dim = subject.dim
        self.points = tuple(latents(self.dim, n) for n in POINT_NAMES[:points])
        self.variables = self.dim * points
        self.prime = prime
        self.tails: dict[int, Polynomial] = {}
        for p, point in enumerate(self.points):
            for constraint in subject.constraints(point):
                self._relate(p, sp.Poly(constraint, *point))

    def _relate(self, p: int, constraint: sp.Poly) -> None:
        square = (0,) * (self.dim - 1) + (2,)
        terms = constraint.as_dict()
        lead = terms.pop(square, sp.Integer(0))
        if lead == 0 or any(m[-1] for m in terms) or p * self.dim + self.dim - 1 in self.tails:
            raise UnsupportedCondition(f"the equation {constraint.as_expr()} of the space")
        self.tails[p * self.dim + self.dim - 1] = {
            self.placed(m, p): self.residue(-c / lead) for m, c in terms.items()
        }

    def placed(self, exponents: Sequence[int], p: int) -> Exponents:
        """Return exponents in one point's coordinates as exponents in all."""
        before = p * self.dim
        return (0,) * before + tuple(exponents) + (0,) * (self.variables - before - self.dim)

    def residue(self, value: sp.Rational) -> int:
        """Return a rational number modulo the prime."""
        if not isinstance(value, sp.Rational):
            raise UnsupportedCondition(f"the coefficient {value} is not rational")
        return int(value.p) * pow(int(value.q), -1, self.prime) % self.prime

    def polynomial(self, value: sp.Expr, symbols: Sequence[sp.Symbol], p: int) -> Polynomial:
        """Return a polynomial of one point."""
        if not value.is_polynomial(*symbols):
            raise UnsupportedCondition(f"{value} is not a polynomial")
        terms = sp.Poly(value, *symbols).as_dict()
        return {self.placed(m, p): self.residue(c) for m, c in terms.items()}

    def normal(self, exponents: Exponents) -> bool:
        """Say whether a monomial is in normal form."""
        return all(exponents[i] < 2 for i in self.tails)

    def times(self, one: Polynomial, other: Polynomial) -> Polynomial:
        """Return the product in normal form."""
        raw: Polynomial = {}
        for a, x in one.items():
            for b, y in other.items():
                key = tuple(i + j for i, j in zip(a, b, strict=True))
                raw[key] = (raw.get(key, 0) + x * y) % self.prime
        return self.reduced(raw)

    def reduced(self, raw: Polynomial) -> Polynomial:
        """Return the normal form."""
        done: Polynomial = {}
        todo = list(raw.items())
        while todo:
            m, c = todo.pop()
            i = next((i for i in self.tails if m[i] >= 2), None)
            if i is None:
                done[m] = (done.get(m, 0) + c) % self.prime
                continue
            low = tuple(k - 2 * (j == i) for j, k in enumerate(m))
            todo += [
                (tuple(a + b for a, b in zip(low, t, strict=True)), c * x)
                for t, x in self.tails[i].items()
            ]
        return {m: c for m, c in done.items() if c}

    def derivation(self, field: Field) -> Operator:
        """Return m ↦ Σ ∇m·ξ over the points."""
        parts = [
            self.polynomial(e, field.symbols, p)
            for p in range(len(self.points))
            for e in field.expressions
        ]

        def apply(m: Exponents) -> Polynomial:
            raw: Polynomial = {}
            for i, part in enumerate(parts):
                if m[i]:
                    low = tuple(k - (j == i) for j, k in enumerate(m))
                    for t, c in part.items():
                        key = tuple(a + b for a, b in zip(low, t, strict=True))
                        raw[key] = (raw.get(key, 0) + m[i] * c) % self.prime
            return self.reduced(raw)

        return apply

    def substitution(self, member: Map) -> Operator:
        """Return m ↦ m∘g − m, every point replaced by its image."""
        parts = [
            self.polynomial(sp.expand(e), member.symbols, p)
            for p in range(len(self.points))
            for e in member.expressions
        ]
        images: dict[Exponents, Polynomial] = {(0,) * self.variables: {(0,) * self.variables: 1}}

        def image(m: Exponents) -> Polynomial:
            if m not in images:
                i = next(i for i, k in enumerate(m) if k)
                low = tuple(k - (j == i) for j, k in enumerate(m))
                images[m] = self.times(image(low), parts[i])
            return images[m]

        def apply(m: Exponents) -> Polynomial:
            result = dict(image(m))
            result[m] = (result.get(m, 0) - 1) % self.prime
            return {k: c for k, c in result.items() if c}

        return apply
