"""Rational points of a space at which its equations say what it looks like nearby.

At a point where the Jacobian of the equations has rank d − dim I, I the ideal that they generate, the
space is a manifold of dimension dim I, and every law with a density on the space charges each of its
neighbourhoods. An isolated point, a component of lower dimension or a square among the equations
fails that: such points say nothing of what holds almost surely.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import sympy as sp
from flint import fmpq, fmpq_mat, nmod_mat

from sith.theory.assumptions import AbstractSpace
from sith.theory.derivation.fields.evaluate import modulo, to_flint
from sith.theory.derivation.fields.variety import variety_of
from sith.theory.errors import UnsupportedCondition
from sith.theory.notation import latents

_PRIME = 2305843009213693951
"""A rank modulo a prime is at most the rank over the rationals."""

MOST_MONOMIALS = 1500
"""Independence on the space is tried for at most so many monomials of one point."""

Monomial = tuple[int, ...]
Terms = tuple[tuple[tuple[int, ...], int], ...]


@dataclass(frozen=True, slots=True)
class _Slopes:
    """The Jacobian of a space's equations modulo a prime, and the rank of a regular point."""

    entries: tuple[tuple[Terms, ...], ...]
    rank: int

    def regular(self, point: tuple[int, ...]) -> bool:
        """Whether the Jacobian has the full rank at a point, given modulo the prime."""
        rows = [[_value(terms, point) for terms in row] for row in self.entries]
        return not rows or int(nmod_mat(rows, _PRIME).rank()) == self.rank


def _value(terms: Terms, point: tuple[int, ...]) -> int:
    total = 0
    for powers, c in terms:
        term = c
        for x, k in zip(point, powers, strict=True):
            term = term * pow(x, k, _PRIME) % _PRIME
        total += term
    return total % _PRIME


def _slopes(space: AbstractSpace) -> _Slopes:
    constraints = tuple(space.constraints(latents(space.dim)))
    rank = space.dim - variety_of(space).dimension(space.dim) if constraints else 0
    return _differentiated(constraints, space.dim, rank)


@lru_cache(maxsize=64)
def _differentiated(constraints: tuple[sp.Expr, ...], dim: int, rank: int) -> _Slopes:
    z = latents(dim)
    rows = (tuple(_terms(sp.diff(c, x), z) for x in z) for c in constraints)
    return _Slopes(tuple(rows), rank)


def _terms(poly: sp.Expr, z: tuple[sp.Symbol, ...]) -> Terms:
    table: Mapping[Monomial, sp.Rational] = sp.Poly(poly, *z).as_dict()
    return tuple((m, modulo(fmpq(int(c.p), int(c.q)), _PRIME)) for m, c in table.items() if c != 0)


def regular_points(
    space: AbstractSpace, rng: random.Random, draws: int
) -> Iterator[tuple[sp.Rational, ...]]:
    """Yield the regular ones among so many drawn rational points of a space.

    Raises:
        UnsupportedCondition: the dimension of the space is not known: no Gröbner basis was finished.
    """
    slopes = _slopes(space)
    for _ in range(draws):
        point = space.rational_point(rng)
        if slopes.regular(tuple(modulo(x, _PRIME) for x in to_flint(point))):
            yield point


def spans(space: AbstractSpace, *, through_origin: bool = False) -> bool:
    """Whether regular rational points of a space are shown to be in general position in R^d.

    Every set of full measure on the space then spans R^d with its differences. With `through_origin`
    it is asked whether they span R^d as vectors, which points of a hyperplane beside 0 do too.
    """
    try:
        points = list(regular_points(space, random.Random(11), 2 * space.dim + 4))
    except UnsupportedCondition:
        return False
    ones = [] if through_origin else [fmpq(1)]
    rows = [[*ones, *to_flint(point)] for point in points]
    return bool(rows) and int(fmpq_mat(rows).rank()) == space.dim + len(ones)


def require_independent(space: AbstractSpace, monomials: Sequence[Monomial]) -> None:
    """Show that monomials in normal form are independent functions on the real points of a space.

    By the rank of their values at rational points. Raises `UnsupportedCondition` where they are not
    shown to be: the equations may then not say all that vanishes on the space.
    """
    if variety_of(space).exact or not monomials:
        return
    if len(monomials) > MOST_MONOMIALS or not _independent(space, tuple(sorted(set(monomials)))):
        raise UnsupportedCondition(
            f"the equations of the {space} are not shown to say all that vanishes on its points",
            cure="give all equations (a radical ideal), and rational points in general position",
        )


def _independent(space: AbstractSpace, monomials: tuple[Monomial, ...]) -> bool:
    rows = []
    for drawn in regular_points(space, random.Random(17), len(monomials) + 6):
        point = tuple(modulo(x, _PRIME) for x in to_flint(drawn))
        rows.append([_value(((m, 1),), point) for m in monomials])
    return bool(rows) and int(nmod_mat(rows, _PRIME).rank()) == len(monomials)
