"""Permutations of the coordinates."""

from __future__ import annotations

import random
from dataclasses import dataclass
from math import factorial

import sympy as sp

from sith.theory.exactness import dimension
from sith.theory.groups.base import AbstractMatrixGroup, no, yes
from sith.theory.groups.elementary import permutation_matrix, transpositions
from sith.theory.verdict import Membership


@dataclass(frozen=True, slots=True)
class Permutations(AbstractMatrixGroup):
    """S_d: coordinates are recovered up to their order; d! elements."""

    dim: int

    def __post_init__(self) -> None:
        """Validate the dimension."""
        dimension(self.dim, least=1)

    @property
    def latex(self) -> str:
        """The group in LaTeX."""
        return f"S_{{{self.dim}}}"

    def __str__(self) -> str:
        """Short name."""
        return f"permutations S({self.dim})"

    def elements(self) -> str:
        """Return the number of elements in words."""
        return f"d! = {factorial(self.dim)} elements"

    def component_count(self) -> int:
        """Return the number of elements."""
        return factorial(self.dim)

    def algebra_matrices(self) -> tuple[sp.ImmutableMatrix, ...]:
        """Return nothing: the group is finite."""
        return ()

    def generator_matrices(self) -> tuple[sp.ImmutableMatrix, ...]:
        """Return the neighbour swaps."""
        return tuple(transpositions(self.dim))

    def algebra_matrix(self, matrix: sp.Matrix) -> Membership:
        """Only zero is in the algebra."""
        return yes("zero") if matrix.is_zero_matrix else no("the matrix is not zero", matrix)

    def contains_matrix(self, matrix: sp.Matrix) -> Membership:
        """Say whether every row and column holds a single 1."""
        if any(x not in (0, 1) for x in matrix):
            return no("an entry is neither 0 nor 1", matrix)
        lines = [
            *(matrix.row(i) for i in range(self.dim)),
            *(matrix.col(i) for i in range(self.dim)),
        ]
        if any(sum(line) != 1 for line in lines):
            return no("a row or column does not hold a single 1", matrix)
        return yes("a permutation matrix")

    def matrix_equations(self, matrix: sp.Matrix) -> tuple[sp.Expr, ...]:
        """Return m² − m, and row and column sums − 1."""
        d = range(self.dim)
        rows = [sp.Add(*matrix.row(i)) - 1 for i in d]
        columns = [sp.Add(*matrix.col(i)) - 1 for i in d]
        return (*(x**2 - x for x in matrix), *rows, *columns)

    def sample_matrix(self, rng: random.Random) -> sp.ImmutableMatrix:
        """Draw a uniform permutation."""
        return permutation_matrix(rng.sample(range(self.dim), self.dim))
