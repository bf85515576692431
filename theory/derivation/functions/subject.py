"""A group, the space its points are drawn from, and what a derivation leaves open."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from sith.theory.assumptions import AbstractSpace, Box, RealSpace, Sphere
from sith.theory.groups import AbstractGroup
from sith.theory.verdict import Agreement

FIELD_DEGREE = 3
"""Fields of a group's Lie algebra are taken up to this degree."""


Point = tuple[sp.Expr, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """A group, the space its points are drawn from, and what a claim's derivation leaves open.

    `constraints` vanish on the space; they are empty where the group leaves the space, and
    functions are then functions on R^d. `kept` lists which coordinates of the space the
    representation keeps.
    """

    group: AbstractGroup
    space: AbstractSpace
    kept: tuple[int, ...]
    bound: bool
    scope: tuple[str, ...]
    trusted: tuple[str, ...] = ()
    claim: str = ""
    agreement: Agreement = Agreement.AGREES

    @property
    def dim(self) -> int:
        """Number of coordinates of a point."""
        return self.group.dim

    def constraints(self, point: Sequence[sp.Expr]) -> tuple[sp.Expr, ...]:
        """Return the polynomials that vanish at a point of the space."""
        return self.space.constraints(point) if self.bound else ()

    def draw(self, rng: random.Random) -> Point:
        """Draw a rational point of small height."""
        point = _small_point(self.space, rng)
        return tuple(point[i] for i in self.kept)


def _small_point(space: AbstractSpace, rng: random.Random) -> Point:
    """Draw a point of small height where the space is known, else a rational point."""
    if isinstance(space, RealSpace):
        return tuple(sp.Integer(rng.randint(-4, 4)) for _ in range(space.dim))
    if isinstance(space, Box):
        return tuple(sp.Rational(rng.randint(1, 9), 10) for _ in range(space.dim))
    if isinstance(space, Sphere):
        t = [sp.Rational(rng.randint(-3, 3), rng.randint(1, 2)) for _ in range(space.dim - 1)]
        square = sp.Add(*(x * x for x in t))
        point = [*(2 * x / (1 + square) for x in t), (square - 1) / (1 + square)]
        rng.shuffle(point)
        return tuple(point)
    return space.rational_point(rng)
