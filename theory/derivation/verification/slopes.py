"""What both bounds on smooth fields are checked with: first-order changes and exact ranks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp
from flint import fmpq, fmpq_mat

from sith.theory.derivation.bounds.check import EPSILON, image_table
from sith.theory.derivation.equation import Condition, Equation, UpTo
from sith.theory.verdict import Membership

MAX_SYSTEM = 500
"""Larger systems than this are not re-checked."""

Point = tuple[sp.Rational, ...]


class Slopes:
    """An equation's first-order change: factors of ξ(z), ξ(z̃) and the parameter changes."""

    def __init__(self, condition: Condition, equation: Equation) -> None:
        here = [sp.Symbol(f"X{i}", real=True) for i in range(len(condition.image))]
        there = [sp.Symbol(f"Y{i}", real=True) for i in range(len(condition.image))]
        moved = [b + EPSILON * x for b, x in zip(condition.base, here, strict=True)]
        moved_t = [b + EPSILON * x for b, x in zip(condition.base_t, there, strict=True)]
        table = image_table(condition, moved, moved_t)
        changes = [sp.Symbol(f"D{i}", real=True) for i in range(len(condition.parameters))]
        for (p, value), d in zip(condition.parameters.items(), changes, strict=True):
            table[p] = value + EPSILON * d
        change = sp.diff(equation.residual.xreplace(table), EPSILON).subs(EPSILON, 0)
        self.equation = equation
        self.symbols = (*condition.z, *condition.zt)
        self.here, self.there, self.learned = (
            [sp.diff(change, s) for s in some] for some in (here, there, changes)
        )
        self.everything = (*self.here, *self.there, *self.learned)
        self.partner = any(self.there) or equation.up_to is UpTo.FUNCTION_OF_Z
        self.derivatives = [(a, b, 1) for a, b in equation.volume]
        for i, j, c in equation.gram:
            self.derivatives += [(j, i, c), (i, j, c)]

    def at(self, values: Sequence[sp.Expr], z: Point, zt: Point) -> list[fmpq]:
        """Return the values at a pair of points; refuses a point where |·| has an edge."""
        point = dict(zip(self.symbols, (*z, *zt), strict=True))
        return [fraction(v.xreplace(point)) for v in values]

    def edges(self) -> set[sp.Expr]:
        """Return the expressions whose zeros are edges of |·| or jumps of a sign."""
        return {a.args[0] for v in self.everything for a in v.atoms(sp.Abs, sp.sign)}


def fraction(value: Any) -> fmpq:
    """Return an exact rational number; raises `TypeError` or `ValueError` for any other."""
    number = sp.Rational(value)
    return fmpq(int(number.p), int(number.q))


def rational_rank(rows: Sequence[Sequence[fmpq]]) -> int:
    """Return the rank over the rationals."""
    kept = [list(row) for row in rows if any(row)]
    return int(fmpq_mat(kept).rank()) if kept else 0


Found = tuple[Membership, int, int, int]


def no_bound(reason: str) -> Found:
    """Return an answer that shows no bound."""
    return Membership(False, reason), 0, 0, 0
