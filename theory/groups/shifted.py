"""A matrix group together with translations."""

from __future__ import annotations

import random
from dataclasses import dataclass

import sympy as sp

from sith.theory.errors import InputError
from sith.theory.groups.base import AbstractGroup, AbstractMatrixGroup, no
from sith.theory.groups.elementary import along, small_rational
from sith.theory.groups.maps import Field, Map
from sith.theory.notation import latents
from sith.theory.verdict import Membership


@dataclass(frozen=True, slots=True)
class Shifted(AbstractGroup):
    """G ⋉ R^d: z ↦ Mz + b with M in a matrix group G and any shift b."""

    group: AbstractMatrixGroup

    def __post_init__(self) -> None:
        """Refuse anything but a matrix group."""
        if not isinstance(self.group, AbstractMatrixGroup):
            raise InputError(f"Shifted({self.group!r})", allowed="a matrix group")

    @property
    def dim(self) -> int:
        """Number of coordinates."""
        return self.group.dim

    @property
    def latex(self) -> str:
        """The group in LaTeX."""
        return rf"\left({self.group.latex}\right)\ltimes\mathbb{{R}}^{{{self.dim}}}"

    def __str__(self) -> str:
        """Short name."""
        return f"{self.group} with shifts"

    def component_count(self) -> int:
        """Return the matrix group's number: the shifts are connected."""
        return self.group.component_count()

    @property
    def infinite(self) -> bool:
        """An affine group has finite dimension."""
        return False

    def linear_part(self) -> tuple[AbstractMatrixGroup, ...]:
        """Return the matrix group."""
        return (self.group,)

    @property
    def shifts(self) -> bool:
        """Every translation is a member."""
        return True

    def algebra_basis(self, degree: int) -> tuple[Field, ...]:
        """Return constant fields and, from degree 1, the linear ones."""
        z = latents(self.dim)
        shifts = tuple(along(z, i, sp.Integer(1), self.dim) for i in range(self.dim))
        return (*shifts, *self.group.algebra_basis(degree))

    def in_algebra(self, field: Field) -> Membership:
        """Say whether the field is affine with a matrix of the algebra."""
        if field.dim != self.dim or len(field.symbols) != self.dim:
            return no(f"the field does not act on R^{self.dim}")
        try:
            matrix, _ = field.linear_parts()
        except InputError:
            return no("the field is not affine", field)
        return self.group.algebra_matrix(matrix)

    def finite_generators(self) -> tuple[Map, ...]:
        """Return the matrix group's generators; shifts lie in the identity component."""
        return self.group.finite_generators()

    def contains(self, member: Map) -> Membership:
        """Say whether the map is affine with a member matrix."""
        if member.dim != self.dim or len(member.expressions) != self.dim:
            return no(f"the map does not act on R^{self.dim}")
        try:
            matrix, _ = member.affine_parts()
        except InputError:
            return no("the map is not affine", member)
        return self.group.contains_matrix(matrix)

    def sample(self, rng: random.Random) -> Map:
        """Draw a member matrix and a small shift."""
        shift = [small_rational(rng) for _ in range(self.dim)]
        return Map.linear(self.group.sample_matrix(rng), shift)
