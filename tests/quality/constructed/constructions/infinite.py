"""Optima in function spaces, derived at low degree: every stated group of finite dimension is too small."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import mpmath
import sympy as sp

from sith import Box, Claim, Encoder, Mixing, RealSpace, Reconstruction, Trivial, Uniform, World
from tests.quality.constructed import conditions
from tests.quality.constructed.case import RELATIONS, Plan, Problem
from tests.quality.constructed.contrast import Contrast
from tests.quality.constructed.kernels import Kernel
from tests.quality.constructed.moves import Move, flips, linear, shifts, swap, turn
from tests.quality.constructed.truth import Truth

R = sp.Rational
BEND = Move("(z1, z2 + z1²)", lambda p: [p[0], p[1] + p[0] ** 2], True)
CUBE = Move("(z1, z2 + z2³)", lambda p: [p[0], p[1] + p[1] ** 3], True)
FREE = (
    BEND,
    CUBE,
    linear([[1, 0], [1, 1]], connected=True).move(),
    *(a.move() for a in shifts(2, [1])),
)


def one_latent(a: Sequence[sp.Expr], b: Sequence[sp.Expr]) -> sp.Expr:
    """Return a_1 b_1."""
    return a[0] * b[0]


def one_distance(a: Sequence[sp.Expr], b: Sequence[sp.Expr]) -> sp.Expr:
    """Return −(a_1 − b_1)²."""
    return -((a[0] - b[0]) ** 2)


def product_of_values(a: Sequence[sp.Expr], b: Sequence[sp.Expr]) -> sp.Expr:
    """Return g(a)g(b) with g(a) = a_1 + a_2²."""
    return (a[0] + a[1] ** 2) * (b[0] + b[1] ** 2)


def product_of_sums(a: Sequence[sp.Expr], b: Sequence[sp.Expr]) -> sp.Expr:
    """Return g(a)g(b) with g(a) = a_1 + a_2."""
    return (a[0] + a[1]) * (b[0] + b[1])


SLIDE = Move(
    "(z1 + z2² − (z2 + 1)², z2 + 1)", lambda p: [p[0] + p[1] ** 2 - (p[1] + 1) ** 2, p[1] + 1], True
)
BENT_SLIDE = Move(
    "(z1 + z2² − w², w), w = z2 + z2³",
    lambda p: [p[0] + p[1] ** 2 - (p[1] + p[1] ** 3) ** 2, p[1] + p[1] ** 3],
    True,
)
"""`SLIDE` is affine; F is not contained in the affine maps."""
ALONG = Move(
    "(z1 − z1²z2, z2 + z1²z2)", lambda p: [p[0] - p[0] ** 2 * p[1], p[1] + p[0] ** 2 * p[1]], True
)
CRITICS = (
    Kernel(
        "u1v1",
        2,
        one_latent,
        tuple(flips(2)),
        0,
        "h_1 = ±z_1, and h_2 is any function",
        plain=False,
    ),
    Kernel(
        "(u1−v1)²",
        2,
        one_distance,
        (*flips(2), *shifts(2)),
        0,
        "h_1 is an isometry of the line, and h_2 is any function",
    ),
    Kernel(
        "g(u)g(v), g = u1 + u2²",
        2,
        product_of_values,
        tuple(flips(2, [1])),
        0,
        "F is {h : g(h) = ±g}",
        plain=False,
    ),
    Kernel(
        "g(u)g(v), g = u1 + u2",
        2,
        product_of_sums,
        tuple(swap(2, 0, 1)),
        0,
        "F is {h : g(h) = ±g}",
        plain=False,
    ),
)
EXTRA = {
    "u1v1": FREE,
    "(u1−v1)²": FREE,
    "g(u)g(v), g = u1 + u2²": (SLIDE, BENT_SLIDE),
    "g(u)g(v), g = u1 + u2": (ALONG,),
}


def few_functions(rng: random.Random) -> Iterator[Plan]:
    """Return critics that depend on one function of the output."""
    for kernel in CRITICS:
        moves = (*(m.move() for m in kernel.moves), *EXTRA[kernel.name])
        world = Contrast(
            kernel,
            moves=moves,
            components=0,
            real=rng.random() < 0.5,
            prior=lambda w: -(w[0] ** 2) - w[1] ** 2,
        )
        yield Plan("few-functions", world.problem, 3, RELATIONS, (1, 2))


def reconstruction_problem(mixing: Mixing) -> Problem:
    """Return an autoencoder with a mixing class; the stated maps are injective."""
    claim = Claim(
        f"autoencoder, {mixing} mixing",
        World(Box(2), Uniform(), mixing=mixing),
        Reconstruction(),
        Encoder(RealSpace(2)),
        Trivial(2),
    )
    round_ = tuple(m.move() for m in (*turn(2, 0, 1), *flips(2), *shifts(2)))
    shear = linear([[1, 0], [1, 1]], connected=True).move()
    stretch = linear([[2, 0], [0, 1]], connected=True).move()
    twice = linear([[2, 0], [0, 2]], connected=True).move()
    square = Move(
        "z + z²/8 as a complex number",
        lambda p: [p[0] + (p[0] ** 2 - p[1] ** 2) / 8, p[1] + p[0] * p[1] / 4],
        True,
    )
    table = {
        Mixing.INJECTIVE: (
            (*round_, shear, stretch, BEND, CUBE),
            "every injective map reconstructs",
        ),
        Mixing.LOCAL_ISOMETRY: (round_, "Liouville: maps with JᵀJ = I are Euclidean motions"),
        Mixing.VOLUME_PRESERVING: (
            (*round_, shear, BEND),
            "every map with |det J| = 1 reconstructs",
        ),
        Mixing.CONFORMAL: (
            (*round_, twice, square),
            "every conformal map reconstructs, z + z²/8 on the box among them",
        ),
    }
    moves, why = table[mixing]
    rigid = mixing is Mixing.LOCAL_ISOMETRY
    return Problem(claim, Truth(moves, _jacobian_gap(mixing), why, 2 if rigid else 0))


def _jacobian_gap(mixing: Mixing) -> conditions.Gap:
    step = mpmath.mpf(10) ** -25

    def gap(move: Move) -> mpmath.mpf:
        if not move.injective:
            return conditions.MISSED
        worst = mpmath.mpf(0)
        for p in ([mpmath.mpf(1) / 3, mpmath.mpf(2) / 7], [mpmath.mpf(3) / 5, mpmath.mpf(4) / 9]):
            here = [
                move.apply([x + s * step * (i == j) for i, x in enumerate(p)])
                for j in range(2)
                for s in (1, -1)
            ]
            a, c = [(x - y) / (2 * step) for x, y in zip(here[0], here[1], strict=True)]
            b, d = [(x - y) / (2 * step) for x, y in zip(here[2], here[3], strict=True)]
            angle, length = abs(a * b + c * d), abs(a**2 + c**2 - b**2 - d**2)
            missed = {
                Mixing.INJECTIVE: mpmath.mpf(0),
                Mixing.VOLUME_PRESERVING: abs(abs(a * d - b * c) - 1),
                Mixing.CONFORMAL: max(angle, length),
                Mixing.LOCAL_ISOMETRY: max(angle, length, abs(a**2 + c**2 - 1)),
            }
            worst = max(worst, missed[mixing])
        return worst

    return gap


def reconstruction(rng: random.Random) -> Iterator[Plan]:
    """Return autoencoders with classes of the mixing."""
    for mixing in (
        Mixing.INJECTIVE,
        Mixing.LOCAL_ISOMETRY,
        Mixing.VOLUME_PRESERVING,
        Mixing.CONFORMAL,
    ):
        yield Plan(
            "reconstruction", lambda m=mixing: reconstruction_problem(m), 4, RELATIONS, (1, 2)
        )
