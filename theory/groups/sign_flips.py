"""Sign flips of the coordinates."""

from __future__ import annotations

import random
from dataclasses import dataclass

import sympy as sp

from sith.theory.exactness import dimension
from sith.theory.groups.base import AbstractMatrixGroup, no, yes
from sith.theory.verdict import Membership


@dataclass(frozen=True, slots=True)
class SignFlips(AbstractMatrixGroup):
    """{±1}^d: coordinates are recovered in order, up to sign; 2^d elements."""

    dim: int

    def __post_init__(self) -> None:
        """Validate the dimension."""
        dimension(self.dim, least=1)

    @property
    def latex(self) -> str:
        """The group in LaTeX."""
        return rf"\{{\pm1\}}^{{{self.dim}}}"

    def __str__(self) -> str:
        """Short name."""
        return f"sign flips ({self.dim})"

    def elements(self) -> str:
        """Return the number of elements in words."""
        return f"2^d = {2**self.dim} elements"

    def component_count(self) -> int:
        """Return the number of elements."""
        return int(2**self.dim)

    def algebra_matrices(self) -> tuple[sp.ImmutableMatrix, ...]:
        """Return nothing: the group is finite."""
        return ()

    def generator_matrices(self) -> tuple[sp.ImmutableMatrix, ...]:
        """Return one flip per coordinate."""
        flips = [[-1 if i == j else 1 for j in range(self.dim)] for i in range(self.dim)]
        return tuple(sp.ImmutableMatrix(sp.diag(*signs)) for signs in flips)

    def algebra_matrix(self, matrix: sp.Matrix) -> Membership:
        """Only zero is in the algebra."""
        return yes("zero") if matrix.is_zero_matrix else no("the matrix is not zero", matrix)

    def contains_matrix(self, matrix: sp.Matrix) -> Membership:
        """Say whether the matrix is diagonal with entries ±1."""
        if not matrix.is_diagonal() or any(x not in (-1, 1) for x in matrix.diagonal()):
            return no("not diagonal with entries ±1", matrix)
        return yes("diagonal with entries ±1")

    def matrix_equations(self, matrix: sp.Matrix) -> tuple[sp.Expr, ...]:
        """Return the off-diagonal entries and m_ii² − 1."""
        d = range(self.dim)
        off = [matrix[i, j] for i in d for j in d if i != j]
        return (*off, *(matrix[i, i] ** 2 - 1 for i in d))

    def sample_matrix(self, rng: random.Random) -> sp.ImmutableMatrix:
        """Draw uniform signs."""
        return sp.ImmutableMatrix(sp.diag(*(rng.choice((1, -1)) for _ in range(self.dim))))
