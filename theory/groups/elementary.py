"""Elementary matrices, fields and numbers that groups are made of."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement

import sympy as sp

from sith.theory.groups.maps import Field


def unit(i: int, j: int, dim: int) -> sp.Matrix:
    """Return the matrix unit E_ij."""
    matrix = sp.zeros(dim, dim)
    matrix[i, j] = 1
    return matrix


def small_rational(rng: random.Random, top: int = 4, bottom: int = 3) -> sp.Rational:
    """Draw a small rational number, zero included."""
    return sp.Rational(rng.randint(-top, top), rng.randint(1, bottom))


def small_nonzero(rng: random.Random) -> sp.Rational:
    """Draw a small rational number that is not zero."""
    return rng.choice((1, -1)) * sp.Rational(rng.randint(1, 4), rng.randint(1, 3))


def permutation_matrix(order: Sequence[int]) -> sp.ImmutableMatrix:
    """Return P with (Pz)_i = z_{order[i]}."""
    dim = len(order)
    return sp.ImmutableMatrix(dim, dim, lambda i, j: int(order[i] == j))


def transpositions(dim: int) -> Iterator[sp.ImmutableMatrix]:
    """Return the permutation matrices that swap neighbours."""
    for i in range(dim - 1):
        order = list(range(dim))
        order[i], order[i + 1] = order[i + 1], order[i]
        yield permutation_matrix(order)


def monomials(symbols: Sequence[sp.Symbol], degree: int) -> tuple[sp.Expr, ...]:
    """Return the monomials of degree ≤ `degree`, by degree."""
    return tuple(
        sp.Mul(*chosen)
        for k in range(degree + 1)
        for chosen in combinations_with_replacement(symbols, k)
    )


def along(symbols: tuple[sp.Symbol, ...], component: int, value: sp.Expr, dim: int) -> Field:
    """Return the field with `value` in one component and zero elsewhere."""
    return Field(symbols, tuple(value if i == component else sp.Integer(0) for i in range(dim)))
