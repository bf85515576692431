"""Where the rank of a matrix polynomial drops in codimension one: the gcd of its maximal minors.

By Cauchy and Binet det(L M R) for random L and R is a random combination of the r × r minors of M,
so two of them have the gcd of all minors as their gcd, up to an error of about degree/2^61. It is
computed on lines through one point, where it is a polynomial in one unknown, and put together from
its homogeneous parts about that point. Multiple factors are dropped on the way.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from math import comb

import sympy as sp
from flint import nmod_mat, nmod_mpoly_ctx, nmod_poly

from sith.theory.derivation.classification.polynomials import (
    MatrixPolynomial,
    forms,
    monomial,
)
from sith.theory.errors import BudgetExceeded, UnsupportedCondition

MAX_WORK = 40_000_000_000
"""Multiplications modulo the prime for the gcd of minors: about a minute."""

OnLine = Callable[[Sequence[int], Sequence[int]], nmod_poly]


def generic_rank(matrix: MatrixPolynomial, variables: int, rng: random.Random) -> int:
    """Return the rank at a random point modulo the prime: a lower bound of the generic rank."""
    point = [rng.randrange(matrix.prime) for _ in range(variables)]
    return int(matrix.at(point).rank())


def minors_on_line(matrix: MatrixPolynomial, rank: int, rng: random.Random) -> OnLine:
    """Return the function from a line to the square-free gcd of the minors of `rank` rows on it."""
    prime = matrix.prime
    first = matrix.terms[0][1]

    def shape(rows: int, columns: int) -> nmod_mat:
        return nmod_mat(
            [[rng.randrange(prime) for _ in range(columns)] for _ in range(rows)], prime
        )

    two = [
        matrix.compressed(shape(rank, first.nrows()), shape(first.ncols(), rank)) for _ in range(2)
    ]
    nodes = list(range(1, rank * matrix.degree + 2))

    def on_line(start: Sequence[int], along: Sequence[int]) -> nmod_poly:
        tables = [
            [
                int(m.at([(a + t * b) % prime for a, b in zip(start, along, strict=True)]).det())
                for t in nodes
            ]
            for m in two
        ]
        one, other = (_through(nodes, values, prime) for values in tables)
        return _square_free(one.gcd(other), prime)

    return on_line


def entries_on_line(matrix: MatrixPolynomial) -> OnLine:
    """Return the function from a line to the square-free gcd of all entries on it."""
    prime = matrix.prime
    nodes = list(range(1, matrix.degree + 2))

    def on_line(start: Sequence[int], along: Sequence[int]) -> nmod_poly:
        values = [
            matrix.at([(a + t * b) % prime for a, b in zip(start, along, strict=True)]).entries()
            for t in nodes
        ]
        found = nmod_poly([0], prime)
        for column in zip(*values, strict=True):
            found = found.gcd(_through(nodes, [int(x) for x in column], prime))
        return _square_free(found, prime)

    return on_line


def require_work(matrix: MatrixPolynomial, rank: int, variables: int, degree: int) -> None:
    """Raise `BudgetExceeded` where the gcd of the minors is too costly for a gcd of some degree."""
    lines = comb(variables - 1 + degree, degree) + 2
    work = lines * 2 * (rank * matrix.degree + 1) * max(rank, 1) ** 3
    if work > MAX_WORK:
        raise BudgetExceeded(
            f"the gcd of minors of {rank} rows in {variables} parameters takes about {work:.0e} "
            "multiplications",
            allowed=f"at most {MAX_WORK:.0e}",
            cure="lower --degree or --dim, or name fewer parameters with --over",
        )


def factors(
    on_line: OnLine,
    names: Sequence[str],
    prime: int,
    rng: random.Random,
    allow: Callable[[int], None] = lambda _: None,
) -> tuple[sp.Expr, ...]:
    """Return the irreducible factors over the rationals of a polynomial known on lines.

    `allow(degree)` may refuse the work for a polynomial of a degree. Raises `UnsupportedCondition`
    where a coefficient is no small fraction.
    """
    k = len(names)
    start = [rng.randrange(prime) for _ in range(k)]
    probe = on_line(start, [rng.randrange(prime) for _ in range(k)])
    degree = int(probe.degree())
    if degree <= 0:
        return ()
    allow(degree)
    lines = len(forms(k, degree)) + 2
    directions = [[rng.randrange(prime) for _ in range(k)] for _ in range(lines)]
    parts = [_normalised(on_line(start, along), prime) for along in directions]
    if any(len(p) - 1 != degree for p in parts):
        raise UnsupportedCondition("the gcd of minors has another degree on another line")
    symbols = [sp.Symbol(n, real=True) for n in names]
    terms: dict[tuple[int, ...], int] = {}
    for j in range(degree + 1):
        wanted = forms(k, j)
        table = [[monomial(b, m, prime) for m in wanted] for b in directions]
        square = nmod_mat(table[: len(wanted)], prime)
        right = nmod_mat([[p[j]] for p in parts[: len(wanted)]], prime)
        solved = [int(x) for x in square.solve(right).entries()]
        for row, p in zip(table, parts, strict=True):
            if (sum(a * b for a, b in zip(row, solved, strict=True)) - p[j]) % prime:
                raise UnsupportedCondition("the gcd of minors is no polynomial on the lines tried")
        terms |= dict(zip(wanted, solved, strict=True))
    moved = _moved(terms, start, k, prime)
    poly = sp.Poly.from_dict(_lifted(moved, prime), *symbols, domain=sp.QQ)
    _, found = sp.factor_list(poly)
    return tuple(sorted((f.as_expr() for f, _ in found), key=lambda e: (len(str(e)), str(e))))


def _through(nodes: Sequence[int], values: Sequence[int], prime: int) -> nmod_poly:
    """Return the polynomial through points (Newton's divided differences)."""
    slopes = list(values)
    for j in range(1, len(nodes)):
        for i in range(len(nodes) - 1, j - 1, -1):
            gap = pow(nodes[i] - nodes[i - j], -1, prime)
            slopes[i] = (slopes[i] - slopes[i - 1]) * gap % prime
    result = nmod_poly([slopes[-1]], prime)
    for node, slope in zip(reversed(nodes[:-1]), reversed(slopes[:-1]), strict=True):
        result = result * nmod_poly([-node % prime, 1], prime) + slope
    return result


def _square_free(value: nmod_poly, prime: int) -> nmod_poly:
    if value.degree() <= 0:
        return nmod_poly([1 if value.degree() == 0 else 0], prime)
    return value // value.gcd(value.derivative())


def _normalised(value: nmod_poly, prime: int) -> list[int]:
    """Return the coefficients with constant term 1."""
    coefficients = [int(c) for c in value.coeffs()]
    if not coefficients or coefficients[0] == 0:
        raise UnsupportedCondition("the gcd of minors vanishes at a random point")
    scale = pow(coefficients[0], -1, prime)
    return [c * scale % prime for c in coefficients]


def _moved(
    terms: dict[tuple[int, ...], int], start: Sequence[int], k: int, prime: int
) -> dict[tuple[int, ...], int]:
    """Return Q(x − start) from Q."""
    ring = nmod_mpoly_ctx.get([f"x{i}" for i in range(k)], modulus=prime)
    own = ring.from_dict({m: c for m, c in terms.items() if c})
    back = [g - a for g, a in zip(ring.gens(), start, strict=True)]
    return {tuple(map(int, m)): int(c) for m, c in own.compose(*back).to_dict().items()}


def _lifted(terms: dict[tuple[int, ...], int], prime: int) -> dict[tuple[int, ...], sp.Rational]:
    """Return the coefficients as small fractions, the leading one 1."""
    degree = max(sum(m) for m in terms)
    lead = max(m for m in terms if sum(m) == degree)
    scale = pow(terms[lead], -1, prime)
    return {m: _fraction(c * scale % prime, prime) for m, c in terms.items()}


def _fraction(value: int, prime: int) -> sp.Rational:
    """Rational reconstruction with numerator and denominator far below √(p/2)."""
    a, b, s, t = prime, value, 0, 1
    while b > 10**8:
        q = a // b
        a, b, s, t = b, a - q * b, t, s - q * t
    if abs(t) > 10**8:
        raise UnsupportedCondition("a coefficient of the gcd of minors is no small fraction")
    return sp.Rational(b, t)
