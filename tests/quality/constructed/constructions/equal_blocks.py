"""Blocks of equal size that may be interchanged: the components are more than two for each block."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import sympy as sp

from sith import (
    Claim,
    Encoder,
    Family,
    Likelihood,
    LogDensity,
    Mixing,
    RealSpace,
    Trivial,
    World,
    latents,
)
from tests.quality.constructed import conditions
from tests.quality.constructed.case import RELATIONS, Plan, Problem
from tests.quality.constructed.contrast import Contrast
from tests.quality.constructed.kernels import Kernel, power, radial, total
from tests.quality.constructed.moves import Affine, flips, linear, shifts, swap, turn
from tests.quality.constructed.stated import Stated, in_blocks, stated_groups
from tests.quality.constructed.truth import Truth

EXCHANGE = linear([[0, 0, 1, 0], [0, 0, 0, 1], [1, 0, 0, 0], [0, 1, 0, 0]])
TWO_PLANES = (*turn(4, 0, 1), *turn(4, 2, 3), *flips(4), EXCHANGE)
"""O(2) on two planes, which may be interchanged: 2·2·2 components."""
PLANE_AND_LINES = (*turn(4, 0, 1), *flips(4), *swap(4, 2, 3))
"""O(2) on a plane and signed permutations of two lines: 2·8 components."""
SUM = "M keeps the sum of fourth powers of the norms of the blocks, hence the blocks up to their order"


def square_sums(*blocks: Sequence[int]):
    """Return −Σ_b (Σ_{i∈b} a_i²)² as a function of one point."""
    return lambda a: -sp.Add(*(sp.Add(*(a[i] ** 2 for i in b)) ** 2 for b in blocks))


LAWS = {
    "two planes": (square_sums((0, 1), (2, 3)), TWO_PLANES, 8, ((0, 1), (2, 3))),
    "plane and lines": (square_sums((0, 1), (2,), (3,)), PLANE_AND_LINES, 16, ((0, 1), (2,), (3,))),
}


def law_problem(name: str) -> Problem:
    """Return linear ICA of four latents with blocks."""
    body, moves, count, blocks = LAWS[name]
    z = latents(4)
    log_density = sp.expand(body(z))
    claim = Claim(
        name,
        World(RealSpace(4), LogDensity(log_density, z), mixing=Mixing.LINEAR),
        Likelihood(),
        Encoder(RealSpace(4), Family.LINEAR),
        Trivial(4),
    )
    gap = conditions.law(claim, log_density, only="linear")
    truth = Truth(tuple(m.move() for m in moves), gap, SUM, count)
    return Problem(claim, truth, tuple(in_blocks(blocks)))


def _affine(moves: Sequence[Affine]) -> tuple[Affine, ...]:
    return (*moves, *shifts(4))


KERNELS = (
    Kernel("two planes", 4, total(radial(0, 1), radial(2, 3)), _affine(TWO_PLANES), 8, "ISOMETRY"),
    Kernel(
        "plane and lines",
        4,
        total(radial(0, 1), power(4, {2: 1, 3: 1})),
        _affine(PLANE_AND_LINES),
        16,
        "ISOMETRY",
    ),
)
BLOCKS = {"two planes": ((0, 1), (2, 3)), "plane and lines": ((0, 1), (2,), (3,))}


def _choice(blocks: tuple[tuple[int, ...], ...], place: int) -> tuple[Stated, ...]:
    """Return the true group and two neighbours, `place` 1 with shifts."""
    exact = in_blocks(blocks)[place]
    plain = [
        s for s in stated_groups(4) if str(s.group) in ("O(4)", "E(4)", "signed permutations B(4)")
    ]
    return (exact, *plain)


def plans(rng: random.Random) -> Iterator[Plan]:
    """Return laws and kernels of four latents with equal blocks."""
    for name in LAWS:
        yield Plan(
            "equal-blocks",
            lambda n=name: law_problem(n),
            3,
            RELATIONS,
            (1,),
            _choice(BLOCKS[name], 0),
        )
    for kernel in KERNELS:
        yield Plan(
            "equal-blocks",
            Contrast(kernel).problem,
            2,
            RELATIONS,
            (1,),
            _choice(BLOCKS[kernel.name], 1),
        )
