"""The optimum condition of a claim, derived from its loss: one builder for each objective."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from theory.assumptions import Atoms, Encoder, Property, World, require
from theory.derive.conditions.alignment import alignment
from theory.derive.conditions.auxiliary import auxiliary, close_classifier
from theory.derive.conditions.barlow_twins import barlow_twins
from theory.derive.conditions.infonce import infonce
from theory.derive.conditions.labels import cross_entropy
from theory.derive.conditions.law import law, sliced_law
from theory.derive.conditions.reconstruction import reconstruction
from theory.derive.equation import Condition
from theory.derive.mixing_class import impose_class
from theory.errors import UnsupportedCondition
from theory.objectives import (
    AbstractObjective,
    AlignmentMaxEntropy,
    BarlowTwins,
    CloseClassifier,
    ConditionalLikelihood,
    CrossEntropy,
    EnvironmentClassification,
    Independence,
    InfoNCE,
    Likelihood,
    Reconstruction,
    SlicedNormality,
)

BUILDERS: Mapping[type, Callable[..., Condition]] = {
    InfoNCE: infonce,
    CrossEntropy: cross_entropy,
    AlignmentMaxEntropy: alignment,
    ConditionalLikelihood: auxiliary,
    EnvironmentClassification: auxiliary,
    Likelihood: law,
    Independence: law,
    Reconstruction: reconstruction,
    SlicedNormality: sliced_law,
    CloseClassifier: close_classifier,
    BarlowTwins: barlow_twins,
}


def optimum_condition(world: World, objective: AbstractObjective, encoder: Encoder) -> Condition:
    """Return the condition on h at the population optimum of `objective` in `world`.

    Raises `MissingAssumption` where the world lacks what the objective needs, `InputError` where
    the parts do not fit, and `UnsupportedCondition` where no rule covers the objective.
    """
    require(world, Property.INJECTIVE, str(objective))
    if isinstance(world.prior, Atoms) and not isinstance(objective, CloseClassifier):
        raise UnsupportedCondition(
            f"latents at {world.prior} have no density, and '{objective}' is treated for densities"
        )
    for kind, build in BUILDERS.items():
        if isinstance(objective, kind):
            return impose_class(world, build(world, objective, encoder))
    raise UnsupportedCondition(f"no rule derives the optimum of {type(objective).__name__}")
