"""Positive pairs on the sphere: von Mises–Fisher, anisotropic, and with kept coordinates."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from sith.theory.assumptions.abstract_pairs import Point
from sith.theory.assumptions.prior import AbstractPrior
from sith.theory.assumptions.property_names import Property
from sith.theory.assumptions.space import AbstractSpace, Sphere
from sith.theory.errors import InputError
from sith.theory.exactness import positive


@dataclass(frozen=True, slots=True)
class VonMisesFisher:
    """p(z̃|z) ∝ exp(κ z·z̃) on the sphere, κ > 0."""

    concentration: sp.Rational

    properties = frozenset({Property.FULL_SUPPORT})

    def __post_init__(self) -> None:
        """Validate κ."""
        object.__setattr__(self, "concentration", positive(self.concentration, "concentration κ"))

    def require_world(self, space: AbstractSpace, prior: AbstractPrior) -> None:  # noqa: ARG002
        """Refuse a space other than the sphere."""
        if not isinstance(space, Sphere):
            raise InputError(f"pairs '{self}' live on the sphere", cure="use Sphere(d)")

    def log_conditional(self, z: Sequence[sp.Expr], zt: Sequence[sp.Expr]) -> sp.Expr:
        """Return κ z·z̃."""
        return self.concentration * sp.Add(*(a * b for a, b in zip(z, zt, strict=True)))

    def rational_partner(self, space: AbstractSpace, z: Point, rng: random.Random) -> Point:  # noqa: ARG002
        """Draw any point of the space: the support is full."""
        return space.rational_point(rng)

    def __str__(self) -> str:
        """Short name."""
        return f"von Mises–Fisher, κ = {self.concentration}"


@dataclass(frozen=True, slots=True)
class AnisotropicSphere:
    """p(z̃|z) ∝ exp(−(z̃−z)ᵀΛ(z̃−z)) on the sphere, Λ diagonal and positive."""

    weights: tuple[sp.Rational, ...]

    properties = frozenset({Property.FULL_SUPPORT})

    def __post_init__(self) -> None:
        """Validate Λ."""
        weights = tuple(positive(w, "entry of Λ") for w in self.weights)
        object.__setattr__(self, "weights", weights)

    def require_world(self, space: AbstractSpace, prior: AbstractPrior) -> None:  # noqa: ARG002
        """Refuse another space than the sphere of the dimension of Λ."""
        if not isinstance(space, Sphere):
            raise InputError(f"pairs '{self}' live on the sphere", cure="use Sphere(d)")
        if len(self.weights) != space.dim:
            raise InputError(f"{len(self.weights)} entries of Λ for d = {space.dim}")

    def log_conditional(self, z: Sequence[sp.Expr], zt: Sequence[sp.Expr]) -> sp.Expr:
        """Return −(z̃−z)ᵀΛ(z̃−z)."""
        terms = zip(self.weights, z, zt, strict=True)
        return -sp.Add(*(w * (b - a) ** 2 for w, a, b in terms))

    def rational_partner(self, space: AbstractSpace, z: Point, rng: random.Random) -> Point:  # noqa: ARG002
        """Draw any point of the space: the support is full."""
        return space.rational_point(rng)

    def blocks(self) -> tuple[tuple[int, ...], ...]:
        """Return the coordinates grouped by equal entries of Λ."""
        values = sorted(set(self.weights))
        groups = [tuple(i for i, w in enumerate(self.weights) if w == v) for v in values]
        return tuple(sorted(groups))

    def __str__(self) -> str:
        """Short name."""
        return f"anisotropic on the sphere, Λ = diag{tuple(map(str, self.weights))}"


@dataclass(frozen=True, slots=True)
class PartlyKeptSphere:
    """z = (u, v) on the sphere: u is kept in the pair, and p(ṽ|z) ∝ exp(κ z·z̃) on ‖ṽ‖ = ‖v‖.

    `kept` lists the coordinates of u. The support K(z) of the conditional is a sphere in v, not the
    whole latent space.
    """

    concentration: sp.Rational
    kept: tuple[int, ...]

    properties = frozenset({Property.PAIR_DENSITY})

    def __post_init__(self) -> None:
        """Validate κ and the kept coordinates."""
        object.__setattr__(self, "concentration", positive(self.concentration, "concentration κ"))
        if not self.kept or len(set(self.kept)) != len(self.kept):
            raise InputError(
                f"kept = {self.kept}", allowed="a non-empty tuple of distinct coordinates"
            )

    def require_world(self, space: AbstractSpace, prior: AbstractPrior) -> None:  # noqa: ARG002
        """Refuse another space than the sphere, and fewer than two free coordinates."""
        if not isinstance(space, Sphere):
            raise InputError(f"pairs '{self}' live on the sphere", cure="use Sphere(d)")
        if not all(0 <= i < space.dim for i in self.kept):
            raise InputError(f"kept = {self.kept}", allowed=f"0 to {space.dim - 1}")
        if space.dim - len(self.kept) < 2:
            raise InputError(
                f"{len(self.kept)} kept coordinates for d = {space.dim}",
                allowed="at most d − 2, so that the support of a pair is not discrete",
            )

    def log_conditional(self, z: Sequence[sp.Expr], zt: Sequence[sp.Expr]) -> sp.Expr:
        """Return κ z·z̃, for z̃ in K(z)."""
        return self.concentration * sp.Add(*(a * b for a, b in zip(z, zt, strict=True)))

    def rational_partner(self, space: AbstractSpace, z: Point, rng: random.Random) -> Point:
        """Draw a rational point of K(z): v is reflected twice, at random rational directions."""
        free = [i for i in range(len(z)) if i not in self.kept]
        point = list(z)
        for _ in range(2):
            axis = space.rational_point(rng)
            square = sum(axis[i] ** 2 for i in free)
            if square == 0:
                continue
            along = 2 * sum(axis[i] * point[i] for i in free) / square
            for i in free:
                point[i] -= along * axis[i]
        return tuple(point)

    def __str__(self) -> str:
        """Short name."""
        return f"von Mises–Fisher with coordinates {self.kept} kept, κ = {self.concentration}"
