"""Kernels as they stand, alone and fused: the true group, its neighbours, all relations."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.quality.constructed.case import RELATIONS, Plan
from tests.quality.constructed.contrast import Contrast
from tests.quality.constructed.kernels import FUSED, NEARLY, PLANE, ROOM


def plans(rng: random.Random) -> Iterator[Plan]:
    """Return the kernels of the plane, and two of space."""
    for kernel in (*PLANE, *FUSED):
        yield Plan("fusion", Contrast(kernel).problem, 4, RELATIONS)
    for kernel in rng.sample(ROOM, 2):
        yield Plan("fusion", Contrast(kernel).problem, 2, RELATIONS, (2,))


def near(rng: random.Random) -> Iterator[Plan]:
    """Return weights that differ by 10⁻⁹."""
    for kernel in NEARLY:
        yield Plan("near-degenerate", Contrast(kernel).problem, 3, RELATIONS)


def degrees(rng: random.Random) -> Iterator[Plan]:
    """Return the same claims at several degrees."""
    for kernel in rng.sample((*PLANE, *FUSED), 6):
        yield Plan("degrees", Contrast(kernel).problem, 2, RELATIONS[:1], (1, 2, 4))
