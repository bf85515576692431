"""The groups that claims state: generators and a test of membership, each written here again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import mpmath
import sympy as sp

from sith import (
    AbstractGroup,
    BlockOrthogonal,
    ComponentwiseDiffeomorphisms,
    Euclidean,
    GeneralisedPermutations,
    Linear,
    Orthogonal,
    Permutations,
    Shifted,
    SignedPermutations,
    SignFlips,
    Translations,
    Trivial,
    Unimodular,
)
from sith import Affine as AffineGroup
from tests.quality.constructed.matrices import (
    Rows,
    block_orthogonal,
    determinant_one,
    keeps_form,
    near,
    one_entry_each,
    orthogonal,
)
from tests.quality.constructed.moves import (
    DIGITS,
    TINY,
    Affine,
    Move,
    Point,
    flips,
    linear,
    number,
    scales,
    shears,
    shifts,
    swaps,
    turn,
    turns,
)

Test = Callable[[Rows], bool]


@dataclass(frozen=True, slots=True)
class Stated:
    """A named group, its topological generators, and whether a map is a member."""

    group: AbstractGroup
    moves: tuple[Move, ...]
    contains: Callable[[Move], bool]


def parts(move: Move, dim: int) -> tuple[Rows, Point] | tuple[()]:
    """Return (M, b) of an affine map, () where three random points show that it is not affine."""
    zero = [mpmath.mpf(0)] * dim
    units = [[mpmath.mpf(int(i == j)) for i in range(dim)] for j in range(dim)]
    shift = move.apply(zero)
    columns = [[x - b for x, b in zip(move.apply(e), shift, strict=True)] for e in units]
    rows = [[columns[j][i] for j in range(dim)] for i in range(dim)]
    for k in range(3):
        p = [mpmath.mpf((7 * i + 5 * k) % 11 - 5) / 13 for i in range(dim)]
        said = [
            mpmath.fsum(m * x for m, x in zip(row, p, strict=True)) + b
            for row, b in zip(rows, shift, strict=True)
        ]
        if any(abs(x - y) > TINY for x, y in zip(said, move.apply(p), strict=True)):
            return ()
    return rows, shift


def _matrix_groups(dim: int) -> list[tuple[AbstractGroup, list[Affine], Test]]:
    even = [
        linear(
            [[-sp.S.One if i == j == 0 else int(i == j) for j in range(dim)] for i in range(dim)]
        )
    ]
    return [
        (
            Trivial(dim),
            [],
            lambda m: all(near(x, int(i == j)) for i, r in enumerate(m) for j, x in enumerate(r)),
        ),
        (
            SignFlips(dim),
            flips(dim),
            lambda m: one_entry_each(m) and all(near(r[i], 1, -1) for i, r in enumerate(m)),
        ),
        (
            Permutations(dim),
            swaps(dim),
            lambda m: one_entry_each(m) and all(near(x, 0, 1) for r in m for x in r),
        ),
        (
            SignedPermutations(dim),
            flips(dim) + swaps(dim),
            lambda m: one_entry_each(m) and all(near(x, 0, 1, -1) for r in m for x in r),
        ),
        (Orthogonal(dim), turns(dim) + even, orthogonal),
        (
            GeneralisedPermutations(dim),
            scales(dim) + flips(dim) + swaps(dim),
            one_entry_each,
        ),
        (Linear(dim), scales(dim) + shears(dim) + even, lambda m: True),
        (Unimodular(Linear(dim)), shears(dim) + even, determinant_one),
    ]


def _with_shifts(group: AbstractGroup, dim: int) -> AbstractGroup:
    special = {
        Trivial(dim): Translations(dim),
        Orthogonal(dim): Euclidean(dim),
        Linear(dim): AffineGroup(dim),
    }
    return special.get(group) or Shifted(group)  # type: ignore[arg-type]


def _linear_member(test: Test, dim: int) -> Callable[[Move], bool]:
    def contains(move: Move) -> bool:
        found = parts(move, dim)
        return bool(found) and all(near(b, 0) for b in found[1]) and test(found[0])

    return contains


def _affine_member(test: Test, dim: int) -> Callable[[Move], bool]:
    def contains(move: Move) -> bool:
        found = parts(move, dim)
        return bool(found) and test(found[0])

    return contains


def _pair(group: AbstractGroup, moves: Sequence[Affine], test: Test) -> list[Stated]:
    """Return a matrix group, and the same with shifts."""
    dim = group.dim
    plain = tuple(a.move() for a in moves)
    shifted = (*plain, *(a.move() for a in shifts(dim)))
    return [
        Stated(group, plain, _linear_member(test, dim)),
        Stated(_with_shifts(group, dim), shifted, _affine_member(test, dim)),
    ]


def with_form(form: sp.Matrix) -> list[Stated]:
    """Return the orthogonal group of a positive definite form, and its Euclidean group."""
    dim = form.rows
    root = sp.Matrix(form).cholesky().T
    moves = [a.conjugated(root, sp.zeros(dim, 1)) for a in (*turns(dim), *flips(dim, [0]))]
    with mpmath.workdps(DIGITS):
        table = [[number(x) for x in row] for row in sp.Matrix(form).tolist()]
    fixed = sp.ImmutableMatrix(form)

    def test(m: Rows) -> bool:
        return keeps_form(m, table)

    plain = tuple(a.move() for a in moves)
    shifted = (*plain, *(a.move() for a in shifts(dim)))
    return [
        Stated(Orthogonal(dim, form=fixed), plain, _linear_member(test, dim)),
        Stated(Euclidean(dim, form=fixed), shifted, _affine_member(test, dim)),
    ]


def in_blocks(blocks: tuple[tuple[int, ...], ...]) -> list[Stated]:
    """Return the block-orthogonal group, equal blocks interchangeable, and the same with shifts."""
    dim = sum(map(len, blocks))
    moves = [t for b in blocks for i, j in pairwise(b) for t in turn(dim, i, j)]
    moves += flips(dim, [b[0] for b in blocks])
    for one in blocks:
        for other in blocks:
            if one < other and len(one) == len(other):
                matrix = sp.eye(dim)
                for i, j in zip(one, other, strict=True):
                    matrix[i, i] = matrix[j, j] = 0
                    matrix[i, j] = matrix[j, i] = 1
                moves.append(linear(matrix.tolist()))
    return _pair(BlockOrthogonal(blocks), moves, lambda m: block_orthogonal(m, blocks))


def componentwise(dim: int) -> Stated:
    """Return the componentwise diffeomorphisms with permutations."""
    cubic = Move("z1 + z1³", lambda p: [p[0] + p[0] ** 3, *p[1:]], True)
    moves = tuple(a.move() for a in (*scales(dim), *shifts(dim), *flips(dim), *swaps(dim)))

    def contains(move: Move) -> bool:
        return move.injective and _depends_on_one_each(move, dim)

    return Stated(ComponentwiseDiffeomorphisms(dim), (cubic, *moves), contains)


def _depends_on_one_each(move: Move, dim: int) -> bool:
    """Whether each output depends on one coordinate, a different one each, at two base points."""
    seen: set[tuple[int, int]] = set()
    for k in (1, 2):
        base = [mpmath.mpf(i + k) / (3 + k) for i in range(dim)]
        value = move.apply(base)
        for j in range(dim):
            moved = move.apply(
                [x + (mpmath.mpf(1) / 17 if i == j else 0) for i, x in enumerate(base)]
            )
            seen |= {(i, j) for i in range(dim) if abs(moved[i] - value[i]) > TINY}
    rows = {i for i, _ in seen}
    return len(seen) == dim == len(rows) == len({j for _, j in seen})


@cache
def stated_groups(dim: int) -> tuple[Stated, ...]:
    """Return the groups without parameters of R^dim."""
    with mpmath.workdps(DIGITS):
        found = [s for g, moves, test in _matrix_groups(dim) for s in _pair(g, moves, test)]
        if dim == 3:
            found += [*in_blocks(((0, 1), (2,))), *in_blocks(((0,), (1, 2)))]
        if dim == 4:
            found += [*in_blocks(((0, 1), (2, 3))), *in_blocks(((0, 1, 2), (3,)))]
        found.append(componentwise(dim))
    return tuple(found)
