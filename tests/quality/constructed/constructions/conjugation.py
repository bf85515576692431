"""A kernel in rational coordinates y = Az: its group is conjugated by A."""

from __future__ import annotations

import random
from collections.abc import Iterator

import sympy as sp

from tests.quality.constructed.case import RELATIONS, Plan
from tests.quality.constructed.contrast import Contrast
from tests.quality.constructed.kernels import FUSED, PLANE, ROOM


def oblique(rng: random.Random, dim: int) -> sp.Matrix:
    """Draw an invertible rational matrix that is neither orthogonal nor a scaled permutation."""
    while True:
        entries = [
            sp.Rational(rng.choice((-2, -1, 0, 1, 1, 2)), rng.choice((1, 1, 2)))
            for _ in range(dim**2)
        ]
        matrix = sp.Matrix(dim, dim, entries)
        full = all(sum(x != 0 for x in matrix.row(i)) > 1 for i in range(dim))
        if matrix.det() != 0 and full and matrix.T * matrix != sp.eye(dim):
            return matrix


def plans(rng: random.Random) -> Iterator[Plan]:
    """Return every kernel of the plane in oblique coordinates, and one of space."""
    for kernel in (*PLANE, *FUSED):
        if kernel.name == "sextic":  # in oblique coordinates 28 terms, and minutes of elimination
            continue
        yield Plan("conjugation", Contrast(kernel, oblique(rng, 2)).problem, 2, RELATIONS)
    room = rng.choice(ROOM)
    yield Plan("conjugation", Contrast(room, oblique(rng, 3)).problem, 1, RELATIONS[:1], (2,))
