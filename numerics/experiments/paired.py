"""Objectives on pairs, labels or single views: InfoNCE, binary NCE, cross-entropy, likelihood."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.encoders.encoder import Encoder
from sith.numerics.encoders.log_det import value_and_log_det
from sith.numerics.experiments.parts import by_step, nats, pick_encoder, pick_mixing
from sith.numerics.experiments.protocol import EVALUATION_BATCH, Extras, Mix
from sith.numerics.experiments.score_of import Scoring, score_of
from sith.numerics.experiments.scores import GROUP
from sith.numerics.losses import flow_likelihood, value_and_jacobian
from sith.numerics.lowering.lower import lower, lower_map
from sith.numerics.training.budget import Budget
from sith.numerics.training.loop import seed_generators
from sith.numerics.worlds import WorldSampler, same_support
from sith.theory import (
    Claim,
    Classes,
    Condition,
    NegativeNorm,
    NoPairs,
    PartlyKeptSphere,
    Uniform,
    UnsupportedCondition,
    latents,
    optimum_condition,
)

SLOW_CRITIC_BATCH = 256
"""Critics without a bilinear form cost a B × B × m tensor per step."""


@dataclass(frozen=True, slots=True)
class PairedExperiment:
    """One claim, set up for training, batched over seeds.

    Fields:
        claim: what is tested.
        condition: its optimum condition; the base map attains the optimum.
        sampler: exact sampler of the claim's world.
        mixing: the mixing g of every seed, ``(S, N, d) -> (S, N, D)``.
        encoder: the untrained encoder.
        extras: learned parameters beside the encoder (metric, class embeddings).
        scoring: the loss of given embeddings, and what belongs to it.
        latents, partners: held-out latents ``(S, N, d)`` and their partners or labels.
        negatives: held-out independent latents ``(S, N, d)``, or () where positives serve.
        generators: one per seed, for the training batches.
        batch: rows per step.
        notes: what stands for the claim's letter.
    """

    claim: Claim
    condition: Condition
    sampler: WorldSampler
    mixing: Mix
    encoder: Encoder
    extras: Extras
    scoring: Scoring
    latents: Tensor
    partners: Tensor
    negatives: tuple[Tensor, ...]
    generators: tuple[torch.Generator, ...]
    batch: int
    notes: tuple[str, ...] = ()

    @property
    def log_prior(self) -> Callable[[Tensor], Tensor]:
        """log p(z) of the prior, its normalising constant left out."""
        z = latents(self.claim.dim)
        return lower(self.claim.world.prior.log_density(z), z)

    def draw(self, steps: int) -> tuple[Tensor, ...]:
        """Return the next batches: observations of anchors, and of partners or labels."""
        z, other = sample(self.sampler, self.scoring.grouped, steps * self.batch, self.generators)
        parts = [self.mixing(z)]
        parts.append(self.mixing(other) if other.dtype.is_floating_point else other)
        if self.scoring.fresh_negatives:
            fresh = [self.sampler.latents(steps * self.batch, g) for g in self.generators]
            parts.append(self.mixing(torch.stack(fresh)))
        return tuple(by_step(part, steps, self.batch) for part in parts)

    def loss(
        self, encode: Callable[[Tensor], Tensor], batch: tuple[Tensor, ...], extras: Extras
    ) -> Tensor:
        """Return the training loss of one batch, one value per seed."""
        x, other = batch[:2]
        if self.scoring.single_view:
            return flow_likelihood(*value_and_log_det(encode, x), self.log_prior)
        if other.dtype.is_floating_point:
            parts = encode(torch.cat(batch, dim=1)).split(x.shape[1], dim=1)
            return self.scoring.score(parts[0], parts[1], extras, parts[2:])
        return self.scoring.score(encode(x), other, extras, ())

    def represent(self, encoder: Encoder) -> Tensor:
        """Return the representations of the held-out latents, float64, ``(S, N, m)``."""
        precise = encoder.to(torch.float64)
        with torch.no_grad():
            return precise(self.mixing(self.latents).double())

    def base_latents(self) -> Tensor:
        """Return the held-out values of the base map: what representations are compared with."""
        return lower_map(self.condition.base, self.condition.z)(self.latents.double())

    def style(self) -> Tensor:
        """Return the latents that the base map leaves out, ``(S, N, n_s)``; none for most claims."""
        condition = self.condition
        left = [i for i, s in enumerate(condition.z) if s not in condition.base_coordinates]
        return self.latents[..., left].double()

    def loss_gap(self, encoder: Encoder, extras: Extras) -> tuple[Tensor, Tensor]:
        """Return, per seed, the held-out loss above the exact optimum's, and the loss's scale.

        The optimum's loss is that of the base map (with its parameters) on the same rows, so that
        sampling noise cancels. The scale is what the best constant map loses (InfoNCE: the mutual
        information; cross-entropy: log of the number of labels less the optimum; binary NCE: 2 log 2
        less the optimum), or one nat per
        output where a constant map has infinite loss.
        """
        z = self.latents[:, :EVALUATION_BATCH].double()
        other = self.partners[:, :EVALUATION_BATCH]
        precise = encoder.to(torch.float64)
        wide = {name: value.double() for name, value in extras.items()}
        x = self.mixing(z.float()).double()
        if self.scoring.single_view:
            trained = flow_likelihood(*value_and_log_det(precise, x), self.log_prior).detach()
            return trained - self._likelihood_optimum(z), nats(trained, z.shape[-1])
        with torch.no_grad():
            base = lower_map(self.condition.base, self.condition.z)
            h, best = precise(x), base(z)
            ideal = self._base_extras(z)
            if other.dtype.is_floating_point:
                other = other.double()
                drawn = [n[:, :EVALUATION_BATCH].double() for n in self.negatives]
                second = precise(self.mixing(other.float()).double())
                others = tuple(precise(self.mixing(n.float()).double()) for n in drawn)
                trained = self.scoring.score(h, second, wide, others)
                optimum = self.scoring.score(
                    best, base(other), ideal, tuple(base(n) for n in drawn)
                )
            else:
                trained = self.scoring.score(h, other, wide, ())
                optimum = self.scoring.score(best, other, ideal, ())
            return trained - optimum, self.scoring.scale(optimum, h.shape[-1])

    def _likelihood_optimum(self, z: Tensor) -> Tensor:
        """Return E[−log p(z) + log|det J_g(z)|], the loss of the true inverse."""
        mixing = self.mixing
        _, jacobian = value_and_jacobian(lambda v: mixing(v.float()).double(), z)
        volume: Tensor = torch.linalg.slogdet(jacobian).logabsdet
        excess = volume - self.log_prior(z)
        return excess.mean(-1).detach()

    def _base_extras(self, like: Tensor) -> Extras:
        values = {str(k): float(v) for k, v in self.condition.parameters.items()}
        return self.scoring.optimal(values, like)


def set_up_paired(
    claim: Claim, budget: Budget, seeds: tuple[int, ...], device: str
) -> PairedExperiment:
    """Build the experiment: everything is drawn from (claim, seed, budget) alone.

    Raises `UnsupportedCondition` for an objective or a critic that has no torch form, and
    `InputError` where the world cannot be sampled exactly.
    """
    condition = optimum_condition(claim.world, claim.objective, claim.encoder)
    scoring = score_of(claim.objective, claim, seed_generators(seeds, "extras", device))
    notes = [f"{GROUP} rows a group share what a pair keeps"] if scoring.grouped else []
    sampler = WorldSampler(claim.world)
    alone = scoring.single_view
    mixing = pick_mixing(claim, seeds, device, smooth=alone, spiral=True)
    measure = seed_generators(seeds, "held-out", device)
    held_out, partners = sample(sampler, scoring.grouped, budget.held_out, measure)
    calibration = mixing(
        sample(sampler, scoring.grouped, 1024, seed_generators(seeds, "calibration", device))[0]
    )
    return PairedExperiment(
        claim=claim,
        condition=condition,
        sampler=sampler,
        mixing=mixing,
        encoder=pick_encoder(claim, budget, seeds, calibration, coupling=alone),
        extras=scoring.extras,
        scoring=scoring,
        latents=held_out,
        partners=partners,
        negatives=_negatives(scoring, sampler, budget.held_out, measure),
        generators=seed_generators(seeds, "batches", device),
        batch=_batch(claim, budget),
        notes=tuple(notes),
    )


def _negatives(
    scoring: Scoring, sampler: WorldSampler, count: int, generators: tuple[torch.Generator, ...]
) -> tuple[Tensor, ...]:
    if not scoring.fresh_negatives:
        return ()
    return (torch.stack([sampler.latents(count, g) for g in generators]),)


def sample(
    sampler: WorldSampler, grouped: bool, count: int, generators: tuple[torch.Generator, ...]
) -> tuple[Tensor, Tensor]:
    """Draw latents ``(S, count, d)`` and their partners ``(S, count, d)`` or labels ``(S, count)``.

    If `grouped`, `GROUP` rows after each other share the support of their pairs.
    """
    pairs = sampler.world.pairs
    if grouped and isinstance(pairs, PartlyKeptSphere):
        drawn = [shared_support(sampler, pairs, count, g) for g in generators]
    elif isinstance(pairs, Classes):
        drawn = [sampler.labelled(count, g) for g in generators]
    elif isinstance(pairs, NoPairs):
        drawn = [(z, z) for z in (sampler.latents(count, g) for g in generators)]
    else:
        drawn = [sampler.pairs(count, g) for g in generators]
    return torch.stack([a for a, _ in drawn]), torch.stack([b for _, b in drawn])


def shared_support(
    sampler: WorldSampler, pairs: PartlyKeptSphere, count: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Draw pairs ``(count, d)``, `GROUP` rows after each other with the same kept coordinates.

    Raises:
        UnsupportedCondition: the prior is not uniform, or count is not a multiple of `GROUP`.
    """
    if not isinstance(sampler.world.prior, Uniform) or count % GROUP:
        raise UnsupportedCondition(
            f"no sampler of {count} rows that share a support under a {sampler.world.prior} prior",
            allowed=f"the uniform prior, and multiples of {GROUP} rows",
        )
    first = sampler.latents(count // GROUP, generator).repeat_interleave(GROUP, 0)
    z = same_support(pairs, first, generator)
    return z, sampler.partners(z, generator)


def _batch(claim: Claim, budget: Budget) -> int:
    """Return the batch size: smaller where a critic does not reduce to a matrix product."""
    critic = getattr(claim.objective, "critic", None)
    slow = isinstance(critic, NegativeNorm) and critic.p != 2
    return min(budget.batch, SLOW_CRITIC_BATCH) if slow else budget.batch
