"""Terms of one point: those that c(z) absorbs, those that cut the group, one that no map attains."""

from __future__ import annotations

import random
from collections.abc import Iterator

import sympy as sp

from tests.quality.constructed.case import RELATIONS, Plan
from tests.quality.constructed.contrast import Contrast
from tests.quality.constructed.kernels import FUSED, KERNELS, PLANE
from tests.quality.constructed.moves import flips, shifts

TERMS = (
    lambda w: w[0] ** 3 - w[1],
    lambda w: w[0] * w[1],
    lambda w: w[1] ** 4,
    lambda w: -(w[0] ** 4) - w[1] ** 2,
)
LAWS = (
    lambda w: -((w[0] ** 2 + w[1] ** 2) ** 2),
    lambda w: -(w[0] ** 4) - w[1] ** 4,
    lambda w: -(w[0] ** 4) - w[1] ** 2,
)
CUT = "the part of the condition in z̃ alone asks h to keep the term; the kernel asks it to lie in its group"


def plans(rng: random.Random) -> Iterator[Plan]:
    """Return terms that change nothing, on every kernel of the plane."""
    for kernel in (*PLANE, *FUSED):
        relation = [rng.choice(RELATIONS)]
        scale = sp.Rational(rng.choice((2, 3, 5)), rng.choice((1, 7)))
        changes = (
            {"anchor": rng.choice(TERMS)},
            {"prior": rng.choice(TERMS)},
            {"left": rng.choice(TERMS)},
            {"scale": scale},
            {"matrix": sp.Matrix([[0, 1], [1, 0]])},
            {"prior": rng.choice(LAWS), "real": True},
        )
        for change in rng.sample(changes, 3):
            yield Plan("extra-terms", Contrast(kernel, **change).problem, 2, relation)


def unattained(rng: random.Random) -> Iterator[Plan]:
    """Return a term of z̃ in the target alone: the kernels' values have no such part."""
    for kernel in (*PLANE, *FUSED):
        if kernel.plain:
            problem = Contrast(kernel, partner=lambda w: w[0] ** 3 + w[1]).problem
            yield Plan("unattained", problem, 1, [rng.choice(RELATIONS)])


def cutting(rng: random.Random) -> Iterator[Plan]:
    """Return terms on both sides that cut the group to the part that keeps them."""
    for name in ("quad", "quart", "quad+quart-all", "radial"):
        kernel = KERNELS[name]
        fixed = tuple(m for m in kernel.moves if m.shift.is_zero_matrix)
        count = 2 if name in ("quad", "radial") else 8
        yield Plan(
            "cutting",
            Contrast(kernel, both=LAWS[0], moves=fixed, components=count, why=CUT).problem,
            2,
        )
        line = (*flips(2, [1]), *shifts(2))
        yield Plan(
            "cutting",
            Contrast(kernel, both=lambda w: w[0], moves=line, components=2, why=CUT).problem,
            2,
        )
