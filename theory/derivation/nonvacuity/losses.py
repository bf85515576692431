"""Rules on the loss and the encoder, which match the world."""

from __future__ import annotations

from sith.theory.assumptions import ExponentialNorm, PartlyKeptSphere, VonMisesFisher
from sith.theory.claim import Claim
from sith.theory.derivation.nonvacuity.rule import AnyRule, Rule
from sith.theory.objectives import (
    BinaryNCE,
    ConditionalEnergy,
    DynamicsModel,
    FreePredictor,
    InfoNCE,
    LearnedDiagonal,
    NegativeNorm,
    PairLikelihood,
    SpectralObjective,
)


def _temperature(claim: Claim) -> bool:
    pairs, objective = claim.world.pairs, claim.objective
    known = isinstance(pairs, VonMisesFisher | PartlyKeptSphere)
    if not known or not isinstance(objective, InfoNCE | BinaryNCE):
        return False
    return bool(pairs.concentration * objective.temperature == 1)  # type: ignore[union-attr]


def _norm(claim: Claim) -> bool:
    pairs, critic = claim.world.pairs, getattr(claim.objective, "critic", None)
    both = isinstance(pairs, ExponentialNorm) and isinstance(critic, NegativeNorm)
    return both and (pairs.p, pairs.alpha) == (critic.p, critic.alpha)  # type: ignore[union-attr]


def _transition(claim: Claim) -> bool:
    objective = claim.objective
    return isinstance(objective, PairLikelihood) and objective.transition in (
        None,
        claim.world.pairs,
    )


def _centred(claim: Claim) -> bool:
    objective = claim.objective
    return isinstance(objective, SpectralObjective) and not objective.constant_mode


def _model(claim: Claim) -> bool:
    critic = getattr(claim.objective, "critic", None)
    return isinstance(critic, DynamicsModel) and critic.learned


LOSSES: dict[str, AnyRule] = {
    "matched_temperature": Rule("κτ, multiplied", _temperature),
    "matched_norm": Rule("exponents p and α of critic and pairs", _norm),
    "matched_transition": Rule("the model's transition and the world's, compared", _transition),
    "zero_mean": Rule("the constant function is no mode of the objective", _centred),
    "centred_constraints": Rule("the constant function is no mode of the objective", _centred),
    "enough_outputs": Rule(
        "the number of outputs", lambda claim: claim.encoder.output.dim == claim.dim + 1
    ),
    "dynamics_model": Rule("the kind of the critic", _model),
    "free_predictor": Rule(
        "the kind of the critic",
        lambda claim: type(getattr(claim.objective, "critic", None)) is FreePredictor,
    ),
    "learned_metric": Rule(
        "the kind of the critic",
        lambda claim: isinstance(getattr(claim.objective, "critic", None), LearnedDiagonal),
    ),
    "learned_offset": Rule(
        "the objective's offset",
        lambda claim: isinstance(claim.objective, BinaryNCE) and claim.objective.offset,
    ),
    "augmented_features": Rule(
        "the features of the energy",
        lambda claim: isinstance(claim.objective, ConditionalEnergy) and claim.objective.augmented,
    ),
    "negatives_within_support": Rule(
        "the law of the negatives",
        lambda claim: isinstance(claim.objective, InfoNCE) and claim.objective.within_support,
    ),
}
"""Assumption ↦ rule, for assumptions on loss and encoder."""
