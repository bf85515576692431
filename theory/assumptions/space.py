"""Latent spaces: the unit sphere, the unit box, and R^d."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import sympy as sp

from sith.theory.errors import InputError
from sith.theory.exactness import dimension
from sith.theory.notation import latents

RESOLUTION = 997
"""Coordinates of drawn rational points are of the order k / RESOLUTION."""


class AbstractSpace(Protocol):
    """A subset of R^d that latents or representations live in: where its constraints vanish.

    A space that is open in some coordinates says by `intervals`, a tuple, which of them are confined
    to (0, 1); in the other coordinates that are in no constraint it is all of R.
    """

    @property
    def dim(self) -> int:
        """Number of coordinates d (for the sphere, of the surrounding R^d)."""
        ...

    @property
    def latex(self) -> str:
        """The space in LaTeX."""
        ...

    def constraints(self, point: Sequence[sp.Expr]) -> tuple[sp.Expr, ...]:
        """Return the polynomials that vanish exactly on the space (none where it is open)."""
        ...

    def rational_point(self, rng: random.Random) -> tuple[sp.Rational, ...]:
        """Draw a rational point of the space, by construction."""
        ...


@dataclass(frozen=True, slots=True)
class Sphere:
    """The unit sphere S^{d−1} in R^d."""

    dim: int

    intervals = ()
    irreducible = True

    def __post_init__(self) -> None:
        """Validate the dimension."""
        dimension(self.dim)

    @property
    def latex(self) -> str:
        """The space in LaTeX."""
        return f"S^{{{self.dim - 1}}}"

    def __str__(self) -> str:
        """Short name."""
        return f"unit sphere S^{self.dim - 1}"

    def constraints(self, point: Sequence[sp.Expr]) -> tuple[sp.Expr, ...]:
        """Return ‖z‖² − 1."""
        return (sp.Add(*(x**2 for x in point)) - 1,)

    def rational_point(self, rng: random.Random) -> tuple[sp.Rational, ...]:
        """Draw a rational point by the inverse stereographic projection from a random pole."""
        t = [_small_rational(rng) for _ in range(self.dim - 1)]
        square = sum(x * x for x in t)
        point = [2 * x / (1 + square) for x in t] + [(square - 1) / (1 + square)]
        pole = rng.randrange(self.dim)
        point[pole], point[-1] = point[-1], point[pole]
        sign = rng.choice((1, -1))
        return tuple(sign * x for x in point)


@dataclass(frozen=True, slots=True)
class Box:
    """The unit box (0, 1)^d, the convex body of the box theorems."""

    dim: int

    is_product = True
    irreducible = True

    def __post_init__(self) -> None:
        """Validate the dimension (a representation may have a single coordinate)."""
        dimension(self.dim, least=1)

    @property
    def intervals(self) -> tuple[int, ...]:
        """All coordinates are confined to (0, 1)."""
        return tuple(range(self.dim))

    @property
    def latex(self) -> str:
        """The space in LaTeX."""
        return f"(0,1)^{{{self.dim}}}"

    def __str__(self) -> str:
        """Short name."""
        return f"unit box (0, 1)^{self.dim}"

    def constraints(self, point: Sequence[sp.Expr]) -> tuple[sp.Expr, ...]:  # noqa: ARG002
        """Return nothing: the box is open in R^d."""
        return ()

    def rational_point(self, rng: random.Random) -> tuple[sp.Rational, ...]:
        """Draw a rational point with coordinates strictly between 0 and 1."""
        return tuple(sp.Rational(rng.randrange(1, RESOLUTION), RESOLUTION) for _ in range(self.dim))


@dataclass(frozen=True, slots=True)
class RealSpace:
    """All of R^d."""

    dim: int

    is_product = True
    intervals = ()
    irreducible = True

    def __post_init__(self) -> None:
        """Validate the dimension (a representation may have a single coordinate)."""
        dimension(self.dim, least=1)

    @property
    def latex(self) -> str:
        """The space in LaTeX."""
        return rf"\mathbb{{R}}^{{{self.dim}}}"

    def __str__(self) -> str:
        """Short name."""
        return f"R^{self.dim}"

    def constraints(self, point: Sequence[sp.Expr]) -> tuple[sp.Expr, ...]:  # noqa: ARG002
        """Return nothing: R^d is open."""
        return ()

    def rational_point(self, rng: random.Random) -> tuple[sp.Rational, ...]:
        """Draw a rational point with coordinates in (−2, 2)."""
        return tuple(2 * _small_rational(rng) for _ in range(self.dim))


def require_real_space(pairs: object, space: AbstractSpace, dim: int = 0) -> None:
    """Raise `InputError` for pairs on another space than R^d, or than R^dim where dim is not 0."""
    if not isinstance(space, RealSpace):
        raise InputError(f"pairs '{pairs}' live on R^d", cure="use RealSpace(d)")
    if dim not in (0, space.dim):
        raise InputError(f"pairs '{pairs}' in {dim} coordinates for d = {space.dim}")


def confined_coordinates(space: AbstractSpace) -> tuple[int, ...]:
    """Return the coordinates that a space confines to (0, 1), its attribute `intervals`."""
    return tuple(getattr(space, "intervals", ()))


def unstated_coordinates(space: AbstractSpace) -> tuple[int, ...]:
    """Return the coordinates in no equation of which a space does not say whether they are confined.

    A space of one's own says it by `intervals`, the coordinates confined to (0, 1), () if none is.
    """
    if hasattr(space, "unstated"):
        return tuple(space.unstated)
    if hasattr(space, "intervals"):
        return ()
    z = latents(space.dim)
    used = {s for c in space.constraints(z) for s in c.free_symbols}
    return tuple(i for i, x in enumerate(z) if x not in used)


def inside(space: AbstractSpace, point: Sequence[sp.Rational]) -> bool:
    """Whether a rational point solves the equations of a space and keeps its intervals."""
    solved = all(sp.expand(c) == 0 for c in space.constraints(point))
    return solved and all(0 < point[i] < 1 for i in confined_coordinates(space))


def _small_rational(rng: random.Random) -> sp.Rational:
    return sp.Rational(rng.randrange(-RESOLUTION + 1, RESOLUTION), RESOLUTION)
