"""What training asks of an objective on pairs, labels or single views: one function an objective."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import singledispatch

import torch
import torch.nn.functional as F
from torch import Tensor

from sith.numerics.experiments.parts import nats
from sith.numerics.experiments.protocol import Extras
from sith.numerics.experiments.scores import (
    Score,
    contrast,
    contrast_in_groups,
    few_negatives,
    label_count,
    optimal_offset,
    row_extras,
)
from sith.numerics.losses import DiagonalMetric, alignment_entropy, cross_entropy
from sith.numerics.lowering.critic import torch_critic
from sith.theory import (
    AlignmentMaxEntropy,
    BinaryNCE,
    Claim,
    CrossEntropy,
    Independence,
    InfoNCE,
    LearnedDiagonal,
    Likelihood,
    PartlyKeptSphere,
    UnsupportedCondition,
    VonMisesFisher,
)
from sith.theory.dispatch import register_call

Learned = Callable[[Mapping[str, float], Tensor], Extras]
"""From values of the condition's parameters, and a tensor of the run, to the optimum's extras."""


def _nothing(values: Mapping[str, float], like: Tensor) -> Extras:  # noqa: ARG001
    return {}


@dataclass(frozen=True, slots=True)
class Scoring:
    """The loss of an objective, with what belongs to it.

    Fields:
        score: loss of given embeddings, ``(h, h̃ or labels, extras, negatives) -> (S,)``; without
            negatives the batch's other positives are used.
        extras: learned parameters beside the encoder, at their start.
        optimal: the same at the optimum's base map.
        scale: what the best constant map loses above the optimum's loss ``(S,)`` with a number of
            outputs; by default one nat an output.
        single_view: whether the loss is the likelihood of single observations, and no score.
        fresh_negatives: whether negatives are drawn apart from the batch.
        grouped: whether the rows of a group share the support of their pairs.
    """

    score: Score
    extras: Extras = field(default_factory=dict)
    optimal: Learned = _nothing
    scale: Callable[[Tensor, int], Tensor] = nats
    single_view: bool = False
    fresh_negatives: bool = False
    grouped: bool = False


@singledispatch
def score_of(objective: object, claim: Claim, generators: tuple[torch.Generator, ...]) -> Scoring:  # noqa: ARG001
    """Return the loss of an objective on the pairs, labels or single views of a claim.

    Arguments:
        objective: of the claim.
        claim: the world, and the number of outputs.
        generators: one a seed, for learned parameters at their start.

    Raises:
        UnsupportedCondition: nothing is registered for the objective, or its critic has no torch
            form.
    """
    raise UnsupportedCondition(
        f"no torch loss for the objective '{objective}'",
        cure=register_call("sith.numerics.experiments.score_of", objective),
    )


@score_of.register
def _(objective: InfoNCE, claim: Claim, generators: tuple[torch.Generator, ...]) -> Scoring:
    scale = _below_zero
    # Positives follow the prior in a vMF world only.
    apart = not isinstance(claim.world.pairs, VonMisesFisher)
    tau = float(objective.temperature)
    if isinstance(objective.critic, LearnedDiagonal):
        size, device = claim.encoder.output.dim, generators[0].device
        return Scoring(
            lambda h, t, e, n: contrast(h, t, DiagonalMetric(e["log_weights"]), n),
            {"log_weights": torch.zeros(len(generators), size, device=device)},
            _weights,
            scale,
            fresh_negatives=apart and not within_support(claim),
            grouped=within_support(claim),
        )
    critic = torch_critic(objective.critic, tau)
    if within_support(claim):
        # The partners of anchors with the same support are negatives from the support of a pair.
        score: Score = lambda h, t, _e, _n: contrast_in_groups(h, t, critic)
        return Scoring(score, optimal=_weights, scale=scale, grouped=True)
    count = objective.negatives
    if count:
        score = lambda h, t, _, n: few_negatives(h, t, n[0] if n else t, critic, count)
    else:
        score = lambda h, t, _, n: contrast(h, t, critic, n)
    return Scoring(score, optimal=_weights, scale=scale, fresh_negatives=apart)


def within_support(claim: Claim) -> bool:
    """Whether negatives come from the support of the pair, which is not the whole space."""
    objective = claim.objective
    return (
        isinstance(objective, InfoNCE)
        and objective.within_support
        and isinstance(claim.world.pairs, PartlyKeptSphere)
    )


def _below_zero(optimum: Tensor, outputs: int) -> Tensor:  # noqa: ARG001
    """The mutual information: a constant map has loss 0."""
    return -optimum


def _weights(values: Mapping[str, float], like: Tensor) -> Extras:
    """The weights of a learned diagonal metric, L1, L2, …; nothing without them."""
    if not values:
        return {}
    weights = torch.tensor([values[f"L{i + 1}"] for i in range(len(values))], dtype=torch.float64)
    return {"log_weights": weights.log().to(like.device).expand(like.shape[0], -1)}


@score_of.register
def _(objective: BinaryNCE, claim: Claim, generators: tuple[torch.Generator, ...]) -> Scoring:
    critic = torch_critic(objective.critic, float(objective.temperature))

    def score(h: Tensor, t: Tensor, e: Extras, n: tuple[Tensor, ...]) -> Tensor:
        offset = e.get("offset", torch.zeros((), dtype=h.dtype, device=h.device))
        true = critic.paired(h, t) + offset
        fake = critic.paired(h, (n[0] if n else t).roll(-1, 1)) + offset
        return F.softplus(-true).mean(-1) + F.softplus(fake).mean(-1)

    def optimal(values: Mapping[str, float], like: Tensor) -> Extras:  # noqa: ARG001
        shape = (like.shape[0], 1)
        best = optimal_offset(claim)
        return {"offset": torch.full(shape, best, dtype=like.dtype, device=like.device)}

    def scale(optimum: Tensor, outputs: int) -> Tensor:  # noqa: ARG001
        return 2 * torch.log(torch.full_like(optimum, 2.0)) - optimum

    start = torch.zeros(len(generators), 1, device=generators[0].device)
    apart = not isinstance(claim.world.pairs, VonMisesFisher)
    extras = {"offset": start} if objective.offset else {}
    return Scoring(score, extras, optimal, scale, fresh_negatives=apart)


@score_of.register
def _(objective: CrossEntropy, claim: Claim, generators: tuple[torch.Generator, ...]) -> Scoring:
    count, outputs, device = label_count(claim), claim.encoder.output.dim, generators[0].device
    rows = torch.stack(
        [torch.randn(count, outputs, generator=g, device=device) for g in generators]
    )
    extras = {"rows": rows}
    if objective.learned_beta:
        extras["log_beta"] = torch.zeros(len(generators), 1, device=device)
    beta = float(objective.inverse_temperature)

    def score(h: Tensor, labels: Tensor, e: Extras, _n: tuple[Tensor, ...]) -> Tensor:
        w = e["rows"]
        if objective.unit_rows:
            w = torch.nn.functional.normalize(w, dim=-1)
        if objective.learned_beta:
            w = w * e["log_beta"].exp().unsqueeze(-1)
        return cross_entropy(h, labels, w, beta=beta)

    def optimal(values: Mapping[str, float], like: Tensor) -> Extras:
        found = [[values[f"u{i + 1}_{k + 1}"] for k in range(outputs)] for i in range(count)]
        table = torch.tensor(found, dtype=torch.float64, device=like.device)
        return row_extras(objective, table.expand(like.shape[0], -1, -1))

    def scale(optimum: Tensor, _outputs: int) -> Tensor:
        return torch.log(torch.tensor(float(count))) - optimum

    return Scoring(score, extras, optimal, scale)


@score_of.register
def _(
    objective: AlignmentMaxEntropy,  # noqa: ARG001
    claim: Claim,  # noqa: ARG001
    generators: tuple[torch.Generator, ...],  # noqa: ARG001
) -> Scoring:
    return Scoring(lambda h, t, _e, _n: alignment_entropy(h, t))


@score_of.register(Likelihood)
@score_of.register(Independence)
def _(
    objective: Likelihood | Independence,  # noqa: ARG001
    claim: Claim,  # noqa: ARG001
    generators: tuple[torch.Generator, ...],  # noqa: ARG001
) -> Scoring:
    return Scoring(lambda h, _t, _e, _n: torch.zeros(h.shape[0]), single_view=True)
