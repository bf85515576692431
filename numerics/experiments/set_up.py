"""Which experiment trains which objective."""

from __future__ import annotations

from sith.numerics.experiments.aligned import is_aligned, set_up_aligned
from sith.numerics.experiments.class_flow import is_class_flow, set_up_class_flow
from sith.numerics.experiments.dynamics import has_dynamics, set_up_dynamics
from sith.numerics.experiments.environments import AUXILIARY, set_up_environments
from sith.numerics.experiments.own import set_up_own
from sith.numerics.experiments.pair_likelihood import set_up_pair_likelihood
from sith.numerics.experiments.paired import set_up_paired
from sith.numerics.experiments.permutation_contrast import set_up_permutation_contrast
from sith.numerics.experiments.protocol import Experiment
from sith.numerics.experiments.reconstruction import set_up_reconstruction
from sith.numerics.experiments.spectral import set_up_spectral
from sith.numerics.training.budget import Budget
from sith.theory import (
    Claim,
    PairLikelihood,
    PermutationContrast,
    Reconstruction,
    SpectralObjective,
    StatedOptimum,
    Sum,
    UnsupportedCondition,
)
from sith.theory.objectives import kind_of


def set_up(claim: Claim, budget: Budget, seeds: tuple[int, ...], device: str) -> Experiment:
    """Build the experiment of a claim: everything is drawn from (claim, seed, budget) alone.

    Raises:
        UnsupportedCondition: the objective has no torch form, or the world no sampler; the line
            says which.
        InputError: a law of the world cannot be sampled exactly.
    """
    if isinstance(claim.objective, SpectralObjective):
        return set_up_spectral(claim, budget, seeds, device)
    if isinstance(claim.objective, AUXILIARY):
        return set_up_environments(claim, budget, seeds, device)
    if isinstance(claim.objective, PairLikelihood):
        return set_up_pair_likelihood(claim, budget, seeds, device)
    if isinstance(claim.objective, PermutationContrast):
        return set_up_permutation_contrast(claim, budget, seeds, device)
    if is_class_flow(claim):
        return set_up_class_flow(claim, budget, seeds, device)
    if isinstance(claim.objective, Reconstruction):
        return set_up_reconstruction(claim, budget, seeds, device)
    if is_aligned(claim):
        return set_up_aligned(claim, budget, seeds, device)
    if has_dynamics(claim):
        return set_up_dynamics(claim, budget, seeds, device)
    if isinstance(claim.objective, StatedOptimum | Sum):
        raise UnsupportedCondition(f"no training of the {claim.objective}")
    if kind_of(claim.objective):
        return set_up_own(claim, budget, seeds, device)
    return set_up_paired(claim, budget, seeds, device)
