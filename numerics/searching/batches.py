"""Monte Carlo losses of single batches: InfoNCE, the same within the support of the pair, binary NCE."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from sith.numerics.exact.tabular import minimise_rows
from sith.numerics.losses import Critic
from sith.numerics.lowering.critic import torch_critic
from sith.numerics.lowering.lower import lower_map
from sith.numerics.searching.setting import setting_of
from sith.numerics.worlds import WorldSampler
from sith.theory import Claim, UnsupportedCondition, latents
from sith.theory.assumptions import PartlyKeptSphere
from sith.theory.objectives import BinaryNCE, InfoNCE

PAIRS, ANCHORS, NEGATIVES = 2**15, 2**10, 2**11
"""Of a batch: pairs for the positive term; anchors and negatives for the log-partition."""
RINGS, ANGLES = 2**12, 64
"""Anchors of a batch, and points on the circle of each: equally spaced from a random one on."""

Encode = Callable[[Tensor], Tensor]
Batch = Callable[[torch.Generator], list[Tensor]]
"""From a generator to the loss of each map on one batch, the same points for all of them."""


def batch_of(claim: Claim, maps: Sequence[Encode], base: Encode) -> Batch:
    """Return the batch losses of y ↦ map(y) after the base map; raises `UnsupportedCondition`."""
    objective = claim.objective
    learns = getattr(getattr(objective, "critic", None), "parameters", lambda _: 1)(claim.dim)
    if learns or not isinstance(objective, InfoNCE | BinaryNCE):
        raise UnsupportedCondition(f"no Monte Carlo loss for '{objective}'")
    critic = torch_critic(objective.critic, float(objective.temperature))
    sampler = WorldSampler(claim.world, torch.float64)
    encoders = [_after(change, base) for change in maps]
    if isinstance(objective, BinaryNCE):
        return _Binary(critic, sampler, encoders, _offsets(claim, maps))
    if objective.within_support:
        return _within(claim, critic, sampler, encoders)
    return _Softmax(critic, sampler, encoders)


def _after(change: Encode, base: Encode) -> Encode:
    return lambda z: change(base(z))


@dataclass(frozen=True, slots=True)
class _Softmax:
    critic: Critic
    sampler: WorldSampler
    encoders: Sequence[Encode]

    def __call__(self, generator: torch.Generator) -> list[Tensor]:
        z, partner = self.sampler.pairs(PAIRS, generator)
        negatives = self.sampler.latents(NEGATIVES, generator)
        losses = []
        for encode in self.encoders:
            h, other, drawn = (encode(x) for x in (z, partner, negatives))
            own = self.critic.scores(h[:, None], other[:, None])[:, 0, 0]
            scores = self.critic.scores(h[None, :ANCHORS], drawn[None])[0]
            losses.append((scores.logsumexp(1) - math.log(len(drawn))).mean() - own.mean())
        return losses


@dataclass(frozen=True, slots=True)
class _Binary:
    critic: Critic
    sampler: WorldSampler
    encoders: Sequence[Encode]
    offsets: Sequence[float]

    def __call__(self, generator: torch.Generator) -> list[Tensor]:
        z, partner = self.sampler.pairs(PAIRS, generator)
        negatives = self.sampler.latents(NEGATIVES, generator)
        losses = []
        for encode, b in zip(self.encoders, self.offsets, strict=True):
            h, other, drawn = (encode(x) for x in (z, partner, negatives))
            own = self.critic.scores(h[:, None], other[:, None])[:, 0, 0] + b
            scores = self.critic.scores(h[None, :ANCHORS], drawn[None])[0] + b
            losses.append(F.softplus(-own).mean() + F.softplus(scores).mean())
        return losses


@dataclass(frozen=True, slots=True)
class _Circle:
    """InfoNCE with negatives of the prior on the circle of a pair, which keeps all but `plane`.

    Anchors are drawn; partners and negatives are summed over the angles of their circle.
    """

    critic: Critic
    sampler: WorldSampler
    encoders: Sequence[Encode]
    plane: tuple[int, int]
    concentration: float
    log_prior: Encode

    def __call__(self, generator: torch.Generator) -> list[Tensor]:
        z = self.sampler.latents(RINGS, generator)
        i, j = self.plane
        first = 2 * math.pi * torch.rand(RINGS, 1, generator=generator, dtype=z.dtype)
        angle = first + 2 * math.pi * torch.arange(ANGLES, dtype=z.dtype) / ANGLES
        ring = z[:, None].repeat(1, ANGLES, 1)
        radius = (z[:, i].square() + z[:, j].square()).sqrt()[:, None]
        ring[..., i], ring[..., j] = radius * angle.cos(), radius * angle.sin()
        flat = ring.reshape(-1, z.shape[1])
        law = self.log_prior(flat)[:, 0].reshape(RINGS, ANGLES).log_softmax(1)
        partner = (self.concentration * (ring * z[:, None]).sum(-1)).softmax(1)
        losses = []
        for encode in self.encoders:
            drawn = encode(flat).reshape(RINGS, ANGLES, -1)
            scores = self.critic.scores(encode(z)[:, None], drawn)[:, 0]
            losses.append(((scores + law).logsumexp(1) - (partner * scores).sum(1)).mean())
        return losses


def _within(
    claim: Claim, critic: Critic, sampler: WorldSampler, encoders: Sequence[Encode]
) -> Batch:
    pairs, z = claim.world.pairs, latents(claim.dim)
    if not isinstance(pairs, PartlyKeptSphere) or claim.dim - len(pairs.kept) != 2:
        raise UnsupportedCondition(f"no Monte Carlo negatives within the support of '{pairs}'")
    i, j = (k for k in range(claim.dim) if k not in pairs.kept)
    density = lower_map((claim.world.prior.log_density(z),), z)
    return _Circle(critic, sampler, encoders, (i, j), float(pairs.concentration), density)


def _offsets(claim: Claim, maps: Sequence[Encode]) -> list[float]:
    """The best offset of each map on the nodes; at another the sampled loss is only larger."""
    setting = setting_of(claim)
    problem = setting.problem
    if not problem.loss.learned(claim.dim):
        return [0.0] * len(maps)
    found = []
    for change in maps:
        table = change(problem.base)[None]
        start = table.new_zeros(1, 1)
        best = minimise_rows(lambda b, t=table: problem.losses(t, b), start).points  # type: ignore[misc]
        found.append(float(best[0, 0]))
    return found
