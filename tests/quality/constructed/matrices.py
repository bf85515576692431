"""What a matrix of numbers is: orthogonal, a generalised permutation, of determinant one."""

from __future__ import annotations

from collections.abc import Sequence

import mpmath

from tests.quality.constructed.moves import TINY, Point

Rows = list[Point]


def near(x: mpmath.mpf, *values: int) -> bool:
    """Whether a number is one of the values."""
    return any(abs(x - v) < TINY for v in values)


def one_entry_each(m: Rows) -> bool:
    """Whether each row and column has one entry that is not 0."""
    columns = [list(c) for c in zip(*m, strict=True)]
    return all(sum(not near(x, 0) for x in line) == 1 for line in (*m, *columns))


def keeps_form(m: Rows, form: Rows) -> bool:
    """Whether MᵀSM = S."""
    n = range(len(m))
    return all(
        near(
            mpmath.fsum(m[k][i] * form[k][l] * m[l][j] for k in n for l in n) - form[i][j],
            0,
        )
        for i in n
        for j in n
    )


def orthogonal(m: Rows) -> bool:
    """Whether MᵀM = I."""
    n = range(len(m))
    return keeps_form(m, [[mpmath.mpf(int(i == j)) for j in n] for i in n])


def determinant_one(m: Rows) -> bool:
    """Whether |det M| = 1."""
    return near(abs(mpmath.det(mpmath.matrix(m))), 1)


def block_orthogonal(m: Rows, blocks: Sequence[Sequence[int]]) -> bool:
    """Whether M is orthogonal and takes blocks to blocks of equal size."""
    for block in blocks:
        rows = {i for i in range(len(m)) for j in block if not near(m[i][j], 0)}
        if not any(rows == set(other) and len(other) == len(block) for other in blocks):
            return False
    return orthogonal(m)
