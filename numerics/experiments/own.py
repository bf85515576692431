"""Objectives of the user's own: the integrand on samples, with the critic's learned parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.encoders.encoder import Encoder
from sith.numerics.exact.tabular import minimise_rows
from sith.numerics.experiments.paired import sample
from sith.numerics.experiments.parts import by_step, pick_encoder, pick_mixing
from sith.numerics.experiments.protocol import EVALUATION_BATCH, Extras, Mix
from sith.numerics.lowering.lower import lower_map
from sith.numerics.lowering.own_critic import OwnCritic, own_critic
from sith.numerics.lowering.own_loss import OwnLoss, own_loss
from sith.numerics.training.budget import Budget
from sith.numerics.training.loop import seed_generators
from sith.numerics.worlds import WorldSampler
from sith.theory import Claim, Condition, VonMisesFisher, optimum_condition

DRAWN = 8
"""Independent points for each anchor of a loss of single scores or of few slots."""
SLOW_BATCH = 256
"""Rows a step where scores of all pairs of a batch are a tensor of B × B × 2m numbers."""


@dataclass(frozen=True, slots=True)
class OwnExperiment:
    """A claim with an integrand of the user's own, batched over seeds.

    Fields:
        claim, condition, sampler, mixing, encoder, latents, partners, negatives, generators, batch,
            notes: as in `PairedExperiment`.
        extras: the critic's learned parameters, ``(S, q)``, if it has any.
        integrand, critic: the user's own, lowered.
    """

    claim: Claim
    condition: Condition
    sampler: WorldSampler
    mixing: Mix
    encoder: Encoder
    extras: Extras
    integrand: OwnLoss
    critic: OwnCritic
    latents: Tensor
    partners: Tensor
    negatives: tuple[Tensor, ...]
    generators: tuple[torch.Generator, ...]
    batch: int
    notes: tuple[str, ...] = ()

    def draw(self, steps: int) -> tuple[Tensor, ...]:
        """Return the next batches: observations of anchors, partners and independent points."""
        rows = steps * self.batch
        parts = [self.mixing(x) for x in sample(self.sampler, self.claim, rows, self.generators)]
        if self.negatives:
            fresh = [self.sampler.latents(rows, g) for g in self.generators]
            parts.append(self.mixing(torch.stack(fresh)))
        return tuple(by_step(part, steps, self.batch) for part in parts)

    def loss(
        self, encode: Callable[[Tensor], Tensor], batch: tuple[Tensor, ...], extras: Extras
    ) -> Tensor:
        """Return the training loss of one batch, one value per seed."""
        parts = encode(torch.cat(batch, dim=1)).split(batch[0].shape[1], dim=1)
        return self.score(parts, extras)

    def score(self, parts: tuple[Tensor, ...], extras: Extras) -> Tensor:
        """Return the loss of embeddings of anchors, partners and independent points, ``(S,)``.

        Partners of other anchors are independent points where no others are given.
        """
        h, partners = parts[:2]
        others = parts[2] if len(parts) > 2 else partners
        theta = extras.get("critic", h.new_zeros(h.shape[0], 0))
        true = self.critic.paired(h, partners, theta)
        if self.integrand.slots == 1:
            scores = self.critic.scores(h, others, theta)
            own = torch.eye(h.shape[1], dtype=torch.bool, device=h.device)
            return self.integrand.of_samples(true, scores.masked_fill(own, -torch.inf))
        count = max(DRAWN, self.integrand.slots - 1)
        rolled = [self.critic.paired(h, others.roll(-k, 1), theta) for k in range(1, count + 1)]
        return self.integrand.of_samples(true, torch.stack(rolled, -1))

    def represent(self, encoder: Encoder) -> Tensor:
        """Return the representations of the held-out latents, float64, ``(S, N, m)``."""
        precise = encoder.to(torch.float64)
        with torch.no_grad():
            return precise(self.mixing(self.latents).double())

    def base_latents(self) -> Tensor:
        """Return the held-out values of the base map."""
        return lower_map(self.condition.base, self.condition.z)(self.latents.double())

    def style(self) -> Tensor:
        """No latent is left out."""
        return self.latents[..., :0].double()

    def loss_gap(self, encoder: Encoder, extras: Extras) -> tuple[Tensor, Tensor]:
        """Return, per seed, the held-out loss above the base map's, and what a constant loses.

        The base map takes the learned parameters that are best on the same rows.
        """
        precise = encoder.to(torch.float64)
        base = lower_map(self.condition.base, self.condition.z)
        held = [self.latents, self.partners, *self.negatives]
        rows = [x[:, :EVALUATION_BATCH].double() for x in held]
        wide = {name: value.double() for name, value in extras.items()}
        with torch.no_grad():
            trained = tuple(precise(self.mixing(x.float()).double()) for x in rows)
            ideal = tuple(base(x) for x in rows)
            found = self.score(trained, wide)
        optimum = self._at_best(ideal)
        return found - optimum, self.integrand.at_constant() - optimum

    def _at_best(self, parts: tuple[Tensor, ...]) -> Tensor:
        """The loss of embeddings at the learned parameters that are best for them."""
        start = parts[0].new_zeros(parts[0].shape[0], self.critic.learned)
        if not self.critic.learned:
            return self.score(parts, {}).detach()
        values = []
        for k in range(len(start)):
            own = tuple(x[k : k + 1] for x in parts)

            def loss(theta: Tensor, own: tuple[Tensor, ...] = own) -> Tensor:
                return torch.cat([self.score(own, {"critic": row[None]}) for row in theta])

            values.append(minimise_rows(loss, start[k : k + 1], iterations=60).losses)
        return torch.cat(values).detach()


def set_up_own(claim: Claim, budget: Budget, seeds: tuple[int, ...], device: str) -> OwnExperiment:
    """Build the experiment: everything is drawn from (claim, seed, budget) alone.

    Raises `UnsupportedCondition` for an integrand whose minimum is not known or that has no torch
    form, and `InputError` where the world cannot be sampled exactly.
    """
    outputs = claim.encoder.output.dim
    condition = optimum_condition(claim.world, claim.objective, claim.encoder)
    integrand, critic = own_loss(claim.objective, outputs), own_critic(claim.objective, outputs)
    sampler = WorldSampler(claim.world)
    mixing = pick_mixing(claim, seeds, device, spiral=True)
    measure = seed_generators(seeds, "held-out", device)
    held_out, partners = sample(sampler, claim, budget.held_out, measure)
    negatives: tuple[Tensor, ...] = ()
    if not isinstance(claim.world.pairs, VonMisesFisher):
        # Partners follow the prior in a von Mises–Fisher world only.
        negatives = (torch.stack([sampler.latents(budget.held_out, g) for g in measure]),)
    calibration = mixing(
        sample(sampler, claim, 1024, seed_generators(seeds, "calibration", device))[0]
    )
    learned = torch.zeros(len(seeds), critic.learned, device=device)
    slow = integrand.slots == 1 and not (critic.plain and critic.plain[0].bilinear)
    return OwnExperiment(
        claim=claim,
        condition=condition,
        sampler=sampler,
        mixing=mixing,
        encoder=pick_encoder(claim, budget, seeds, calibration),
        extras={"critic": learned} if critic.learned else {},
        integrand=integrand,
        critic=critic,
        latents=held_out,
        partners=partners,
        negatives=negatives,
        generators=seed_generators(seeds, "batches", device),
        batch=min(budget.batch, SLOW_BATCH) if slow else budget.batch,
    )
