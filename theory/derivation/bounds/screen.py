"""A quick refutation of candidates: one equation at rational points, enclosed in a ball.

It only rejects. A candidate that passes is substituted as an identity by the checker.
"""

from __future__ import annotations

from collections.abc import Iterator

from flint import arb

from sith.theory.derivation.equation import Condition, Equation, UpTo
from sith.theory.derivation.fields.ball import Point, ball
from sith.theory.derivation.fields.sign_patterns import support_points
from sith.theory.groups import Map

POINTS = 3
"""Pairs of points at which a candidate is tried."""


def refuted(condition: Condition, member: Map) -> bool:
    """Whether some equation is shown to fail at a rational point for the map after the base map."""
    if condition.parameters:
        return False
    return any(
        not value.contains(0)
        for equation in condition.equations
        for value in _values(condition, equation, member)
    )


def _values(condition: Condition, equation: Equation, member: Map) -> Iterator[arb]:
    if equation.decoder or equation.gram or equation.partner:
        return
    if equation.up_to in (UpTo.SEPARABLE, UpTo.PAIR_SEPARABLE):
        return
    points = list(support_points(condition, 2 * POINTS, seed=23))
    for point, other in zip(points[::2], points[1::2], strict=True):
        here = _at(condition, equation, member, point)
        if equation.volume:
            jacobian = member.jacobian().xreplace(
                dict(zip(member.symbols, (b.xreplace(point) for b in condition.base), strict=True))
            )
            determinant = ball(jacobian.det(), {})
            if not determinant.is_finite() or determinant.contains(0):
                return
            yield here + abs(determinant).log()
        elif equation.up_to is UpTo.NOTHING:
            yield here
        else:
            moved = {**point, **{x: other[x] for x in condition.zt if x not in condition.z}}
            yield here - _at(condition, equation, member, moved)


def _at(condition: Condition, equation: Equation, member: Map, point: Point) -> arb:
    table = dict(point)
    for names, base in (
        (condition.image, condition.base),
        (condition.image_t, condition.base_t),
    ):
        inputs = dict(zip(member.symbols, (b.xreplace(point) for b in base), strict=True))
        for name, e in zip(names, member.expressions, strict=True):
            value = e.xreplace(inputs)
            if not value.is_Rational:
                return arb(0, "inf")
            table[name] = value
    return ball(equation.residual, table)
