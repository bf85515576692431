"""The linear system of one condition at one degree, row by row at rational points."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sympy as sp

from sith.theory.derivation.equation import Condition, UpTo
from sith.theory.derivation.fields.ansatz import Exponents, Monomials, monomials_on
from sith.theory.derivation.fields.atoms import Residues, exponent_divisor
from sith.theory.derivation.fields.draws import Draw, Draws
from sith.theory.derivation.fields.evaluate import Modular, compile_modular, modulo, to_flint
from sith.theory.derivation.fields.linearise import LinearEquation, linearise


@dataclass(frozen=True, slots=True)
class _Compiled:
    equation: LinearEquation
    at_z: tuple[tuple[int, Modular], ...]
    at_zt: tuple[tuple[int, Modular], ...]
    at_parameter: tuple[tuple[int, Modular], ...]
    jet: tuple[tuple[int, Exponents, Modular], ...]


class System:
    """The linear system of one condition at one degree, built row by row at rational points."""

    def __init__(self, condition: Condition, degree: int, seed: int, prime: int) -> None:
        """Linearise the condition and list the unknowns."""
        self.condition = condition
        self.prime = prime
        self.rng = random.Random(seed)
        self.outputs = len(condition.image)
        self.monomials: Monomials = monomials_on(
            condition.space, degree, prime, self.rng, linear_only=condition.linear_only
        )
        self.parameters = tuple(condition.parameters)
        self.field_unknowns = self.outputs * len(self.monomials.kept)
        self.unknowns = self.field_unknowns + len(self.parameters)
        arguments = (*condition.z, *condition.zt)
        self.at_point: tuple[tuple[int, ...], dict[Exponents, list[int]]] = ((), {})
        equations = linearise(condition)
        coefficients = [_in_exponentials(c) for e in equations for c in e.coefficients]
        divisor = exponent_divisor(coefficients, arguments)
        self.draws = Draws(condition, coefficients, self.rng)
        self.compiled = tuple(self._compile(e, arguments, divisor) for e in equations)
        self.residues: dict[int, Residues] = {}

    def _compile(
        self, equation: LinearEquation, arguments: Sequence[sp.Symbol], divisor: int
    ) -> _Compiled:
        def some(values: Sequence[sp.Expr]) -> tuple[tuple[int, Modular], ...]:
            return tuple(
                (i, compile_modular(sp.together(_in_exponentials(c)), arguments, divisor))
                for i, c in enumerate(values)
                if c != 0
            )

        slopes = [equation.at_parameter[t] for t in self.parameters]
        jet = tuple(
            (t.output, t.powers, compile_modular(sp.together(t.coefficient), arguments, divisor))
            for t in equation.jet
        )
        return _Compiled(equation, some(equation.at_z), some(equation.at_zt), some(slopes), jet)

    def rows_per_draw(self) -> int:
        """Return how many rows one draw gives."""
        d = self.condition.space.dim
        pairs = d * (d - 1) // 2
        by_coordinates = (UpTo.SEPARABLE, UpTo.PAIR_SEPARABLE)
        return sum(pairs if c.equation.up_to in by_coordinates else 1 for c in self.compiled)

    def draw(self) -> Draw:
        """Draw a point, two partners of it, and an independent point."""
        return self.draws.draw()

    def rows(self, draw: Draw, prime: int) -> Iterator[list[int]]:
        """Return the rows of one draw modulo a prime, up-to functions eliminated by differences."""
        z, zt, other, corner = draw
        for compiled in self.compiled:
            up_to = compiled.equation.up_to
            if up_to is UpTo.NOTHING:
                partner = compiled.equation.partner
                table = dict(zip((*self.condition.z, *self.condition.zt), (*z, *zt), strict=True))
                at = tuple(sp.Rational(e.xreplace(table)) for e in partner) or zt
                yield self._row(compiled, z, at, prime)
            elif up_to is UpTo.FUNCTION_OF_Z:
                one, two = (self._row(compiled, z, y, prime) for y in (zt, other))
                yield [(a - b) % prime for a, b in zip(one, two, strict=True)]
            elif up_to is UpTo.SEPARABLE:
                yield from self._mixed_differences(compiled, (z, z), (corner, corner), prime)
            else:
                yield from self._mixed_differences(compiled, (z, zt), (corner, other), prime)

    def _mixed_differences(
        self, compiled: _Compiled, one: Draw, two: Draw, prime: int
    ) -> Iterator[list[int]]:
        """Differences that take coordinates i and j, of anchor and partner, from two draws."""
        d = len(one[0])
        for i in range(d):
            for j in range(i + 1, d):
                corners = []
                for at in ((), (i,), (j,), (i, j)):
                    z, zt = (
                        tuple(b[k] if k in at else a[k] for k in range(d))
                        for a, b in zip(one, two, strict=True)
                    )
                    corners.append(self._row(compiled, z, zt, prime))
                yield [(a - b - c + e) % prime for a, b, c, e in zip(*corners, strict=True)]

    def _row(
        self,
        compiled: _Compiled,
        z: Sequence[sp.Rational],
        zt: Sequence[sp.Rational],
        prime: int,
    ) -> list[int]:
        values = [*to_flint(z), *to_flint(zt)]
        d, kept = len(z), self.monomials.kept
        width = len(kept)
        row = [0] * self.unknowns
        residues = self.residues.setdefault(prime, Residues(prime))
        for part, coordinates in ((compiled.at_z, values[:d]), (compiled.at_zt, values[d:])):
            if not part:
                continue
            point = [modulo(x, prime) for x in coordinates]
            terms = self.monomials.values(point, prime)
            for i, evaluator in part:
                weight = evaluator(values, residues)
                if weight:
                    start = i * width
                    for k, m in enumerate(kept):
                        row[start + k] = (row[start + k] + weight * terms[m]) % prime
        if compiled.jet:
            point = [modulo(x, prime) for x in values[:d]]
            for output, powers, evaluator in compiled.jet:
                weight = evaluator(values, residues)
                start = output * width
                for k, slope in enumerate(self._derivatives(point, powers, prime)):
                    if slope:
                        row[start + k] = (row[start + k] + weight * slope) % prime
        for i, evaluator in compiled.at_parameter:
            row[self.field_unknowns + i] = evaluator(values, residues)
        return row

    def _derivatives(self, point: Sequence[int], along: Exponents, prime: int) -> list[int]:
        """Return a derivative of every kept monomial; those of the last point are remembered."""
        key = (prime, *point)
        if self.at_point[0] != key:
            self.at_point = (key, {})
        known = self.at_point[1]
        if along not in known:
            values = self.monomials.values(point, prime)
            known[along] = self.monomials.derivatives(values, along, prime)
        return known[along]


def _in_exponentials(e: sp.Expr) -> sp.Expr:
    return e.rewrite(sp.exp) if e.has(sp.cosh, sp.sinh, sp.tanh) else e
