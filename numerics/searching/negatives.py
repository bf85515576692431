"""Figures for a point where a claim of M negatives stands: the loss enumerated in a finite world."""

from __future__ import annotations

import math

from sith.numerics.exact.enumeration import optimal_scores
from sith.numerics.exact.tabular import base_of
from sith.numerics.lowering.critic import torch_critic
from sith.theory import Claim, SithError
from sith.theory.objectives import InfoNCE

NODES = 5
"""Nodes a coordinate: every multiset of negatives is enumerated."""
MOST_POINTS = 8
MOST_TERMS = 20_000
DEVIATION = 1e-6


def enumerated_deviation(claim: Claim) -> tuple[float, ...]:
    """Return how far the critic of the base map is from the best one with M negatives, () if unknown.

    The best scores of a free critic in a small finite world are found by Newton steps on the
    enumerated loss; both are compared up to a function of the anchor. Only for InfoNCE with a
    finite number of negatives, a critic without learned parameters, and few points.
    """
    objective = claim.objective
    if not isinstance(objective, InfoNCE) or not objective.negatives:
        return ()
    if objective.critic.parameters(claim.encoder.output.dim):
        return ()
    try:
        world, base = base_of(claim, NODES)
    except SithError:
        return ()
    bags = math.comb(world.size + objective.negatives - 1, objective.negatives)
    if world.size > MOST_POINTS or world.size**2 * bags > MOST_TERMS:
        return ()
    h = base(world.nodes)
    critic = torch_critic(objective.critic, float(objective.temperature))
    difference = critic.scores(h[None], h[None])[0] - optimal_scores(
        world.joint, objective.negatives
    )
    centred = difference - difference.mean(1, keepdim=True)
    return (float(centred.abs().max()),)
