"""A matrix as a polynomial in the parameters, from its values at points, modulo a prime.

A row whose entries are rational functions is multiplied by their common denominator. Degrees are
found by trying; each is confirmed at points that took no part in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import comb

from flint import nmod_mat

from sith.theory.errors import UnsupportedCondition

MAX_DEGREE = 4
"""Largest total degree in the parameters of numerator and denominator."""

MAX_SAMPLES = 120
"""So many parameter points are evaluated at most."""

CHECKS = 3
"""Points at which a degree is confirmed."""

Powers = tuple[int, ...]
Sample = tuple[tuple[int, ...], nmod_mat]


@dataclass(frozen=True, slots=True)
class MatrixPolynomial:
    """The sum of coefficient · x^powers; `degree` is the total degree, `prime` the modulus."""

    terms: tuple[tuple[Powers, nmod_mat], ...]
    degree: int
    prime: int

    def at(self, point: Sequence[int]) -> nmod_mat:
        """Return the matrix at a point of residues."""
        first = self.terms[0][1]
        total = nmod_mat(first.nrows(), first.ncols(), self.prime)
        for powers, matrix in self.terms:
            total += matrix * monomial(point, powers, self.prime)
        return total

    def compressed(self, left: nmod_mat, right: nmod_mat) -> MatrixPolynomial:
        """Return left · M · right."""
        terms = tuple((powers, left * m * right) for powers, m in self.terms)
        return MatrixPolynomial(terms, self.degree, self.prime)


def monomials(variables: int, degree: int) -> list[Powers]:
    """List the monomials of total degree ≤ `degree`, by degree."""
    return [m for k in range(degree + 1) for m in forms(variables, k)]


def forms(variables: int, degree: int) -> list[Powers]:
    """List the monomials of one total degree."""
    chosen = combinations_with_replacement(range(variables), degree)
    return [tuple(c.count(i) for i in range(variables)) for c in chosen]


def monomial(point: Sequence[int], powers: Powers, prime: int) -> int:
    """Return a monomial's value at a point."""
    value = 1
    for x, k in zip(point, powers, strict=True):
        value = value * pow(x, k, prime) % prime
    return value


def interpolated(
    sample: Callable[[int], Sample], variables: int, prime: int, most: int = MAX_DEGREE
) -> tuple[MatrixPolynomial, int]:
    """Return the matrix polynomial, rows cleared of denominators, and the number of samples.

    `sample(i)` is the i-th point and the matrix there. Raises `UnsupportedCondition` where the rows
    are not rational functions of the parameters of degree ≤ `most`.
    """
    samples: list[Sample] = []
    indices = iter(range(2 * MAX_SAMPLES))

    def first(count: int) -> list[Sample]:
        while len(samples) < count:
            index = next(indices, -1)
            if index < 0:
                raise UnsupportedCondition("too few distinct parameter points were found")
            drawn = sample(index)
            if all(drawn[0] != point for point, _ in samples):
                samples.append(drawn)
        return samples[:count]

    rows = first(1)[0][1].nrows()
    bottoms = [_denominator(i, first, variables, prime, most) for i in range(rows)]
    degree = max(n for n, _ in bottoms)
    wanted = monomials(variables, degree)
    used = first(len(wanted))
    cleared = [_cleared(point, m, bottoms, variables, prime) for point, m in used]
    table = [[monomial(point, m, prime) for m in wanted] for point, _ in used]
    inverse = nmod_mat(table, prime).inv()
    terms = []
    for j, powers in enumerate(wanted):
        total = nmod_mat(rows, cleared[0].ncols(), prime)
        for i, matrix in enumerate(cleared):
            total += matrix * int(inverse[j, i])
        if any(int(x) for x in total.entries()):
            terms.append((powers, total))
    zero = nmod_mat(rows, cleared[0].ncols(), prime)
    found = terms or [((0,) * variables, zero)]
    return MatrixPolynomial(tuple(found), degree, prime), len(samples)


def _degrees(variables: int, most: int) -> Iterator[tuple[int, int]]:
    """Yield degrees of numerator and denominator, in the order of the samples that they need."""
    pairs = [(n, d) for n in range(most + 1) for d in range(most + 1)]
    fitting = [(_needed(variables, n, d), d, n) for n, d in pairs]
    yield from ((n, d) for count, d, n in sorted(fitting) if count <= MAX_SAMPLES)


def _needed(variables: int, n: int, d: int) -> int:
    return comb(variables + n, n) + comb(variables + d, d) - 1 + CHECKS


def _denominator(
    row: int, first: Callable[[int], list[Sample]], variables: int, prime: int, most: int
) -> tuple[int, tuple[int, ...]]:
    """Return the numerator's degree and the denominator's coefficients of one row."""
    for n, d in _degrees(variables, most):
        used = first(_needed(variables, n, d))
        tops, bottoms = monomials(variables, n), monomials(variables, d)
        table = []
        for point, matrix in used:
            value = _mixed(matrix, row, prime)
            own = [monomial(point, m, prime) for m in tops]
            own += [-value * monomial(point, m, prime) % prime for m in bottoms]
            table.append(own)
        space, nullity = nmod_mat(table, prime).nullspace()
        if nullity:
            # Low degrees come first, so the fraction is in lowest terms where the nullity is 1.
            found = tuple(int(space[len(tops) + i, 0]) for i in range(len(bottoms)))
            if nullity == 1 or d == 0:
                return n, found
    raise UnsupportedCondition(
        f"the condition is no rational function of the parameters of degree ≤ {most}",
        cure="choose fewer or other parameters",
    )


def _mixed(matrix: nmod_mat, row: int, prime: int) -> int:
    """Return a fixed combination of the entries of a row: its denominator is the row's."""
    value = 0
    for j in range(matrix.ncols()):
        value += int(matrix[row, j]) * pow(3, 7 * j + 1, prime)
    return value % prime


def _cleared(
    point: Sequence[int],
    matrix: nmod_mat,
    bottoms: Sequence[tuple[int, tuple[int, ...]]],
    variables: int,
    prime: int,
) -> nmod_mat:
    rows = [[int(x) for x in row] for row in matrix.tolist()]
    result = []
    for row, (_, coefficients) in zip(rows, bottoms, strict=True):
        scale, degree = 0, 0
        while comb(variables + degree, degree) < len(coefficients):
            degree += 1
        for c, m in zip(coefficients, monomials(variables, degree), strict=True):
            scale += c * monomial(point, m, prime)
        result.append([x * scale % prime for x in row])
    return nmod_mat(result, prime)
