"""Targets φ(z)·φ(z̃): attained by h = φ and its rotations, and by no rotation of the latents.

Whether a group without stated functions is then meant to act on z or on φ(z) is a convention; that the
claims are well specified is not, and neither is a claim that is false in both readings.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import mpmath
import sympy as sp

from sith import (
    Box,
    Claim,
    Encoder,
    ExpressionCritic,
    InfoNCE,
    PairLogDensity,
    RealSpace,
    Trivial,
    Uniform,
    World,
    latents,
    pair,
)
from tests.quality.constructed.case import RELATIONS, Plan, Problem
from tests.quality.constructed.conditions import contrastive
from tests.quality.constructed.moves import Move, flips, turn
from tests.quality.constructed.stated import stated_groups
from tests.quality.constructed.truth import Truth

FUNCTIONS = {
    "linear": lambda z: (z[0] + z[1], z[1]),
    "scaled": lambda z: (2 * z[0], 2 * z[1]),
    "unequal": lambda z: (2 * z[0], 3 * z[1]),
    "bent": lambda z: (z[0] + z[1] ** 2, z[1]),
    "cubic": lambda z: (z[0] + z[0] ** 3, z[1]),
    "exponential": lambda z: (sp.exp(z[0]), sp.exp(z[1])),
    "linear shift": lambda z: (z[0] + 1, z[1]),
}
WHY = "h·h̃ = φ·φ̃ + c(z) makes h linear in φ: F = {Qφ : Q ∈ O(2)}"


def problem(name: str) -> Problem:
    """Return the critic u·v with the target φ(z)·φ(z̃) on the box."""
    phi = FUNCTIONS[name]
    (z, zt), u, v = pair(2), latents(2, "u"), latents(2, "v")
    target = sp.expand(sum(a * b for a, b in zip(phi(z), phi(zt), strict=True)))
    score = u[0] * v[0] + u[1] * v[1]
    claim = Claim(
        f"φ {name}",
        World(Box(2), Uniform(), PairLogDensity(target, z, zt)),
        InfoNCE(ExpressionCritic(score, u, v)),
        Encoder(RealSpace(2)),
        Trivial(2),
    )
    gap = contrastive(claim, score, target, box=True, output_box=False)
    base = Move(
        "φ",
        lambda p: (
            [mpmath.mpmathify(x) for x in phi([*p])]
            if name != "exponential"
            else [mpmath.exp(x) for x in p]
        ),
    )
    turned = [m.move() for m in (*turn(2, 0, 1), *flips(2))]
    moves = (base, *(base.then(m) for m in turned))
    truth = Truth(moves, gap, WHY, 0, False, doubtful=True, rebased=True)
    return Problem(claim, truth)


def certain(name: str) -> Problem:
    """Return the same for stated groups that are too small in both readings."""
    made = problem(name)
    rotation = turn(2, 0, 1)[0].move()
    moves = (*made.truth.moves, replace(rotation, connected=True))
    return replace(made, truth=replace(made.truth, moves=moves, doubtful=False))


def plans(rng: random.Random) -> Iterator[Plan]:
    """Return any group for attainability, and finite groups, which are too small in both readings."""
    small = tuple(
        s
        for s in stated_groups(2)
        if str(s.group).startswith(("sign flips", "permutations S", "signed"))
        and "shifts" not in str(s.group)
    )
    for name in FUNCTIONS:
        yield Plan("reparametrised", lambda n=name: problem(n), 2, RELATIONS[:2])
        yield Plan("reparametrised", lambda n=name: certain(n), 2, RELATIONS[:2], only=small)
