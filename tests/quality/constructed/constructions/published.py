"""Claims of the registry with another stated group or relation than the published one."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import mpmath

from sith import THEOREMS, Claim, InputError, Relation, theorem
from tests.quality.constructed.case import RELATIONS, Plan, Problem
from tests.quality.constructed.moves import TINY, Affine, Move, flips, linear, shifts, swap, turn
from tests.quality.constructed.stated import Stated, stated_groups
from tests.quality.constructed.truth import Truth

SIGNED = (*flips(2), *swap(2, 0, 1))
ROUND = (*turn(2, 0, 1), *flips(2))
SCALES = (linear([[2, 0], [0, 1]], connected=True), linear([[1, 0], [0, 2]], connected=True))
SHEARS = (linear([[1, 1], [0, 1]], connected=True), linear([[1, 0], [1, 1]], connected=True))
TRIPLE = linear([[3, -4], [4, 3]], connected=True)
"""A rotation of infinite order with a scale: it and a scale generate the scaled rotations."""


@dataclass(frozen=True, slots=True)
class Published:
    """A point of a theorem, the generators of the published group, and its members among the stated."""

    slug: str
    parameters: Mapping[str, Any]
    moves: Sequence[Affine]
    members: str
    components: int
    why: str


TABLE = (
    Published(
        "zimmermann_2021_lp",
        {"p": 4},
        (*SIGNED, *shifts(2)),
        "signed permutations B(2) with shifts",
        8,
        "isometries of ‖·‖₄",
    ),
    Published(
        "zimmermann_2021_lp",
        {"p": 1},
        (*SIGNED, *shifts(2)),
        "signed permutations B(2) with shifts",
        8,
        "isometries of ‖·‖₁",
    ),
    Published(
        "zimmermann_2021_lp", {"p": 2}, (*ROUND, *shifts(2)), "E(2)", 2, "isometries of the plane"
    ),
    Published("zimmermann_2021_vmf", {}, ROUND, "O(2)", 2, "isometries of the circle"),
    Published(
        "ma_2018_any_negatives", {"negatives": 2}, ROUND, "O(2)", 2, "isometries of the circle"
    ),
    Published("laiz_2025_dynamics", {"model": "affine"}, (*ROUND, *shifts(2)), "E(2)", 2, "Thm 1"),
    Published("laiz_2025_dynamics", {"model": "linear"}, ROUND, "O(2)", 2, "Cor 1"),
    Published(
        "horan_2021_local_isometry",
        {"prior": "quartic"},
        SIGNED,
        "signed permutations B(2)",
        8,
        "Euclidean motions that keep ‖·‖₄",
    ),
    Published(
        "horan_2021_local_isometry",
        {"prior": "gaussian"},
        ROUND,
        "O(2)",
        2,
        "Euclidean motions that keep N(0, I)",
    ),
    Published(
        "roeder_2021_linear_identifiability",
        {"biases": "none"},
        (*SCALES, *SHEARS, *flips(2)),
        "GL(2)",
        2,
        "B h(z) = z",
    ),
    Published(
        "roeder_2021_linear_identifiability",
        {"biases": "learned"},
        (*SCALES, *SHEARS, *flips(2), *shifts(2)),
        "Aff(2)",
        2,
        "B h(z) = z + c",
    ),
    Published(
        "reizinger_2025_diet",
        {"case": "C4"},
        (*SCALES, *SHEARS, *flips(2)),
        "GL(2)",
        2,
        "Thm 1C, case C4",
    ),
)


def members_only(stated: Stated):
    """Return the gap that is 0 for members of the published group alone."""

    def gap(move: Move) -> mpmath.mpf:
        return mpmath.mpf(0) if stated.contains(move) else 1 + TINY

    return gap


def problem(entry: Published) -> Problem:
    """Return a theorem's claim; the optimal maps are the published group, which has a proof."""
    claim = theorem(entry.slug).at(2, **entry.parameters)
    exact = next(s for s in stated_groups(2) if str(s.group) == entry.members)
    moves = tuple(m.move() for m in entry.moves)
    return Problem(
        claim, Truth(moves, members_only(exact), f"{entry.slug}: {entry.why}", entry.components)
    )


def listed(claim: Claim) -> tuple[Stated, ...]:
    """Return the description of a claim's group, where it is one of R^2 without parameters."""
    if claim.dim != 2 or claim.group.dim != 2 or claim.base:
        return ()
    if claim.relation is not Relation.EQUALITY:
        return ()
    return tuple(s for s in stated_groups(2) if s.group == claim.group)


def registered() -> Iterator[Problem]:
    """Return every other registered theorem, at its defaults, whose equality is of such a group."""
    known = {entry.slug for entry in TABLE}
    for entry in THEOREMS:
        if entry.slug in known:
            continue
        try:
            claim = entry.at(2)
        except InputError:  # a theorem that is not stated for two latents
            continue
        for exact in listed(claim):
            gap, why = members_only(exact), f"{entry.slug}: as published"
            yield Problem(claim, Truth(exact.moves, gap, why))


def plans(rng: random.Random) -> Iterator[Plan]:
    """Return each theorem with its own group and the nearest others, in every relation."""
    for entry in TABLE:
        yield Plan("published", lambda e=entry: problem(e), 4, RELATIONS, (2,))


def registry(rng: random.Random) -> Iterator[Plan]:
    """Return the product of the other theorems with stated groups and relations."""
    for found in registered():
        yield Plan("registry", lambda p=found: p, 4, RELATIONS, (2,))
