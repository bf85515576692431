"""Losses of embeddings of pairs, and learned parameters at the optimum."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from sith.numerics.experiments.protocol import Extras
from sith.numerics.losses import Critic, infonce
from sith.theory import (
    Claim,
    Classes,
    CrossEntropy,
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


def contrast(h: Tensor, t: Tensor, critic: Critic, negatives: tuple[Tensor, ...]) -> Tensor:
    """InfoNCE with negatives drawn apart, or from the batch, per seed."""
    if negatives:
        return infonce(h, t, critic, negatives=negatives[0], convention="mean")
    return infonce(h, t, critic, convention="mean")
