"""Attainability: does the base map solve the condition, so that the optimum is given by it?"""

from __future__ import annotations

from theory.assumptions import World
from theory.derive.check import check_base
from theory.derive.condition import misfit
from theory.derive.equation import Condition
from theory.objectives import AbstractObjective
from theory.verdict import Membership


def attainable(world: World, objective: AbstractObjective, condition: Condition) -> Membership:
    """Say whether the identity (rescaled where outputs are free) attains the optimum condition."""
    base = check_base(condition)
    if base.holds:
        return base
    return Membership(False, misfit(world, objective, condition), base.reason)
