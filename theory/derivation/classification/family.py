"""The linearised condition, and what is left of the condition at h₀, over the parameter space.

The same random choices are made at every parameter point, so that the rows are functions of the
parameters alone.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp
from flint import nmod_mat

from sith.theory.derivation.bounds.attainable import Attainability, attainable
from sith.theory.derivation.classification.polynomials import Sample
from sith.theory.derivation.classification.space import FINE, ParameterSpace, Point
from sith.theory.derivation.conditions import optimum_condition
from sith.theory.derivation.equation import Condition, UpTo
from sith.theory.derivation.fields.atoms import Residues, exponent_divisor
from sith.theory.derivation.fields.draws import Draw, Draws
from sith.theory.derivation.fields.evaluate import compile_modular, modulo, to_flint
from sith.theory.derivation.fields.infinitesimal import (
    FRESH_DRAWS,
    PRIMES,
    require_budget,
)
from sith.theory.derivation.fields.system import System
from sith.theory.errors import BudgetExceeded, InputError, UnsupportedCondition

PRIME = PRIMES[0]
"""All matrices are modulo this prime."""

MAX_UNKNOWNS = 300
"""Largest linear system whose minors are examined."""

DEFECTS = 12
"""The condition at h₀ is evaluated at this many points of the latent space."""

Corner = tuple[int, tuple[sp.Rational, ...], tuple[sp.Rational, ...]]


class Family:
    """Matrices over the parameter space of one statement, at one degree of the fields.

    With `rescaled` the base map is searched for at every parameter point, else it is that of the
    condition as derived.
    """

    def __init__(self, space: ParameterSpace, seed: int, *, rescaled: bool) -> None:
        """Start the sequence of parameter points."""
        self.space = space
        self.rescaled = rescaled
        self.seed = seed
        self.rng = random.Random(seed)
        self.points: list[Point] = []

    def point(self, index: int) -> Point:
        """Return the parameter point of one index, drawn once."""
        while len(self.points) <= index:
            self.points.append(self.space.draw(self.rng, grain=FINE))
        return self.points[index]

    def condition(self, point: Mapping[str, Any]) -> Condition:
        """Return the optimum condition at a parameter point."""
        claim = self.space.at(point)
        condition = optimum_condition(claim.world, claim.objective, claim.encoder)
        if self.rescaled:
            return attainable(claim.world, claim.objective, claim.encoder, condition).condition
        return condition

    def residues(self, point: Point) -> tuple[int, ...]:
        """Return a parameter point modulo the prime."""
        return tuple(modulo(x, PRIME) for x in to_flint([point[n] for n in self.space.unknowns]))

    def system_at(self, point: Point, degree: int) -> nmod_mat:
        """Return the matrix of the linearised condition at one degree."""
        condition = self.condition(point)
        system = System(condition, degree, self.seed, PRIME)
        wanted = system.unknowns // max(1, system.rows_per_draw()) + 1 + FRESH_DRAWS
        if any(c.equation.uses_partner for c in system.compiled):
            wanted = max(wanted, system.unknowns + FRESH_DRAWS)
        wanted = max(wanted, len(system.monomials.kept) + FRESH_DRAWS)
        draws = [system.draw() for _ in range(wanted)]
        return nmod_mat([row for draw in draws for row in system.rows(draw, PRIME)], PRIME)

    def defects_at(self, point: Point) -> nmod_mat:
        """Return what is left of the condition at its base map, at points of the latent space."""
        values = defects(self.condition(point), self.seed)
        return nmod_mat([[x] for x in values], PRIME)

    def require(self, degree: int) -> None:
        """Raise `BudgetExceeded` where the linear system of a degree is too large."""
        try:
            require_budget(self.condition(self.point(0)), degree, MAX_UNKNOWNS)
        except BudgetExceeded as error:
            raise BudgetExceeded(
                error.fault, allowed=error.allowed, cure="lower --degree or --dim"
            ) from error

    def systems(self, degree: int) -> Any:
        """Return the function from an index to a parameter point and its linear system."""
        return self._samples(lambda point: self.system_at(point, degree))

    def all_defects(self) -> Any:
        """Return the function from an index to a parameter point and its defects."""
        return self._samples(self.defects_at)

    def _samples(self, matrix: Any) -> Any:
        shapes: set[tuple[int, int]] = set()

        def sample(index: int) -> Sample:
            point = self.point(index)
            found = matrix(point)
            shapes.add((found.nrows(), found.ncols()))
            if len(shapes) > 1:
                raise UnsupportedCondition(
                    "the linearised condition has other equations at other parameters",
                    cure="choose fewer or other parameters",
                )
            return self.residues(point), found

        return sample


def fit_at(space: ParameterSpace, point: Point) -> tuple[Attainability, Condition]:
    """Return how the condition is attained at a point, and the condition as derived."""
    claim = space.at(point)
    condition = optimum_condition(claim.world, claim.objective, claim.encoder)
    return attainable(claim.world, claim.objective, claim.encoder, condition), condition


def defects(condition: Condition, seed: int) -> list[int]:
    """Return the residuals at the base map modulo the prime, up-to functions eliminated."""
    arguments = (*condition.z, *condition.zt)
    table = {
        **dict(zip(condition.image, condition.base, strict=True)),
        **dict(zip(condition.image_t, condition.base_t, strict=True)),
        **condition.parameters,
    }
    plain = [e for e in condition.equations if not e.decoder]
    values = [sp.together(_in_exponentials(e.residual.xreplace(table))) for e in plain]
    values = [e.at_partner(v, condition.zt) for e, v in zip(plain, values, strict=True)]
    divisor = exponent_divisor(values, arguments)
    compiled = [compile_modular(v, arguments, divisor) for v in values]
    draws = Draws(condition, values, random.Random(seed))
    residues = Residues(PRIME)
    if not plain:
        raise InputError("a condition on the decoder alone has no defect at the base map")
    result = []
    for _ in range(DEFECTS):
        draw = draws.draw()
        for equation, evaluate in zip(plain, compiled, strict=True):
            for corners in _differences(equation.up_to, draw):
                total = 0
                for sign, z, zt in corners:
                    total += sign * evaluate([*to_flint(z), *to_flint(zt)], residues)
                result.append(total % PRIME)
    return result


def _differences(up_to: UpTo, draw: Draw) -> list[list[Corner]]:
    z, zt, other, corner = draw
    if up_to is UpTo.NOTHING:
        return [[(1, z, zt)]]
    if up_to is UpTo.FUNCTION_OF_Z:
        return [[(1, z, zt), (-1, z, other)]]
    one, two = ((z, z), (corner, corner)) if up_to is UpTo.SEPARABLE else ((z, zt), (corner, other))
    d = len(z)
    return [
        [
            (sign, *(_mixed(a, b, at) for a, b in zip(one, two, strict=True)))  # type: ignore[misc]
            for sign, at in ((1, ()), (-1, (i,)), (-1, (j,)), (1, (i, j)))
        ]
        for i in range(d)
        for j in range(i + 1, d)
    ]


def _mixed(
    a: Sequence[sp.Rational], b: Sequence[sp.Rational], at: Sequence[int]
) -> tuple[sp.Rational, ...]:
    return tuple(b[k] if k in at else a[k] for k in range(len(a)))


def _in_exponentials(e: sp.Expr) -> sp.Expr:
    return e.rewrite(sp.exp) if e.has(sp.cosh, sp.sinh, sp.tanh) else e
