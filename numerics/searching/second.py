"""The second method: Monte Carlo with the world's exact sampler."""

from __future__ import annotations

import math

import torch

from sith.numerics.exact.own import paired_stand_in
from sith.numerics.exact.tabular import base_of
from sith.numerics.lowering.own_critic import own_critic
from sith.numerics.lowering.own_loss import own_loss
from sith.numerics.searching.batches import ANCHORS, NEGATIVES, batch_of
from sith.numerics.searching.family import Family
from sith.numerics.worlds import WorldSampler
from sith.theory import Claim, UnsupportedCondition
from sith.theory.objectives import kind_of

LEAST_BATCHES, MOST_BATCHES = 24, 384
SIGMAS = 3
"""Sampling goes on until so many standard errors are within the effect, or it is given up."""


def monte_carlo_difference(
    claim: Claim, member: Family, t: float, effect: float
) -> tuple[float, float]:
    """Return the loss of a family's map less the base map's, and its standard error.

    InfoNCE with 2048 negatives for each batch, or the losses of `batches`; anchors, partners and
    negatives are the same for both maps, so that part of the noise cancels. Batches are added until the error bar is within
    `effect`, up to 384 of them. Raises `UnsupportedCondition` for other objectives, and for critics
    that learn.
    """
    if kind_of(claim.objective):
        return _own_difference(claim, member, t, effect)
    _, base = base_of(claim, 8)
    batch = batch_of(claim, (lambda y: member.change(y, t), lambda y: y), base)
    generator = torch.Generator().manual_seed(1)
    differences: list[float] = []
    spread = math.inf
    while len(differences) < MOST_BATCHES:
        moved, still = batch(generator)
        differences.append(float(moved - still))
        if len(differences) >= LEAST_BATCHES:
            values = torch.tensor(differences, dtype=torch.float64)
            spread = float(values.std() / math.sqrt(len(differences)))
            if SIGMAS * spread <= effect:
                break
    return sum(differences) / len(differences), spread


def _own_difference(claim: Claim, member: Family, t: float, effect: float) -> tuple[float, float]:
    """The same for an integrand of the user's own, its independent points drawn by the sampler."""
    outputs = claim.encoder.output.dim
    integrand = own_loss(claim.objective, outputs, tables=True)
    critic = own_critic(claim.objective, outputs)
    if critic.learned:
        raise UnsupportedCondition(f"no Monte Carlo loss for '{claim.objective}', which learns")
    _, base = base_of(paired_stand_in(claim), 8)
    sampler = WorldSampler(claim.world, torch.float64)
    generator = torch.Generator().manual_seed(1)
    theta = torch.zeros(1, 0, dtype=torch.float64)
    differences: list[float] = []
    spread = math.inf
    while len(differences) < MOST_BATCHES:
        z, partner = sampler.pairs(ANCHORS, generator)
        drawn = sampler.latents(NEGATIVES, generator)
        losses = []
        for change in (lambda y: member.change(y, t), lambda y: y):
            h, other, free = (change(base(x))[None] for x in (z, partner, drawn))
            scores = critic.scores(h, free, theta)
            losses.append(integrand.of_samples(critic.paired(h, other, theta), scores))
        differences.append(float(losses[0] - losses[1]))
        if len(differences) >= LEAST_BATCHES:
            spread = float(
                torch.tensor(differences, dtype=torch.float64).std() / math.sqrt(len(differences))
            )
            if SIGMAS * spread <= effect:
                break
    return sum(differences) / len(differences), spread
