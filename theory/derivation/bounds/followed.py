"""Whether a field that is free to first order is tangent to free maps, where maps may leave the space.

Along the flow φ_t of a field that keeps the latent space, the condition holds as it does at t = 0. Maps
into another space carry points off the latent space, where an equation may hold to first order on the
space alone: ‖h‖ = 1 squared, on the unit circle, is one that every field solves so.
"""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from sith.theory.assumptions import RealSpace
from sith.theory.derivation.bounds.check import check_field
from sith.theory.derivation.bounds.on_space import is_curved
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.fields.normal_form import normal_form
from sith.theory.errors import SithError
from sith.theory.groups import Field


def leaves_space(condition: Condition) -> bool:
    """Whether optimal maps may take points of a space with equations off it.

    Of a condition with learned parameters it is not asked: they may change along the flow.
    """
    return is_curved(condition) and condition.space != condition.output and not condition.parameters


def followed(condition: Condition, field: Field) -> bool:
    """Whether a field in the base coordinates keeps the space, or is free beside the space too."""
    if not leaves_space(condition):
        return True
    if len(field.symbols) != len(condition.base):
        return False
    table = dict(zip(field.symbols, condition.base, strict=True))
    moved = Field(condition.z, tuple(sp.expand(e.xreplace(table)) for e in field.expressions))
    try:
        whole = replace(condition, space=RealSpace(len(condition.z)))
        return _keeps(condition, field) or check_field(whole, moved, {}).holds
    except SithError:
        return False


def _keeps(condition: Condition, field: Field) -> bool:
    """Whether a field of the latents is tangent to the latent space."""
    if tuple(condition.base) != tuple(condition.z) or field.symbols != condition.z:
        return False
    for equation in condition.space.constraints(condition.z):
        pairs = zip(condition.z, field.expressions, strict=True)
        if normal_form(condition, sp.Add(*(sp.diff(equation, x) * e for x, e in pairs))):
            return False
    return True
