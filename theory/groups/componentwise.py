"""Componentwise diffeomorphisms: each coordinate up to a smooth invertible function, and the order."""

from __future__ import annotations

import random
from dataclasses import dataclass

import sympy as sp

from sith.theory.exactness import dimension
from sith.theory.groups.base import AbstractGroup, JacobianShape
from sith.theory.groups.blockwise import BlockwiseDiffeomorphisms
from sith.theory.groups.maps import Field, Map
from sith.theory.verdict import Membership


@dataclass(frozen=True, slots=True)
class ComponentwiseDiffeomorphisms(AbstractGroup):
    """Permutations composed with z_i ↦ φ_i(z_i), φ_i invertible and smooth: blocks of size one."""

    dim: int

    def __post_init__(self) -> None:
        """Validate the dimension."""
        dimension(self.dim, least=1)

    @property
    def latex(self) -> str:
        """The group in LaTeX."""
        return rf"\mathrm{{Diff}}(\mathbb{{R}})^{{{self.dim}}}\rtimes S_{{{self.dim}}}"

    def __str__(self) -> str:
        """Short name."""
        return f"componentwise diffeomorphisms ({self.dim})"

    @property
    def infinite(self) -> bool:
        """The functions are free."""
        return True

    def blockwise(self) -> BlockwiseDiffeomorphisms:
        """Return the group as blockwise diffeomorphisms with blocks of size one."""
        return BlockwiseDiffeomorphisms(tuple((i,) for i in range(self.dim)))

    def jacobian_shape(self) -> JacobianShape:
        """Return the entries off the diagonal."""
        return self.blockwise().jacobian_shape()

    def algebra_basis(self, degree: int) -> tuple[Field, ...]:
        """Return z_i^k ∂_i for k ≤ degree."""
        return self.blockwise().algebra_basis(degree)

    def families(self, *, inside_box: bool = False) -> tuple[tuple[Field, sp.Expr, str], ...]:
        """Return F(z_i) in each component i."""
        return self.blockwise().families(inside_box=inside_box)

    def in_algebra(self, field: Field) -> Membership:
        """Say whether each component depends on its own coordinate only."""
        return self.blockwise().in_algebra(field)

    def finite_generators(self) -> tuple[Map, ...]:
        """Return neighbour swaps and one sign flip."""
        return self.blockwise().finite_generators()

    def contains(self, member: Map) -> Membership:
        """Say whether each output depends on one coordinate of its own, invertibly."""
        return self.blockwise().contains(member)

    def sample(self, rng: random.Random) -> Map:
        """Draw a permutation of increasing or decreasing cubics, invertible on R."""
        order = rng.sample(range(self.dim), self.dim)
        z = Map.identity(self.dim).symbols
        outputs = []
        for i in order:
            slope, cubic = sp.Rational(rng.randint(1, 4), 2), sp.Rational(rng.randint(0, 3), 3)
            shift = sp.Rational(rng.randint(-2, 2), 2)
            outputs.append(rng.choice((1, -1)) * (slope * z[i] + cubic * z[i] ** 3) + shift)
        return Map(z, tuple(outputs))
