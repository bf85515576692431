"""Critics that depend on squares of the outputs: signs, and on R^d also folds z ↦ |z|, are free."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import sympy as sp

from tests.quality.constructed.case import RELATIONS, Plan
from tests.quality.constructed.contrast import Contrast
from tests.quality.constructed.kernels import Kernel
from tests.quality.constructed.moves import Affine, Move, flips, swap

SQUARES = (
    "the condition in w = z² is that of Σ w_i w̃_i on the positive quadrant: (h_i²) is a permutation of "
    "(z_i²). By continuity h_i = ±z_π(i) on a box that has no zero; on R² also h_i = ±|z_π(i)|"
)
FOLD = Move("|z1|", lambda p: [abs(p[0]), *p[1:]], injective=False)
SIGNED = (*flips(2), *swap(2, 0, 1))


def squares(a: Sequence[sp.Expr], b: Sequence[sp.Expr]) -> sp.Expr:
    """Return −Σ a_i² b_i²."""
    return -sp.Add(*(x**2 * y**2 for x, y in zip(a, b, strict=True)))


def one_square(a: Sequence[sp.Expr], b: Sequence[sp.Expr]) -> sp.Expr:
    """Return −a_1² b_1² − (a_2 − b_2)²."""
    return -(a[0] ** 2) * b[0] ** 2 - (a[1] - b[1]) ** 2


KERNEL = Kernel("squares", 2, squares, SIGNED, 8, SQUARES, plain=False)


def plans(rng: random.Random) -> Iterator[Plan]:
    """Return the critic on the box, and on R² where the fold is another optimum."""
    yield Plan("folds", Contrast(KERNEL).problem, 3, RELATIONS)
    moves: tuple[Affine | Move, ...] = (*SIGNED, FOLD)
    gaussian = lambda w: -(w[0] ** 2) - w[1] ** 2
    for prior in (gaussian, lambda w: -(w[0] ** 4) - 2 * w[1] ** 4):
        world = Contrast(KERNEL, real=True, prior=prior, moves=moves, components=0, group=False)
        yield Plan("folds", world.problem, 4, RELATIONS)
