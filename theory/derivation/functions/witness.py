"""Group elements and fields that change a function, found at rational points."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

import sympy as sp
from sympy.logic.boolalg import BooleanAtom

from sith.theory.derivation.functions.form import Form
from sith.theory.derivation.functions.subject import FIELD_DEGREE, Point, Subject
from sith.theory.errors import UnsupportedCondition
from sith.theory.groups import AbstractGroup, Map

POINTS_EACH = 4


def changing_member(
    subject: Subject, function: sp.Basic, points: Sequence[tuple[sp.Symbol, ...]], tries: int
) -> dict[str, Any]:
    """Return a group element that changes the function, the points, and both values."""
    rng = random.Random(0)
    form = Form(subject, points)
    for member in _members(subject.group, rng, tries):
        moved = form.moved(function, member)
        for _ in range(POINTS_EACH):
            drawn = tuple(subject.draw(rng) for _ in points)
            table = _table(points, drawn)
            before, after = _value(function, table), _value(moved, table)
            if before is not None and after is not None and _differ(before, after):
                return {"witness": member, "points": drawn, "before": before, "after": after}
    return {}


def changing_field(
    subject: Subject, function: sp.Basic, points: Sequence[tuple[sp.Symbol, ...]], tries: int
) -> dict[str, Any]:
    """Return a field along which the function changes, where no sampled member changes it."""
    if not isinstance(function, sp.Expr) or function.atoms(sp.Abs, sp.sign, sp.Max, sp.Min):
        return {}
    rng = random.Random(1)
    form = Form(subject, points)
    try:
        fields = subject.group.algebra_basis(FIELD_DEGREE)
    except UnsupportedCondition:
        return {}
    for field in fields:
        rate = form.rate(function, field)
        for _ in range(min(tries, POINTS_EACH)):
            drawn = tuple(subject.draw(rng) for _ in points)
            table = _table(points, drawn)
            before, change = _value(function, table), _value(rate, table)
            if before is not None and change is not None and _differ(change, sp.Integer(0)):
                return {"witness": field, "points": drawn, "before": before, "after": change}
    return {}


def _members(group: AbstractGroup, rng: random.Random, tries: int) -> Iterator[Map]:
    generators = group.finite_generators()[:tries]
    yield from generators
    try:
        for _ in range(tries - len(generators)):
            yield group.sample(rng)
    except UnsupportedCondition:
        return


def _table(
    points: Sequence[tuple[sp.Symbol, ...]], drawn: Sequence[Point]
) -> dict[sp.Symbol, sp.Expr]:
    return {s: x for p, q in zip(points, drawn, strict=True) for s, x in zip(p, q, strict=True)}


def _value(function: sp.Basic, table: dict[sp.Symbol, sp.Expr]) -> sp.Basic | None:
    """Return the exact value at a point; None where the function is not defined there."""
    try:
        value = function.xreplace(table)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    if isinstance(value, BooleanAtom):
        return value
    if not isinstance(value, sp.Expr) or value.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
        return None
    return value if value.is_real else None


def _differ(one: sp.Basic, other: sp.Basic) -> bool:
    if isinstance(one, BooleanAtom) or isinstance(other, BooleanAtom):
        return bool(one != other)
    difference = one - other
    if isinstance(difference, sp.Rational):
        return bool(difference != 0)
    return difference.equals(0) is False
