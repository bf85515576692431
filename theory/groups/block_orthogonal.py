"""Block-orthogonal maps: a rotation inside each block of coordinates, equal blocks may be swapped."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from itertools import combinations, product
from math import factorial, prod

import sympy as sp

from sith.theory.groups.base import AbstractMatrixGroup, no, yes
from sith.theory.groups.blocks import check_blocks
from sith.theory.groups.elementary import permutation_matrix, unit
from sith.theory.groups.orthogonal import Orthogonal
from sith.theory.verdict import Membership


@dataclass(frozen=True, slots=True)
class BlockOrthogonal(AbstractMatrixGroup):
    """The product of O(n_b) over the blocks, with permutations of blocks of equal size.

    Blocks of size one give the signed permutations, a single block gives O(d).
    """

    blocks: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        """Validate that the blocks partition 0 … d − 1."""
        object.__setattr__(self, "blocks", check_blocks(self.blocks))

    @property
    def dim(self) -> int:
        """Number of coordinates."""
        return sum(len(block) for block in self.blocks)

    @property
    def latex(self) -> str:
        """The group in LaTeX."""
        return r"\times".join(f"O({len(block)})" for block in self.blocks)

    def __str__(self) -> str:
        """Short name."""
        return f"block-orthogonal over {self.blocks}"

    def component_count(self) -> int:
        """Return two for each block, times the permutations of equal blocks."""
        sizes = Counter(len(block) for block in self.blocks)
        return int(2 ** len(self.blocks) * prod(factorial(n) for n in sizes.values()))

    def algebra_matrices(self) -> tuple[sp.ImmutableMatrix, ...]:
        """Return the skew-symmetric matrix units inside the blocks."""
        return tuple(
            sp.ImmutableMatrix(unit(i, j, self.dim) - unit(j, i, self.dim))
            for block in self.blocks
            for i, j in combinations(block, 2)
        )

    def generator_matrices(self) -> tuple[sp.ImmutableMatrix, ...]:
        """Return one reflection per block, and the swaps of blocks of equal size."""
        flips = []
        for block in self.blocks:
            signs = [-1 if i == block[0] else 1 for i in range(self.dim)]
            flips.append(sp.ImmutableMatrix(sp.diag(*signs)))
        swaps = []
        for a, b in combinations(self.blocks, 2):
            if len(a) == len(b):
                order = list(range(self.dim))
                for i, j in zip(a, b, strict=True):
                    order[i], order[j] = j, i
                swaps.append(permutation_matrix(order))
        return (*flips, *swaps)

    def algebra_matrix(self, matrix: sp.Matrix) -> Membership:
        """Say whether the matrix is skew-symmetric and block-diagonal."""
        if not (matrix + matrix.T).applyfunc(sp.expand).is_zero_matrix:
            return no("the matrix is not skew-symmetric", matrix)
        where = {i: b for b, block in enumerate(self.blocks) for i in block}
        for i, j in combinations(range(self.dim), 2):
            if matrix[i, j] != 0 and where[i] != where[j]:
                return no(f"coordinates {i + 1} and {j + 1} of different blocks mix", matrix)
        return yes("skew-symmetric inside the blocks")

    def contains_matrix(self, matrix: sp.Matrix) -> Membership:
        """Say whether the matrix is orthogonal and maps blocks to blocks."""
        orthogonal = Orthogonal(self.dim).contains_matrix(matrix)
        if not orthogonal.holds:
            return orthogonal
        for block in self.blocks:
            rows = {i for i in range(self.dim) for j in block if matrix[i, j] != 0}
            if tuple(sorted(rows)) not in self.blocks:
                return no(f"block {block} is not mapped onto one block", matrix)
        return yes("orthogonal, block to block")

    def matrix_equations(self, matrix: sp.Matrix) -> tuple[sp.Expr, ...]:
        """Return MᵀM − I and products that vanish when blocks go to blocks."""
        gram = Orthogonal(self.dim).matrix_equations(matrix)
        # A block whose image met two blocks would have non-zero entries in the rows of both.
        mixed = [
            matrix[i, k] * matrix[j, m]
            for block in self.blocks
            for one, other in combinations(self.blocks, 2)
            for i, j, k, m in product(one, other, block, block)
        ]
        return (*gram, *mixed)

    def sample_matrix(self, rng: random.Random) -> sp.ImmutableMatrix:
        """Draw a rotation in each block, and a permutation of blocks of equal size."""
        result = sp.zeros(self.dim, self.dim)
        targets: dict[int, list[tuple[int, ...]]] = {}
        for block in self.blocks:
            targets.setdefault(len(block), []).append(block)
        for same in targets.values():
            rng.shuffle(same)
        for block in self.blocks:
            target = targets[len(block)].pop()
            inner = Orthogonal(len(block)).sample_matrix(rng)
            for i, row in enumerate(target):
                for j, column in enumerate(block):
                    result[row, column] = inner[i, j]
        return sp.ImmutableMatrix(result)
