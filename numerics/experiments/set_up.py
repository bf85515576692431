"""Which experiment trains which objective: rules for combinations, then one function an objective."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import singledispatch, wraps

from sith.numerics.experiments.aligned import set_up_aligned
from sith.numerics.experiments.class_flow import is_class_flow, set_up_class_flow
from sith.numerics.experiments.dynamics import has_dynamics, set_up_dynamics
from sith.numerics.experiments.environments import set_up_environments
from sith.numerics.experiments.own import set_up_own
from sith.numerics.experiments.pair_likelihood import set_up_pair_likelihood
from sith.numerics.experiments.paired import set_up_paired
from sith.numerics.experiments.permutation_contrast import set_up_permutation_contrast
from sith.numerics.experiments.projected import projected_around
from sith.numerics.experiments.protocol import Experiment
from sith.numerics.experiments.reconstruction import set_up_reconstruction
from sith.numerics.experiments.score_of import score_of
from sith.numerics.experiments.spectral import set_up_spectral
from sith.numerics.training.budget import Budget
from sith.theory import (
    Claim,
    ConditionalEnergy,
    ConditionalLikelihood,
    EnvironmentClassification,
    GeneralisedContrastive,
    LatentCorrelation,
    PairLikelihood,
    PartialAlignment,
    PermutationContrast,
    Projected,
    Reconstruction,
    SharedBlock,
    SparseChange,
    SpectralObjective,
    UnsupportedCondition,
)
from sith.theory.dispatch import register_call, registered
from sith.theory.objectives import kind_of

SetUp = Callable[[Claim, Budget, tuple[int, ...], str], Experiment]


@dataclass(frozen=True, slots=True)
class Combination:
    """An experiment that takes more than the type of the objective to choose.

    Fields:
        name: of the combination.
        applies: whether a claim is one.
        set_up: its experiment.
    """

    name: str
    applies: Callable[[Claim], bool]
    set_up: SetUp


COMBINATIONS: tuple[Combination, ...] = (
    Combination(
        "an integrand of the user's own, lowered to torch",
        lambda claim: bool(kind_of(claim.objective)),
        set_up_own,
    ),
    Combination(
        "any objective with the parts of a spectral loss",
        lambda claim: isinstance(claim.objective, SpectralObjective),
        set_up_spectral,
    ),
    Combination(
        "decoders whose class is a condition on the Jacobian", is_class_flow, set_up_class_flow
    ),
    Combination("a critic that holds a model of the dynamics", has_dynamics, set_up_dynamics),
    Combination(
        "views that share a block of the latents",
        lambda claim: isinstance(claim.world.pairs, SharedBlock),
        set_up_aligned,
    ),
)
"""At most one applies to a claim of the registry."""


@singledispatch
def experiment_of(
    objective: object, claim: Claim, budget: Budget, seeds: tuple[int, ...], device: str
) -> Experiment:
    """Return the experiment that trains an objective, where no combination applies.

    An objective of which `score_of` knows the loss on pairs, labels or single views needs no
    function of its own here.

    Raises:
        UnsupportedCondition: nothing is registered for the objective.
    """
    if registered(score_of, objective):
        return set_up_paired(claim, budget, seeds, device)
    raise _untrained(objective)


def _untrained(objective: object) -> UnsupportedCondition:
    return UnsupportedCondition(
        f"no torch loss for the objective '{objective}'",
        cure=register_call("sith.numerics.experiments.score_of", objective),
    )


def _register(set_up: SetUp, *kinds: type) -> None:
    @wraps(set_up)
    def run(
        objective: object,  # noqa: ARG001
        claim: Claim,
        budget: Budget,
        seeds: tuple[int, ...],
        device: str,
    ) -> Experiment:
        return set_up(claim, budget, seeds, device)

    for kind in kinds:
        experiment_of.register(kind, run)


_register(
    set_up_environments,
    ConditionalEnergy,
    ConditionalLikelihood,
    EnvironmentClassification,
    GeneralisedContrastive,
)
_register(set_up_pair_likelihood, PairLikelihood)
_register(set_up_permutation_contrast, PermutationContrast)
_register(set_up_reconstruction, Reconstruction)
_register(set_up_aligned, LatentCorrelation, PartialAlignment, SparseChange)


def set_up_projected(
    claim: Claim, budget: Budget, seeds: tuple[int, ...], device: str
) -> Experiment:
    """Build the experiment of a loss after a projector, around the one of the loss."""
    inner = set_up(claim.objective.before(claim), budget, seeds, device)  # type: ignore[attr-defined]
    return projected_around(claim, inner, budget, seeds, device)


_register(set_up_projected, Projected)


def set_up(claim: Claim, budget: Budget, seeds: tuple[int, ...], device: str) -> Experiment:
    """Build the experiment of a claim: everything is drawn from (claim, seed, budget) alone.

    Raises:
        UnsupportedCondition: the objective has no torch form, or the world no sampler; the line
            says which.
        InputError: a law of the world cannot be sampled exactly.
    """
    for combination in COMBINATIONS:
        if combination.applies(claim):
            return combination.set_up(claim, budget, seeds, device)
    return experiment_of(claim.objective, claim, budget, seeds, device)


def trained_by(claim: Claim) -> str:
    """Return the experiment of a claim's objective in words; whether it fits the world is not asked.

    Raises:
        UnsupportedCondition: none is known.
    """
    for combination in COMBINATIONS:
        if combination.applies(claim):
            return combination.name
    objective = claim.objective
    if registered(experiment_of, objective):
        name: str = experiment_of.dispatch(type(objective)).__name__
        return name.removeprefix("set_up_").replace("_", " ")
    if registered(score_of, objective):
        return "a score of pairs, labels or single views"
    raise _untrained(objective)
