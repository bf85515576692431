"""The general linear group."""

from __future__ import annotations

import random
from dataclasses import dataclass

import sympy as sp

from sith.theory.exactness import dimension
from sith.theory.groups.base import AbstractMatrixGroup, no, yes
from sith.theory.groups.elementary import small_nonzero, small_rational, unit
from sith.theory.verdict import Membership


@dataclass(frozen=True, slots=True)
class Linear(AbstractMatrixGroup):
    """GL(d): every invertible matrix."""

    dim: int

    def __post_init__(self) -> None:
        """Validate the dimension."""
        dimension(self.dim, least=1)

    @property
    def latex(self) -> str:
        """The group in LaTeX."""
        return f"GL({self.dim})"

    def __str__(self) -> str:
        """Short name."""
        return f"GL({self.dim})"

    def component_count(self) -> int:
        """Return 2: the sign of the determinant."""
        return 2

    def algebra_matrices(self) -> tuple[sp.ImmutableMatrix, ...]:
        """Return all matrix units."""
        d = range(self.dim)
        return tuple(sp.ImmutableMatrix(unit(i, j, self.dim)) for i in d for j in d)

    def generator_matrices(self) -> tuple[sp.ImmutableMatrix, ...]:
        """Return one reflection, for the second component."""
        return (sp.ImmutableMatrix(sp.diag(-1, *([1] * (self.dim - 1)))),)

    def algebra_matrix(self, matrix: sp.Matrix) -> Membership:
        """Accept any square matrix."""
        return yes(f"a {matrix.rows}×{matrix.cols} matrix")

    def contains_matrix(self, matrix: sp.Matrix) -> Membership:
        """Say whether the determinant is not zero."""
        return yes("invertible") if matrix.det() != 0 else no("the determinant is zero", matrix)

    def matrix_equations(self, matrix: sp.Matrix) -> tuple[sp.Expr, ...]:  # noqa: ARG002
        """Return nothing: every invertible matrix is a member."""
        return ()

    def sample_matrix(self, rng: random.Random) -> sp.ImmutableMatrix:
        """Draw lower × diagonal × upper, invertible by construction."""
        d = self.dim
        lower = sp.Matrix(d, d, lambda i, j: small_rational(rng) if i > j else int(i == j))
        upper = sp.Matrix(d, d, lambda i, j: small_rational(rng) if i < j else int(i == j))
        scale = sp.diag(*(small_nonzero(rng) for _ in range(d)))
        return sp.ImmutableMatrix(lower * scale * upper)
