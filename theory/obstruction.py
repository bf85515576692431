"""An obstruction: rational points at which no map h whatever can solve the optimum condition."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import sympy as sp

Point = tuple[sp.Rational, ...]

MOST_SHOWN = 3
"""More points than this are left to the certificate."""

MOST_DIGITS = 24
"""Of a longer number only the sign is printed."""


class Obstacle(Enum):
    """What the points break; t(z, z̃) = log p(z̃|z) − log p(z̃), and E(z, z̃) = t(z, z) − t(z, z̃)."""

    CYCLE = "cycle"
    ASYMMETRY = "asymmetry"
    NEGATIVE = "negative"
    RANK = "rank"
    MINOR = "minor"

    @property
    def help(self) -> str:
        """What a symmetric critic, or vectors in R^m, would demand at the points."""
        return _DEMANDS[self]


_DEMANDS = {
    Obstacle.CYCLE: "with a symmetric critic the sum of t(z, z̃) − t(z̃, z) around three points is 0",
    Obstacle.ASYMMETRY: "with a symmetric critic that is constant at equal representations "
    "t(z, z) − t(z, z̃) is symmetric, so its difference to the transpose is 0",
    Obstacle.NEGATIVE: "with a critic that is −1 times a distance t(z, z) − t(z, z̃) is ≥ 0",
    Obstacle.RANK: "vectors of m coordinates have a matrix of products of rank ≤ m, so its minors "
    "of more rows are 0",
    Obstacle.MINOR: "vectors of any dimension have a Gram matrix, so its principal minors are ≥ 0",
}


@dataclass(frozen=True, slots=True)
class Obstruction:
    """Points, the matrix that the condition forces there, and the number that cannot be.

    For CYCLE and ASYMMETRY `matrix` is empty and `value` is the sum that had to be 0; for NEGATIVE it
    is the distance, up to a positive factor. For RANK and MINOR `matrix` is square with determinant
    `value`: `rows` and `columns` are the points that its entries are products of. With `reference`
    the entries are products of differences to the first point; column 0 is that point itself.
    """

    obstacle: Obstacle
    points: tuple[Point, ...]
    value: sp.Rational
    matrix: tuple[tuple[sp.Rational, ...], ...] = ()
    rows: tuple[int, ...] = ()
    columns: tuple[int, ...] = ()
    reference: bool = False

    def __str__(self) -> str:
        """One line: what was found at the points, and what it contradicts."""
        at = ", ".join(f"({', '.join(map(str, p))})" for p in self.points)
        if len(self.points) > MOST_SHOWN:
            at = f"{len(self.points)} rational points, which the certificate lists"
        what = "it"
        if self.matrix:
            kind = "principal minor" if self.obstacle is Obstacle.MINOR else "minor"
            what = f"the {kind} of {len(self.rows)} rows"
        return f"{self.obstacle.help}, and {what} is {_short(self.value)} at {at}"


def _short(value: sp.Rational) -> str:
    text = str(value)
    return text if len(text) <= MOST_DIGITS else ("> 0" if value > 0 else "< 0")
