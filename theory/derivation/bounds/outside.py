"""An element of the lower bound that is shown not to be in the stated group."""

from __future__ import annotations

import sympy as sp

from sith.theory.claim import Claim
from sith.theory.derivation.bounds.confirm import first_order_only
from sith.theory.derivation.bounds.findings import Findings
from sith.theory.derivation.bounds.on_space import field_outside, is_curved, map_outside
from sith.theory.derivation.bounds.rearrangement import beyond
from sith.theory.derivation.bounds.recognise import mixing
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.fields.ball import ball
from sith.theory.errors import SithError
from sith.theory.groups import AbstractGroup, Field, Map
from sith.theory.verdict import Membership


def free_outside(claim: Claim, found: Findings) -> Membership:
    """Return an element of the lower bound that is shown not to be in the stated group."""
    stated, condition = claim.group, found.condition
    nothing = Membership(False, "every element that is known to be optimal is in the group")
    if condition.over:
        member = Map(condition.z, condition.over)
        try:
            answer = map_outside(condition, stated, member)
        except (SithError, sp.PolynomialError, ValueError):
            return nothing
        if answer.witness:
            return Membership(False, answer.reason, f"h₀ = {member}")
        return nothing
    if found.stray and not is_curved(condition):
        reason = "it depends on a coordinate that the stated group does not act on"
        return Membership(False, reason, str(found.stray[0]))
    for fold in found.folds:
        return Membership(False, f"it is not injective: {fold.twins}", str(fold))
    for member in found.maps:
        answer = map_outside(condition, stated, member)
        if answer.witness:
            return answer
    if found.mirror and (reason := beyond(condition, found.law, stated)):
        return Membership(False, reason, found.mirror[0])
    doubt = first_order_only(claim, condition, found.groups, found.fields)
    candidates: list[Field] = [] if doubt else list(found.fields)
    for family in found.families:
        candidates += [f for f in family.instances() if _polynomial(f)]
        if family.chain and not stated.infinite and not is_curved(condition):
            return Membership(False, "a function space in a group of finite dimension", str(family))
    for field in candidates:
        answer = _algebra(condition, stated, field)
        if answer.witness:
            return answer
    for family in () if is_curved(condition) else found.families:
        for field in family.instances():
            stray = "" if _polynomial(field) else _stray_coordinate(stated, field)
            if stray:
                return Membership(False, stray, str(field))
    return nothing


def _stray_coordinate(stated: AbstractGroup, field: Field) -> str:
    """Say which component depends on a coordinate that it depends on in no field of a group.

    The slope is shown not to vanish by interval arithmetic at a rational point; empty if not shown.
    """
    families = stated.families()
    known = [f for f, _, _ in families] if families else stated.algebra_basis(2)
    allowed = set(mixing(known))
    point = {x: sp.Rational(k + 2, 2 * k + 7) for k, x in enumerate(field.symbols)}
    # The point is in the positive orthant, where the field has no absolute values and signs.
    signs = {sp.Abs(x): x for x in point} | {sp.sign(x): sp.Integer(1) for x in point}
    for i, e in enumerate(f.xreplace(signs) for f in field.expressions):
        for j, x in enumerate(field.symbols):
            if (i, j) in allowed:
                continue
            try:
                slope = ball(sp.diff(e, x), point)
            except (SithError, TypeError, ValueError):
                continue
            if slope.is_finite() and not slope.contains(0):
                return f"component {i + 1} depends on {x}"
    return ""


def _polynomial(field: Field) -> bool:
    return all(e.is_polynomial(*field.symbols) for e in field.expressions)


def _algebra(condition: Condition, group: AbstractGroup, field: Field) -> Membership:
    try:
        return field_outside(condition, group, field)
    except (SithError, sp.PolynomialError) as error:
        return Membership(False, f"not decided: {error}")
