"""The losses of objectives on pairs, with their learned parameters and their optimum's."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from sith.numerics.experiments.protocol import Extras
from sith.numerics.losses import Critic, DiagonalMetric, alignment_entropy, cross_entropy, infonce
from sith.numerics.lowering.critic import torch_critic
from sith.theory import (
    AlignmentMaxEntropy,
    BinaryNCE,
    Claim,
    Classes,
    CrossEntropy,
    Independence,
    InfoNCE,
    LearnedDiagonal,
    Likelihood,
    PartlyKeptSphere,
    UnsupportedCondition,
    VonMisesFisher,
)

Score = Callable[[Tensor, Tensor, Extras, tuple[Tensor, ...]], Tensor]
"""Loss of given embeddings, ``(h, h̃ or labels, extras, negatives) -> (S,)``."""

_OFFSET_NODES = 4001

GROUP = 16
"""Rows that share the support of their pairs: 15 negatives for each."""


def row_extras(objective: CrossEntropy, rows: Tensor) -> Extras:
    """Split scaled rows u = βw into what the loss takes."""
    if objective.learned_beta:
        beta = rows.norm(dim=-1).mean(-1)
        return {"rows": rows / beta[:, None, None], "log_beta": beta.log().unsqueeze(-1)}
    return {"rows": rows / float(objective.inverse_temperature)}


def pick_score(claim: Claim, generators: tuple[torch.Generator, ...]) -> tuple[Extras, Score]:
    """Return the learned parameters at their start, and the loss.

    Raises:
        UnsupportedCondition: the objective or its critic has no torch form.
    """
    objective, outputs = claim.objective, claim.encoder.output.dim
    seeds, device = len(generators), generators[0].device
    if isinstance(objective, BinaryNCE):
        return _binary(objective, seeds, device)
    if isinstance(objective, InfoNCE):
        tau = float(objective.temperature)
        if isinstance(objective.critic, LearnedDiagonal):
            start = {"log_weights": torch.zeros(seeds, outputs, device=device)}
            return start, lambda h, t, e, n: _contrast(h, t, DiagonalMetric(e["log_weights"]), n)
        critic = torch_critic(objective.critic, tau)
        if within_support(claim):
            return {}, lambda h, t, _e, _n: contrast_in_groups(h, t, critic)
        count = objective.negatives
        if count:
            return {}, lambda h, t, _, n: few_negatives(h, t, n[0] if n else t, critic, count)
        return {}, lambda h, t, _, n: _contrast(h, t, critic, n)
    if isinstance(objective, CrossEntropy):
        return _classifier(claim, objective, outputs, generators)
    if isinstance(objective, AlignmentMaxEntropy):
        return {}, lambda h, t, _e, _n: alignment_entropy(h, t)
    if single_view(claim):
        return {}, lambda h, _t, _e, _n: torch.zeros(h.shape[0], device=h.device)
    raise UnsupportedCondition(f"no torch loss for the objective '{objective}'")


def few_negatives(h: Tensor, t: Tensor, other: Tensor, critic: Critic, count: int) -> Tensor:
    """InfoNCE with M negatives for each anchor, less log(M + 1), per seed.

    The negatives of row i are rows i + 1, …, i + M of `other`, independent of row i: a batch serves
    for all M slots without further draws.

    Arguments:
        h, t: anchors and positives, ``(S, B, m)``.
        other: rows of the negatives' law, ``(S, B, m)``; the positives where they follow it.
        critic: the score.
        count: M, 1 ≤ M < B.
    """
    slots = [critic.paired(h, t)]
    slots += [critic.paired(h, other.roll(-j, 1)) for j in range(1, count + 1)]
    scores = torch.stack(slots, -1)
    loss: Tensor = (scores.logsumexp(-1) - scores[..., 0]).mean(-1) - math.log(count + 1)
    return loss


def contrast_in_groups(h: Tensor, t: Tensor, critic: Critic) -> Tensor:
    """InfoNCE within groups of `GROUP` rows, less the log of their number, per seed.

    The rows of a group share their support, so that the partners of the others are negatives from
    the support of each.

    Arguments:
        h, t: anchors and positives, ``(S, G·GROUP, m)``, groups one after the other.
        critic: the score.
    """
    groups = h.shape[1] // GROUP
    one, two = (v.reshape(h.shape[0] * groups, GROUP, h.shape[-1]) for v in (h, t))
    return infonce(one, two, critic, convention="mean").reshape(h.shape[0], groups).mean(1)


def within_support(claim: Claim) -> bool:
    """Whether negatives come from the support of the pair, which is not the whole space."""
    objective = claim.objective
    return (
        isinstance(objective, InfoNCE)
        and objective.within_support
        and isinstance(claim.world.pairs, PartlyKeptSphere)
    )


def _binary(objective: BinaryNCE, seeds: int, device: torch.device) -> tuple[Extras, Score]:
    critic = torch_critic(objective.critic, float(objective.temperature))

    def score(h: Tensor, t: Tensor, e: Extras, n: tuple[Tensor, ...]) -> Tensor:
        offset = e.get("offset", torch.zeros((), dtype=h.dtype, device=h.device))
        true = critic.paired(h, t) + offset
        fake = critic.paired(h, (n[0] if n else t).roll(-1, 1)) + offset
        return F.softplus(-true).mean(-1) + F.softplus(fake).mean(-1)

    return ({"offset": torch.zeros(seeds, 1, device=device)} if objective.offset else {}), score


def optimal_offset(claim: Claim) -> float:
    """Return b with E exp(κ z·z̃ + b) = 1 over independent pairs on the sphere, by quadrature.

    Raises:
        UnsupportedCondition: the pairs are not von Mises–Fisher.
    """
    pairs, dim = claim.world.pairs, claim.dim
    if not isinstance(pairs, VonMisesFisher):
        raise UnsupportedCondition(f"the offset of binary NCE for pairs '{pairs}' is not known")
    angle = (torch.arange(_OFFSET_NODES, dtype=torch.float64) + 0.5) * math.pi / _OFFSET_NODES
    law = (dim - 2) * angle.sin().log()
    kappa = float(pairs.concentration)
    return float(law.logsumexp(0) - (law + kappa * angle.cos()).logsumexp(0))


def label_count(claim: Claim) -> int:
    """Return the number of latent classes, 0 where there are none."""
    pairs = claim.world.pairs
    return len(pairs.vectors) if isinstance(pairs, Classes) else 0


def single_view(claim: Claim) -> bool:
    """Whether the objective sees single observations."""
    return isinstance(claim.objective, Likelihood | Independence)


def _contrast(h: Tensor, t: Tensor, critic: Critic, negatives: tuple[Tensor, ...]) -> Tensor:
    if negatives:
        return infonce(h, t, critic, negatives=negatives[0], convention="mean")
    return infonce(h, t, critic, convention="mean")


def own_negatives(claim: Claim) -> bool:
    """Whether negatives must be drawn apart: positives follow the prior in a vMF world only.

    Negatives from the support of a pair are the partners of anchors with the same support.
    """
    if within_support(claim):
        return False
    return isinstance(claim.objective, InfoNCE | BinaryNCE) and not isinstance(
        claim.world.pairs, VonMisesFisher
    )


def _classifier(
    claim: Claim,
    objective: CrossEntropy,
    outputs: int,
    generators: tuple[torch.Generator, ...],
) -> tuple[Extras, Score]:
    count = label_count(claim)
    device = generators[0].device
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

    return extras, score
