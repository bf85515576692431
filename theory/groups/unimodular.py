"""The members of a matrix group that keep volumes."""

from __future__ import annotations

import random
from dataclasses import dataclass

import sympy as sp

from sith.theory.errors import InputError
from sith.theory.groups.base import AbstractMatrixGroup, no, yes
from sith.theory.verdict import Membership


@dataclass(frozen=True, slots=True)
class Unimodular(AbstractMatrixGroup):
    """The matrices M in G with |det M| = 1, for a matrix group G that holds all diagonal matrices.

    G is the product of this group with the positive multiples of the identity, so both have the
    same components.
    """

    group: AbstractMatrixGroup

    def __post_init__(self) -> None:
        """Refuse groups without all diagonal matrices."""
        if not isinstance(self.group, AbstractMatrixGroup):
            raise InputError(f"Unimodular({self.group!r})", allowed="a matrix group")
        if not all(
            self.group.contains_matrix(_scaling(i, self.dim, 2)).holds for i in range(self.dim)
        ):
            raise InputError(
                f"Unimodular({self.group}): the group does not hold all diagonal matrices",
                allowed="Linear(d) or GeneralisedPermutations(d)",
            )

    @property
    def dim(self) -> int:
        """Number of coordinates."""
        return self.group.dim

    @property
    def latex(self) -> str:
        """The group in LaTeX."""
        return rf"\{{M\in {self.group.latex}:\ \lvert\det M\rvert=1\}}"

    def __str__(self) -> str:
        """Short name."""
        return f"{self.group} of determinant ±1"

    def algebra_matrices(self) -> tuple[sp.ImmutableMatrix, ...]:
        """Return a basis of the matrices of trace 0 in the group's algebra."""
        basis = self.group.algebra_matrices()
        traces = sp.Matrix([[a.trace() for a in basis]])
        return tuple(
            sp.ImmutableMatrix(
                sum((c * a for c, a in zip(v, basis, strict=True)), sp.zeros(self.dim, self.dim))
            )
            for v in traces.nullspace()
        )

    def generator_matrices(self) -> tuple[sp.ImmutableMatrix, ...]:
        """Return the group's generators, the first axis rescaled so that |det| = 1."""
        return tuple(self._normalised(m) for m in self.group.generator_matrices())

    def algebra_matrix(self, matrix: sp.Matrix) -> Membership:
        """Say whether the matrix is in the group's algebra and has trace 0."""
        inside = self.group.algebra_matrix(matrix)
        if not inside.holds:
            return inside
        if sp.expand(matrix.trace()) != 0:
            return no("the trace is not zero", matrix)
        return yes(f"{inside.reason}, of trace 0")

    def contains_matrix(self, matrix: sp.Matrix) -> Membership:
        """Say whether the matrix is in the group and its determinant is ±1."""
        inside = self.group.contains_matrix(matrix)
        if not inside.holds:
            return inside
        if sp.simplify(matrix.det() ** 2 - 1) != 0:
            return no("the determinant is not ±1", matrix)
        return yes(f"{inside.reason}, of determinant ±1")

    def matrix_equations(self, matrix: sp.Matrix) -> tuple[sp.Expr, ...]:
        """Return the group's equations and (det M)² − 1."""
        return (*self.group.matrix_equations(matrix), sp.expand(matrix.det() ** 2 - 1))

    def sample_matrix(self, rng: random.Random) -> sp.ImmutableMatrix:
        """Draw a member of the group and rescale the first axis."""
        return self._normalised(self.group.sample_matrix(rng))

    def _normalised(self, matrix: sp.Matrix) -> sp.ImmutableMatrix:
        return sp.ImmutableMatrix(_scaling(0, self.dim, 1 / sp.Abs(matrix.det())) * matrix)


def _scaling(axis: int, dim: int, factor: sp.Expr) -> sp.ImmutableMatrix:
    return sp.ImmutableMatrix(sp.diag(*(factor if i == axis else 1 for i in range(dim))))
