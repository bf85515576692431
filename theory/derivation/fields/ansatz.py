"""The unknown field: polynomials up to a degree, modulo those that vanish on the latent space."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import perm, prod

import sympy as sp
from flint import nmod_mat

from sith.theory.assumptions import AbstractSpace
from sith.theory.derivation.fields.evaluate import modulo, to_flint

Exponents = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Monomials:
    """All monomials up to a degree, and the indices of a basis of the functions on the space."""

    exponents: tuple[Exponents, ...]
    parents: tuple[tuple[int, int], ...]
    kept: tuple[int, ...]
    index: dict[Exponents, int]

    def values(self, point: Sequence[int], prime: int) -> list[int]:
        """Return the value of every monomial at a point modulo a prime."""
        values = [1]
        for parent, variable in self.parents[1:]:
            values.append(values[parent] * point[variable] % prime)
        return values

    def derivatives(self, values: Sequence[int], along: Exponents, prime: int) -> list[int]:
        """Return a partial derivative of every kept monomial, from the monomials' values."""
        result = []
        for m in self.kept:
            powers = self.exponents[m]
            if any(k < s for k, s in zip(powers, along, strict=True)):
                result.append(0)
                continue
            lower = tuple(k - s for k, s in zip(powers, along, strict=True))
            factor = prod(perm(k, s) for k, s in zip(powers, along, strict=True))
            result.append(factor * values[self.index[lower]] % prime)
        return result


def monomials_on(
    space: AbstractSpace, degree: int, prime: int, rng: random.Random, *, linear_only: bool
) -> Monomials:
    """List the monomials of degree ≤ `degree`, keeping an independent set on `space`.

    Independence is found by evaluation at random rational points: a monomial is dropped when it
    is a combination of earlier ones, so low degrees are kept.
    """
    dim = space.dim
    exponents: list[Exponents] = []
    parents: list[tuple[int, int]] = []
    index: dict[Exponents, int] = {}
    for k in range(degree + 1):
        for chosen in combinations_with_replacement(range(dim), k):
            powers = tuple(chosen.count(i) for i in range(dim))
            index[powers] = len(exponents)
            exponents.append(powers)
            lower = tuple(p - (bool(chosen) and i == chosen[-1]) for i, p in enumerate(powers))
            parents.append((index[lower], chosen[-1] if chosen else 0))
    everything = Monomials(tuple(exponents), tuple(parents), (), index)
    # Linear maps alone first: on Σ z = 1 the coordinates are independent, and dependent beside 1.
    kept = tuple(i for i, e in enumerate(exponents) if not linear_only or sum(e) == 1)
    probe = space.constraints(tuple(sp.Symbol(f"x{i}") for i in range(dim)))
    if probe:
        rows = []
        for _ in range(len(exponents) + 8):
            point = [modulo(x, prime) for x in to_flint(space.rational_point(rng))]
            values = everything.values(point, prime)
            rows.append([values[i] for i in kept])
        reduced, rank = nmod_mat(rows, prime).rref()
        kept = tuple(kept[i] for i in _pivots(reduced, rank))
    return Monomials(tuple(exponents), tuple(parents), kept, index)


def _pivots(reduced: nmod_mat, rank: int) -> list[int]:
    columns, row, found = reduced.ncols(), 0, []
    for column in range(columns):
        if row < rank and int(reduced[row, column]) != 0:
            found.append(column)
            row += 1
    return found
