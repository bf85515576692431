"""The checker's part on laws: whether a map keeps a law, or takes it to some law of the model."""

from __future__ import annotations

import sympy as sp

from sith.theory.assumptions import RealSpace
from sith.theory.derivation.bounds.independence import outputs_independent
from sith.theory.derivation.equation import Condition, Equation, UpTo
from sith.theory.derivation.fields.ball import ball
from sith.theory.derivation.fields.identities import vanishes_at
from sith.theory.derivation.fields.sign_patterns import sign_patterns, support_points
from sith.theory.errors import UnsupportedCondition
from sith.theory.groups import Map
from sith.theory.verdict import Membership


def law_slopes(
    condition: Condition, equation: Equation, member: Map, change: sp.Expr
) -> tuple[sp.Expr, ...]:
    """Return the slopes of log p̂(h(z)) − log p(z), which learned parameters have to make 0, h affine.

    An affine bijection of R^d takes a density to a density, so that the value itself is then 0. Raises
    `UnsupportedCondition` for other maps and spaces.
    """
    image = member(condition.base)
    latents = [condition.z[b] for _, b in equation.volume]
    jacobian = sp.Matrix([[sp.diff(image[a], x) for x in latents] for a, _ in equation.volume])
    jacobian = jacobian.applyfunc(sp.expand)
    whole = isinstance(condition.space, RealSpace) and equation.up_to is UpTo.NOTHING
    if not whole or jacobian.free_symbols or jacobian.det() == 0:
        raise UnsupportedCondition(
            f"whether some learned law of h(z) is the true one for h = {member}",
            allowed="invertible affine maps of R^d",
        )
    return tuple(sp.expand(sp.diff(change, x)) for x in latents)


def law_kept(condition: Condition, equation: Equation, member: Map, change: sp.Expr) -> Membership:
    """Say whether log p(h(z)) + log|det J_h| − log p(z), `change` with the volume term, is 0.

    Its slopes must vanish, and its value at one point. On the whole R^d the value is 0 by itself:
    both sides are probability densities.
    """
    latents = [condition.z[b] for _, b in equation.volume]
    image = member(condition.base)
    jacobian = sp.Matrix([[sp.diff(image[a], x) for x in latents] for a, _ in equation.volume])
    if equation.up_to is UpTo.SEPARABLE:
        return outputs_independent(condition, equation, jacobian, member)
    determinant = sp.cancel(sp.expand(jacobian.det()))
    if determinant == 0:
        return Membership(False, "the map is not invertible", str(member))
    for signs, points in sign_patterns(condition, change):
        if not points:
            continue
        resolved = change.xreplace(signs)
        for x in latents:
            slope = sp.diff(resolved, x) + sp.diff(determinant, x) / determinant
            if not vanishes_at(condition, slope, points).holds:
                return Membership(False, "the law changes", str(member))
    kept = _value_kept(condition, change, determinant)
    if kept:
        return Membership(True, "the law is unchanged")
    return Membership(False, "the law changes", str(member))


def _value_kept(condition: Condition, change: sp.Expr, determinant: sp.Expr) -> bool:
    """Say whether det² exp(2 change), which is constant, is 1."""
    point = next(support_points(condition, 1))
    value, square = sp.expand(change.xreplace(point)), determinant.xreplace(point) ** 2
    if value.is_Rational:
        # The exponential of a rational number other than 0 is irrational.
        return bool(value == 0 and square == 1)
    if not ball(value + sp.log(square) / 2, {}).contains(0):
        return False
    if isinstance(condition.space, RealSpace):
        return True
    raise UnsupportedCondition(f"whether {value} + log|{determinant}| is 0 is not decided")
