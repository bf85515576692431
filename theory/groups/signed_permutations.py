"""Signed permutations of the coordinates."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import combinations
from math import factorial

import sympy as sp

from sith.theory.exactness import dimension
from sith.theory.groups.base import AbstractMatrixGroup, no, yes
from sith.theory.groups.elementary import permutation_matrix, transpositions
from sith.theory.verdict import Membership


@dataclass(frozen=True, slots=True)
class SignedPermutations(AbstractMatrixGroup):
    """B_d: coordinates are recovered up to order and sign; 2^d d! elements."""

    dim: int

    def __post_init__(self) -> None:
        """Validate the dimension."""
        dimension(self.dim, least=1)

    @property
    def latex(self) -> str:
        """The group in LaTeX."""
        return rf"\{{\pm1\}}^{{{self.dim}}}\rtimes S_{{{self.dim}}}"

    def __str__(self) -> str:
        """Short name."""
        return f"signed permutations B({self.dim})"

    def elements(self) -> str:
        """Return the number of elements in words."""
        return f"2^d d! = {2**self.dim * factorial(self.dim)} elements"

    def component_count(self) -> int:
        """Return the number of elements."""
        return int(2**self.dim) * factorial(self.dim)

    def algebra_matrices(self) -> tuple[sp.ImmutableMatrix, ...]:
        """Return nothing: the group is finite."""
        return ()

    def generator_matrices(self) -> tuple[sp.ImmutableMatrix, ...]:
        """Return the neighbour swaps and one sign flip."""
        flip = sp.diag(-1, *([1] * (self.dim - 1)))
        return (*transpositions(self.dim), sp.ImmutableMatrix(flip))

    def algebra_matrix(self, matrix: sp.Matrix) -> Membership:
        """Only zero is in the algebra."""
        return yes("zero") if matrix.is_zero_matrix else no("the matrix is not zero", matrix)

    def contains_matrix(self, matrix: sp.Matrix) -> Membership:
        """Say whether every row and column holds a single ±1."""
        if any(x not in (-1, 0, 1) for x in matrix):
            return no("an entry is not −1, 0 or 1", matrix)
        lines = [
            *(matrix.row(i) for i in range(self.dim)),
            *(matrix.col(i) for i in range(self.dim)),
        ]
        if any(sum(abs(x) for x in line) != 1 for line in lines):
            return no("a row or column does not hold a single ±1", matrix)
        return yes("a signed permutation matrix")

    def matrix_equations(self, matrix: sp.Matrix) -> tuple[sp.Expr, ...]:
        """Return products within rows and columns, and row and column sums of squares − 1."""
        d = range(self.dim)
        lines = [list(matrix.row(i)) for i in d] + [list(matrix.col(i)) for i in d]
        products = [a * b for line in lines for a, b in combinations(line, 2)]
        return (*products, *(sp.Add(*(x**2 for x in line)) - 1 for line in lines))

    def sample_matrix(self, rng: random.Random) -> sp.ImmutableMatrix:
        """Draw a uniform signed permutation."""
        signs = sp.diag(*(rng.choice((1, -1)) for _ in range(self.dim)))
        return sp.ImmutableMatrix(signs * permutation_matrix(rng.sample(range(self.dim), self.dim)))
