"""The determining system of a claim as an exact matrix, to hand to other linear algebra."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp
from flint import fmpq, fmpq_mat, nmod_mat

from sith.theory.claim import Statement
from sith.theory.derivation.bounds.attainable import attainable
from sith.theory.derivation.conditions import optimum_condition
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.fields.infinitesimal import FRESH_DRAWS, PRIMES, require_budget
from sith.theory.derivation.fields.system import System
from sith.theory.errors import UnsupportedCondition


@dataclass(frozen=True, slots=True)
class DeterminingSystem:
    """A matrix over the rationals: one column for each unknown, one row for each drawn equation.

    `modular` is the same matrix modulo `prime`. Its null space holds the free fields of degree ≤ `degree` (with the changes of learned
    parameters), once there are enough rows.
    """

    degree: int
    matrix: fmpq_mat
    prime: int
    modular: nmod_mat

    @property
    def unknowns(self) -> int:
        """Number of unknown coefficients."""
        return int(self.matrix.ncols())

    @property
    def equations(self) -> int:
        """Number of rows."""
        return int(self.matrix.nrows())


def determining_system(
    statement: Statement, dim: int | None = None, degree: int = 1, **parameters: Any
) -> DeterminingSystem:
    """Return the linear system that `derive` solves at one degree, over the rationals.

    The rows stand for the condition at random rational points. Raises `BudgetExceeded` where the
    system is too large, and `UnsupportedCondition` where the condition has no solution to start
    from or an entry has no rational value of moderate size.
    """
    claim = statement.at(dim, **parameters)
    condition = optimum_condition(claim.world, claim.objective, claim.encoder)
    condition = attainable(claim.world, claim.objective, claim.encoder, condition).condition
    require_budget(condition, degree, MAX_UNKNOWNS)
    for count in PRIME_COUNTS:
        primes = _primes(count + 1)
        tables = [_table(condition, degree, prime) for prime in primes]
        entries = [
            [_rational(values, primes) for values in zip(*rows, strict=True)]
            for rows in zip(*tables, strict=True)
        ]
        if all(value for row in entries for value in row):
            matrix = fmpq_mat([[value[0] for value in row] for row in entries])
            return DeterminingSystem(degree, matrix, PRIMES[0], nmod_mat(tables[0], PRIMES[0]))
    raise UnsupportedCondition("an entry of the system is too large a fraction to be lifted")


def _table(condition: Condition, degree: int, prime: int) -> list[list[int]]:
    system = System(condition, degree, 0, prime)
    count = system.unknowns // max(1, system.rows_per_draw()) + 1 + FRESH_DRAWS
    # The generator is seeded, so every prime sees the same points.
    draws = [system.draw() for _ in range(count)]
    return [row for draw in draws for row in system.rows(draw, prime)]


def _primes(count: int) -> tuple[int, ...]:
    found = [PRIMES[0]]
    while len(found) < count:
        found.append(int(sp.prevprime(found[-1])))
    return tuple(found)


MAX_UNKNOWNS = 1000
"""Matrices over the rationals are large: a lower limit than for `derive`."""

PRIME_COUNTS = (4, 8, 16)
"""So many primes of 61 bits are tried for the lifting."""


def _rational(residues: tuple[int, ...], primes: tuple[int, ...]) -> tuple[fmpq, ...]:
    """Return the fraction with these residues, () if it is too large; the last prime is a test."""
    *lifting, test = primes
    value, modulus = 0, 1
    for residue, prime in zip(residues[:-1], lifting, strict=True):
        step = (residue - value) * pow(modulus, -1, prime) % prime
        value, modulus = value + modulus * step, modulus * prime
    a, b, t, u = modulus, value, 0, 1
    while 2 * b * b > modulus:
        quotient = a // b
        a, b, t, u = b, a - quotient * b, u, t - quotient * u
    if u % test == 0 or (b - residues[-1] * u) % test != 0:
        return ()
    return (fmpq(b, u) if u > 0 else fmpq(-b, -u),)
