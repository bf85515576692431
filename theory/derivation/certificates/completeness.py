"""What a bound on the dimension of all smooth fields consists of; algorithm and checker share it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from sith.theory.verdict import Method


class NotShown(Exception):
    """The method does not bound the dimension; the text says why."""


@dataclass(frozen=True, slots=True)
class Bound:
    """All free fields span at most `dimension` dimensions = unknowns − rank − gauge − loose.

    `points` are the rational points of the linear system. Elimination: the values of the field at
    the first `anchors` points and the parameter changes determine the field; the points from there
    to `special` are those where the field's factors lose rank, and hold `loose` values that no
    equation sees. Prolongation: one
    point; equations are differentiated up to `order`, and derivatives of order `type_order` are
    determined by lower ones.
    """

    method: Method
    dimension: int
    unknowns: int
    rank: int
    gauge: int
    points: tuple[tuple[sp.Rational, ...], ...]
    anchors: int = 0
    special: int = 0
    loose: int = 0
    order: int = 0
    type_order: int = 0

    def words(self) -> str:
        """Name the method and its size."""
        if self.method is Method.ELIMINATION:
            many = "" if len(self.points) == 1 else "s"
            return f"elimination at {len(self.points)} rational point{many}"
        return (
            f"prolongation to order {self.order} (finite type: derivatives of order "
            f"{self.type_order} are determined by lower ones)"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the bound as plain data, numbers as texts."""
        return {
            "method": self.method.value,
            "bound": self.dimension,
            "unknowns": self.unknowns,
            "rank": self.rank,
            "gauge": self.gauge,
            "points": [[str(x) for x in point] for point in self.points],
            "anchors": self.anchors,
            "special": self.special,
            "loose": self.loose,
            "order": self.order,
            "type_order": self.type_order,
        }
