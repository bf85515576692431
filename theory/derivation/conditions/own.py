"""The optimum condition of an objective of the user's own, with an integrand: by differentiation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sith.theory.assumptions import Box, Encoder, Sphere, VonMisesFisher, World
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.lemmas.losses import GIBBS
from sith.theory.derivation.lemmas.minima import POINTWISE_MINIMUM
from sith.theory.derivation.lemmas.record import Problem
from sith.theory.errors import UnsupportedCondition
from sith.theory.objectives import rank_is_finite, reduce_objective

Build = Callable[[World, Any, Encoder], Condition]


def own_condition(world: World, objective: Any, encoder: Encoder, build: Build) -> Condition:
    """Return the condition of the library objective that has the same minimisers.

    `build` is the builder of conditions of library objectives. The first step says what was shown
    of the integrand. Raises `UnsupportedCondition` where minimisers of the limit of many negatives may
    have infinite loss.
    """
    reduced = reduce_objective(objective, encoder.output.dim)
    if reduced.limit and reduced.power > 1 and not isinstance(world.space, Sphere | Box):
        raise UnsupportedCondition(
            f"'{objective}' is minimal at the density ratio to the power {reduced.power}, whose mean "
            f"need not be finite on the {world.space}"
        )
    condition = build(world, reduced.objective, encoder)
    said = f"the loss '{objective}' is minimal exactly there: {reduced.shown}"
    lemma = POINTWISE_MINIMUM.cite(Problem(world, objective, encoder))
    return replace(
        condition,
        steps=(said, f"its minimisers are those of {reduced.objective}", *condition.steps[1:]),
        lemmas=(lemma, *(x for x in condition.lemmas if x.name != GIBBS.name)),
    )


def rank_fault(world: World, objective: Any, encoder: Encoder) -> str:
    """Say why no map attains the optimum of a critic of finite rank, "" where that is not shown.

    exp(κ z·z̃) has only positive eigenvalues on the sphere, so it is no finite sum of products.
    """
    if not isinstance(world.pairs, VonMisesFisher):
        return ""
    if not rank_is_finite(objective, encoder.output.dim):
        return ""
    return (
        f"no map h whatever attains it: '{objective}' asks that a polynomial of the critic "
        f"{objective.critic} be p(z̃|z)/p(z̃), which has infinite rank for pairs '{world.pairs}'; use a "
        "critic A exp(u·v) with a learned factor A, or a loss whose score is a log-ratio"
    )
