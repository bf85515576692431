"""Generalised permutations: order, sign and scale of each coordinate are free."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import combinations
from math import factorial

import sympy as sp

from sith.theory.exactness import dimension
from sith.theory.groups.base import AbstractMatrixGroup, no, yes
from sith.theory.groups.elementary import permutation_matrix, small_nonzero, transpositions, unit
from sith.theory.verdict import Membership


@dataclass(frozen=True, slots=True)
class GeneralisedPermutations(AbstractMatrixGroup):
    """Invertible diagonal matrices times permutations."""

    dim: int

    def __post_init__(self) -> None:
        """Validate the dimension."""
        dimension(self.dim, least=1)

    @property
    def latex(self) -> str:
        """The group in LaTeX."""
        return rf"(\mathbb{{R}}^\times)^{{{self.dim}}}\rtimes S_{{{self.dim}}}"

    def __str__(self) -> str:
        """Short name."""
        return f"generalised permutations ({self.dim})"

    def component_count(self) -> int:
        """Return one component for each signed permutation."""
        return int(2**self.dim) * factorial(self.dim)

    def algebra_matrices(self) -> tuple[sp.ImmutableMatrix, ...]:
        """Return the diagonal matrix units."""
        return tuple(sp.ImmutableMatrix(unit(i, i, self.dim)) for i in range(self.dim))

    def generator_matrices(self) -> tuple[sp.ImmutableMatrix, ...]:
        """Return the neighbour swaps and one sign flip."""
        flip = sp.diag(-1, *([1] * (self.dim - 1)))
        return (*transpositions(self.dim), sp.ImmutableMatrix(flip))

    def algebra_matrix(self, matrix: sp.Matrix) -> Membership:
        """Say whether the matrix is diagonal."""
        return yes("diagonal") if matrix.is_diagonal() else no("the matrix is not diagonal", matrix)

    def contains_matrix(self, matrix: sp.Matrix) -> Membership:
        """Say whether every row and column holds a single non-zero entry."""
        lines = [
            *(matrix.row(i) for i in range(self.dim)),
            *(matrix.col(i) for i in range(self.dim)),
        ]
        if any(sum(1 for x in line if x != 0) != 1 for line in lines):
            return no("a row or column does not hold a single non-zero entry", matrix)
        return yes("a generalised permutation matrix")

    def matrix_equations(self, matrix: sp.Matrix) -> tuple[sp.Expr, ...]:
        """Return the products of two entries of one row or one column."""
        d = range(self.dim)
        lines = [list(matrix.row(i)) for i in d] + [list(matrix.col(i)) for i in d]
        return tuple(a * b for line in lines for a, b in combinations(line, 2))

    def sample_matrix(self, rng: random.Random) -> sp.ImmutableMatrix:
        """Draw a permutation with small non-zero rational factors."""
        scale = sp.diag(*(small_nonzero(rng) for _ in range(self.dim)))
        return sp.ImmutableMatrix(scale * permutation_matrix(rng.sample(range(self.dim), self.dim)))
