"""What an objective with an auxiliary variable fits: one registered function an objective."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch

from sith.theory.derivation.lemmas.laws import CONDITIONAL_ENERGY, CONDITIONAL_LIKELIHOOD
from sith.theory.derivation.lemmas.losses import GIBBS
from sith.theory.derivation.lemmas.record import Entry, Problem
from sith.theory.dispatch import register_call
from sith.theory.errors import UnsupportedCondition
from sith.theory.objectives import (
    ConditionalEnergy,
    ConditionalLikelihood,
    EnvironmentClassification,
)


@dataclass(frozen=True, slots=True)
class Model:
    """What an objective with an auxiliary variable fits.

    Fields:
        lemma: why the fitted parameters are the true ones.
        statistics: whether the model depends on h through the statistics T of the world's family.
        constants: whether there is a learned constant for each environment.
    """

    lemma: Entry[Problem]
    statistics: bool
    constants: bool


@singledispatch
def model_of(objective: object) -> Model:
    """Return the model of an objective.

    Raises `UnsupportedCondition` where nothing is registered for it.
    """
    raise UnsupportedCondition(
        f"no model of an auxiliary variable is known for '{objective}'",
        cure=register_call("sith.theory.derivation.conditions.auxiliary_model.model_of", objective),
    )


@model_of.register
def _(objective: ConditionalLikelihood) -> Model:  # noqa: ARG001
    return Model(CONDITIONAL_LIKELIHOOD, statistics=True, constants=True)


@model_of.register
def _(objective: ConditionalEnergy) -> Model:
    return Model(CONDITIONAL_ENERGY, statistics=objective.augmented, constants=True)


@model_of.register
def _(objective: EnvironmentClassification) -> Model:
    return Model(GIBBS, statistics=objective.statistics, constants=objective.bias)
