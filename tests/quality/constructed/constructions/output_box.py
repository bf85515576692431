"""Outputs in a box: of the kernel's affine maps only those that keep the unit box are optimal."""

from __future__ import annotations

import random
from collections.abc import Iterator

import sympy as sp

from tests.quality.constructed.case import RELATIONS, Plan
from tests.quality.constructed.contrast import Contrast
from tests.quality.constructed.kernels import KERNELS
from tests.quality.constructed.moves import reflections, swap

HALF = sp.Rational(1, 2)
MIRRORS = reflections(2, (HALF, HALF))
SQUARE = (*MIRRORS, *swap(2, 0, 1))
FIT = (
    "the maps into R² are affine of determinant ±1, so the box's image in the box is the whole box; "
    "affine maps of the square onto itself are its eight symmetries, of which the kernel's are kept"
)
KEPT = {
    "quad": (SQUARE, 8),
    "quad-1-4": (MIRRORS, 4),
    "quart": (SQUARE, 8),
    "quart-1-2": (MIRRORS, 4),
    "sextic": (SQUARE, 8),
    "inner": (tuple(swap(2, 0, 1)), 2),
    "radial": (SQUARE, 8),
    "quad+quart-all": (SQUARE, 8),
    "quad+quart-1-2": (MIRRORS, 4),
    "quad|quart": (MIRRORS, 4),
    "inner|quad": (tuple(MIRRORS[1:]), 2),
    "radial+quart": (SQUARE, 8),
}


def plans(rng: random.Random) -> Iterator[Plan]:
    """Return kernels with both latents and outputs in the unit box."""
    for name, (moves, count) in KEPT.items():
        world = Contrast(
            KERNELS[name], output_box=True, moves=tuple(moves), components=count, why=FIT
        )
        yield Plan("output-box", world.problem, 3, RELATIONS)
