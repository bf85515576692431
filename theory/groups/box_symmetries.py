"""The symmetries of the unit box: coordinates in another order, some of them reflected at 1/2."""

from __future__ import annotations

import random
from dataclasses import dataclass
from math import factorial

import sympy as sp

from sith.theory.errors import InputError
from sith.theory.exactness import dimension
from sith.theory.groups.base import AbstractGroup, no, yes
from sith.theory.groups.maps import Field, Map
from sith.theory.groups.signed_permutations import SignedPermutations
from sith.theory.notation import latents
from sith.theory.verdict import Membership


@dataclass(frozen=True, slots=True)
class BoxSymmetries(AbstractGroup):
    """z_i ↦ z_σ(i) or 1 − z_σ(i): the 2^d d! affine maps of (0, 1)^d onto itself."""

    dim: int

    def __post_init__(self) -> None:
        """Validate the dimension."""
        dimension(self.dim, least=1)

    @property
    def latex(self) -> str:
        """The group in LaTeX."""
        return rf"\mathrm{{Aut}}\,(0,1)^{{{self.dim}}}"

    def __str__(self) -> str:
        """Short name."""
        return f"symmetries of the unit box ({self.dim})"

    def elements(self) -> str:
        """Return the number of elements in words."""
        return f"2^d d! = {2**self.dim * factorial(self.dim)} elements"

    def component_count(self) -> int:
        """Return the number of elements."""
        return int(2**self.dim) * factorial(self.dim)

    @property
    def infinite(self) -> bool:
        """The group is finite."""
        return False

    def algebra_basis(self, degree: int) -> tuple[Field, ...]:  # noqa: ARG002
        """Return nothing: the group is finite."""
        return ()

    def in_algebra(self, field: Field) -> Membership:
        """Only zero is in the algebra."""
        if field.dim != self.dim or len(field.symbols) != self.dim:
            return no(f"the field does not act on R^{self.dim}")
        if all(sp.expand(e) == 0 for e in field.expressions):
            return yes("zero")
        return no("the field is not zero", field)

    def finite_generators(self) -> tuple[Map, ...]:
        """Return the swaps of neighbours and one reflection."""
        return tuple(self._centred(m) for m in SignedPermutations(self.dim).generator_matrices())

    def contains(self, member: Map) -> Membership:
        """Say whether the map is a signed permutation about the centre of the box."""
        if member.dim != self.dim or len(member.expressions) != self.dim:
            return no(f"the map does not act on R^{self.dim}")
        try:
            matrix, shift = member.affine_parts()
        except InputError:
            return no("the map is not affine", member)
        inside = SignedPermutations(self.dim).contains_matrix(matrix)
        if not inside.holds:
            return inside
        if self._centred(matrix)((sp.Integer(0),) * self.dim) != tuple(shift):
            return no("the map moves the centre of the box", member)
        return yes("a signed permutation about the centre of the box")

    def sample(self, rng: random.Random) -> Map:
        """Draw a uniform symmetry."""
        return self._centred(SignedPermutations(self.dim).sample_matrix(rng))

    def _centred(self, matrix: sp.Matrix) -> Map:
        """Return z ↦ M(z − c) + c with c the centre."""
        centre = sp.Matrix([sp.Rational(1, 2)] * self.dim)
        image = matrix * (sp.Matrix(latents(self.dim)) - centre) + centre
        return Map(latents(self.dim), tuple(sp.expand(e) for e in image))
