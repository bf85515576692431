"""Kernels of points measured from another centre: reflections and rotations about that centre."""

from __future__ import annotations

import random
from collections.abc import Iterator

import sympy as sp

from tests.quality.constructed.case import RELATIONS, Plan
from tests.quality.constructed.constructions.conjugation import oblique
from tests.quality.constructed.contrast import Contrast
from tests.quality.constructed.kernels import KERNELS

CENTRES = ((1, 0), (sp.Rational(-1, 2), 2), (sp.Rational(1, 2), sp.Rational(1, 2)))


def plans(rng: random.Random) -> Iterator[Plan]:
    """Return the kernels that have no shift along some axis, in y = z + c and in y = Az + c."""
    for name in ("inner", "inner|quad", "inner|quart", "inner-indefinite"):
        centre = rng.choice(CENTRES)
        yield Plan("centres", Contrast(KERNELS[name], centre=centre).problem, 3, RELATIONS)
        moved = Contrast(KERNELS[name], oblique(rng, 2), centre)
        yield Plan("centres", moved.problem, 2, RELATIONS[:2])
