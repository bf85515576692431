"""The trivial group: every coordinate is recovered exactly."""

from __future__ import annotations

import random
from dataclasses import dataclass

import sympy as sp

from sith.theory.exactness import dimension
from sith.theory.groups.base import AbstractMatrixGroup, no, yes
from sith.theory.verdict import Membership


@dataclass(frozen=True, slots=True)
class Trivial(AbstractMatrixGroup):
    """The identity alone."""

    dim: int

    def __post_init__(self) -> None:
        """Validate the dimension."""
        dimension(self.dim, least=1)

    @property
    def latex(self) -> str:
        """The group in LaTeX."""
        return r"\{\mathrm{id}\}"

    def __str__(self) -> str:
        """Short name."""
        return "the identity alone"

    def elements(self) -> str:
        """Return the number of elements in words."""
        return "1 element"

    def component_count(self) -> int:
        """Return the number of elements."""
        return 1

    def algebra_matrices(self) -> tuple[sp.ImmutableMatrix, ...]:
        """Return nothing."""
        return ()

    def generator_matrices(self) -> tuple[sp.ImmutableMatrix, ...]:
        """Return nothing."""
        return ()

    def algebra_matrix(self, matrix: sp.Matrix) -> Membership:
        """Only zero is in the algebra."""
        return yes("zero") if matrix.is_zero_matrix else no("the matrix is not zero", matrix)

    def contains_matrix(self, matrix: sp.Matrix) -> Membership:
        """Only the identity is a member."""
        return yes("the identity") if matrix == sp.eye(self.dim) else no("not the identity", matrix)

    def matrix_equations(self, matrix: sp.Matrix) -> tuple[sp.Expr, ...]:
        """Return M − I."""
        return tuple(matrix - sp.eye(self.dim))

    def sample_matrix(self, rng: random.Random) -> sp.ImmutableMatrix:  # noqa: ARG002
        """Return the identity."""
        return sp.ImmutableMatrix(sp.eye(self.dim))
