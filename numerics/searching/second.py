"""The second method: Monte Carlo with the world's exact sampler."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from numerics.critic import torch_critic
from numerics.exact.base_map import base_map
from numerics.exact.pairwise import pairwise
from numerics.exact.problem import LatentMap
from numerics.exact.tabular import keeps_coordinates
from numerics.losses import Critic
from numerics.searching.families import Family
from numerics.worlds import WorldSampler
from theory import Claim, UnsupportedCondition
from theory.objectives import InfoNCE

BATCHES = 24
ROWS = 2048


def monte_carlo_difference(claim: Claim, member: Family, t: float) -> tuple[float, float]:
    """Return the loss of a family's map less the base map's, and its standard error.

    InfoNCE with 2048 negatives for each batch; anchors, partners and negatives are the same for
    both maps, so that most of the noise cancels. Raises `UnsupportedCondition` for other
    objectives, and for critics that learn.
    """
    objective = claim.objective
    if not isinstance(objective, InfoNCE) or objective.critic.parameters(claim.dim):
        raise UnsupportedCondition(f"no Monte Carlo loss for '{objective}'")
    base = _base(claim)
    critic = torch_critic(objective.critic, float(objective.temperature))
    sampler = WorldSampler(claim.world, torch.float64)
    generator = torch.Generator().manual_seed(1)
    differences = []
    for _ in range(BATCHES):
        z, partner = sampler.pairs(ROWS, generator)
        negatives = sampler.latents(ROWS, generator)
        losses = []
        for change in (lambda y: member.change(y, t), lambda y: y):
            h, other, drawn = (change(base(x)) for x in (z, partner, negatives))
            losses.append(_infonce(critic, h, other, drawn))
        differences.append(float(losses[0] - losses[1]))
    values = torch.tensor(differences, dtype=torch.float64)
    return float(values.mean()), float(values.std() / math.sqrt(BATCHES))


def _base(claim: Claim) -> LatentMap:
    """The map that the quadrature compares with; the identity where pairs keep coordinates."""
    if keeps_coordinates(claim.world):
        return lambda z: z
    return base_map(pairwise(claim, 8), claim)[0]


def _infonce(critic: Critic, h: Tensor, other: Tensor, drawn: Tensor) -> Tensor:
    scores = critic.scores(h[None], drawn[None])[0]
    own = torch.stack(
        [
            critic.scores(a[None], b[None])[0].diagonal()
            for a, b in zip(h.split(256), other.split(256), strict=True)
        ]
    ).flatten()
    spread = scores.logsumexp(1) - math.log(len(drawn))
    return (spread - own).mean()
