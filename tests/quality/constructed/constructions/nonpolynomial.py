"""A kernel in coordinates y_i = φ(z_i) with φ not affine: its group is conjugated by φ."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import mpmath
import sympy as sp

from tests.quality.constructed.case import RELATIONS, Plan
from tests.quality.constructed.contrast import Contrast
from tests.quality.constructed.kernels import KERNELS
from tests.quality.constructed.moves import DIGITS, Affine, Move, swap

ONTO = "; φ maps R onto R, so F is the kernel's group conjugated by φ"
HALF_LINE = (
    "; φ maps R onto the positive half-line, so F is conjugate to the kernel's maps that take the "
    "positive quadrant into itself: permutations, and shifts by b ≥ 0 where the kernel has shifts"
)


def cubic_root(y: mpmath.mpf) -> mpmath.mpf:
    """Return the real x with x + x³ = y."""
    half = mpmath.sqrt(y**2 / 4 + mpmath.mpf(1) / 27)
    return _cbrt(y / 2 + half) + _cbrt(y / 2 - half)


def _cbrt(x: mpmath.mpf) -> mpmath.mpf:
    return mpmath.sign(x) * mpmath.cbrt(abs(x))


def through_cubic(affine: Affine) -> Move:
    """Return φ⁻¹∘(an affine map)∘φ for φ(x) = x + x³."""
    inner = affine.move()

    def apply(p: Sequence[mpmath.mpf]) -> list[mpmath.mpf]:
        # Roots lose digits where two cube roots cancel: twice the digits are kept meanwhile.
        with mpmath.workdps(2 * DIGITS):
            return [cubic_root(y) for y in inner.apply([x + x**3 for x in p])]

    return Move(f"φ⁻¹∘({inner.name})∘φ, φ = x + x³", apply, affine.connected)


def shifted_exponentials(dim: int) -> tuple[Move, ...]:
    """Return z_1 ↦ log(e^{z_1} + 1), a family of free maps for all positive constants."""
    return (Move("log(e^z1 + 1)", lambda p: [mpmath.log(mpmath.exp(p[0]) + 1), *p[1:]], True),)


def plans(rng: random.Random) -> Iterator[Plan]:
    """Return φ = x + x³ on R^d, and φ = e^x."""
    for name in ("inner", "quad", "quart", "inner|quad", "quad|quart"):
        kernel = KERNELS[name]
        moves = tuple(through_cubic(a) for a in kernel.moves)
        world = Contrast(
            kernel,
            through=lambda x: x + x**3,
            real=True,
            prior=lambda w: -(w[0] ** 2) - w[1] ** 2,
            moves=moves,
            why=kernel.why + ONTO,
        )
        yield Plan("nonpolynomial", world.problem, 3, RELATIONS)
    swapped = tuple(a.move() for a in swap(2, 0, 1))
    for name, moves, group in (
        ("inner", swapped, True),
        ("quad", (*swapped, *shifted_exponentials(2)), False),
        ("quart", (*swapped, *shifted_exponentials(2)), False),
    ):
        kernel = KERNELS[name]
        world = Contrast(
            kernel,
            through=sp.exp,
            real=True,
            prior=lambda w: -(w[0] ** 2) - w[1] ** 2,
            moves=moves,
            components=2,
            why=kernel.why + HALF_LINE,
            group=group,
        )
        yield Plan("nonpolynomial", world.problem, 2, RELATIONS)
