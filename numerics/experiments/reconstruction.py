"""Reconstruction: an encoder and a decoder of the claim's class, trained together.

Polynomial decoders have learned coefficients. Additive ones are sums of networks, one for each block
of outputs. Compositional ones are additive with all but one block absent from every observed
coordinate: training penalises, for every coordinate, the product of what two blocks add to it, and
the measured decoder keeps the block that adds most and a constant, so that it is of the class
exactly. Which block a coordinate belongs to is learned; a wrong choice is a local minimum, so that every
seed has several starts, of which a short race keeps the one of lowest loss.
Source: Ahuja et al. (2023), Lachapelle et al. (2023), Brady et al. (2023), whose penalty is the same
product of Jacobians.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations

import torch
from torch import Tensor

from sith.numerics.encoders.encoder import Encoder
from sith.numerics.experiments.decoders import Decoder, decoder_of
from sith.numerics.experiments.environments import bent
from sith.numerics.experiments.parts import by_step, pick_encoder, pick_mixing
from sith.numerics.experiments.protocol import EVALUATION_BATCH, Extras, Mix
from sith.numerics.training.budget import Budget
from sith.numerics.training.loop import seed_generators, train
from sith.numerics.training.settings import TrainSettings
from sith.numerics.worlds import WorldSampler
from sith.theory import Claim, Reconstruction, UnsupportedCondition, optimum_condition

SEPARATION = 0.3
"""Weight of the product of the standard deviations that two blocks add to one coordinate."""

STARTS, RACE = 6, 250
"""Starts of each seed for compositional decoders, and the steps after which one is kept."""

STRIDE = 100_003
"""The start k of a seed draws what the seed + k · STRIDE would."""

LINEAR = 1e-4
"""Observations with less than this fraction of variance beyond d directions count as flat."""


@dataclass(frozen=True, slots=True)
class ReconstructionExperiment:
    """One claim of reconstruction, set up for training, batched over seeds.

    Fields:
        claim: what is tested.
        sampler: of the latents.
        mixing, encoder, extras: of every seed; the extras are the decoder's parameters.
        decoder: of the class, in parts that add up.
        mean, spread: of the observed coordinates, ``(S, 1, D)``.
        latents: held out, ``(S, N, d)``.
        generators: one per seed, for the training batches.
        batch: rows per step.
        notes: what stands for the claim's letter.
    """

    claim: Claim
    sampler: WorldSampler
    mixing: Mix
    encoder: Encoder
    extras: Extras
    decoder: Decoder
    mean: Tensor
    spread: Tensor
    latents: Tensor
    generators: tuple[torch.Generator, ...]
    batch: int
    notes: tuple[str, ...]

    def draw(self, steps: int) -> tuple[Tensor, ...]:
        """Return the next batches of observations."""
        z = torch.stack([self.sampler.latents(steps * self.batch, g) for g in self.generators])
        return (by_step(self.mixing(z), steps, self.batch),)

    def loss(
        self, encode: Callable[[Tensor], Tensor], batch: tuple[Tensor, ...], extras: Extras
    ) -> Tensor:
        """Return the squared error of the standardised observations, and the blocks' overlap."""
        (x,) = batch
        parts = self.decoder.decode(encode(x), extras)
        error = (self._standardised(x) - parts.sum(1)).square().sum(-1).mean(-1)
        if not self.separate:
            return error
        size = (parts.var(2, correction=0) + 1e-8).sqrt()
        both = [size[:, i] * size[:, j] for i, j in combinations(range(size.shape[1]), 2)]
        return error + SEPARATION * torch.stack(both).sum((0, 2))

    def represent(self, encoder: Encoder) -> Tensor:
        """Return the representations of the held-out latents, float64, ``(S, N, d)``."""
        with torch.no_grad():
            h = encoder.to(torch.float64)(self.mixing(self.latents).double())
        return bent(h) if self.decoder.bends else h

    def base_latents(self) -> Tensor:
        """Return the held-out latents themselves."""
        return self.latents.double()

    def style(self) -> Tensor:
        """Return no latents."""
        return self.latents[..., :0].double()

    def loss_gap(self, encoder: Encoder, extras: Extras) -> tuple[Tensor, Tensor]:
        """Return, per seed, the error of a decoder of the class, and the best affine one's.

        The optimum is 0. An affine decoder with as many outputs leaves the smallest principal
        variances; where these are nearly nothing the scale is the whole variance.
        """
        x = self.mixing(self.latents[:, :EVALUATION_BATCH].double())
        target = self._standardised(x)
        wide = {name: value.double() for name, value in extras.items()}
        with torch.no_grad():
            parts = self.decoder.decode(encoder.to(torch.float64)(x), wide)
        if self.separate:
            mean = parts.mean(2, keepdim=True)
            largest = parts.var(2).argmax(1, keepdim=True)
            kept = torch.zeros_like(mean[:, :, 0]).scatter_(1, largest, 1.0).unsqueeze(2)
            parts = mean + kept * (parts - mean)
        gap = (target - parts.sum(1)).square().sum(-1).mean(-1)
        centred = target - target.mean(1, keepdim=True)
        variances = torch.linalg.eigvalsh(centred.mT @ centred / x.shape[1])
        beyond, whole = variances[:, : -self.claim.dim].sum(-1), variances.sum(-1)
        return gap, torch.where(beyond > LINEAR * whole, beyond, whole)

    @property
    def separate(self) -> bool:
        """Whether every observed coordinate is to come from one block alone."""
        return self.decoder.separate

    def _standardised(self, x: Tensor) -> Tensor:
        return (x - self.mean.to(x.dtype)) / self.spread.to(x.dtype)


def set_up_reconstruction(
    claim: Claim, budget: Budget, seeds: tuple[int, ...], device: str
) -> ReconstructionExperiment:
    """Build the experiment: everything is drawn from (claim, seed, budget) alone.

    Raises:
        UnsupportedCondition: no decoder of the class is trained.
    """
    experiment = _set_up(claim, budget, seeds, device)
    if not experiment.separate:
        return experiment
    rivals = tuple(seed + k * STRIDE for seed in seeds for k in range(STARTS))
    race = _set_up(claim, budget, rivals, device)
    settings = TrainSettings(steps=RACE, learning_rate=1e-2)
    result = train(race.draw, race.loss, race.encoder, settings, extras=race.extras)
    losses = race.loss_gap(result.encoder, result.extras)[0].view(len(seeds), STARTS)
    best = [k * STARTS + int(i) for k, i in enumerate(losses.nan_to_num(torch.inf).argmin(1))]
    return replace(
        experiment,
        encoder=result.encoder.select(best),
        extras={name: value[best] for name, value in result.extras.items()},
        mean=race.mean[best],
        spread=race.spread[best],
        notes=(*experiment.notes, f"the best of {STARTS} starts after {RACE} steps"),
    )


def _set_up(
    claim: Claim, budget: Budget, seeds: tuple[int, ...], device: str
) -> ReconstructionExperiment:
    if not isinstance(claim.objective, Reconstruction):
        raise UnsupportedCondition(f"'{claim.objective}' is not a reconstruction")
    optimum_condition(claim.world, claim.objective, claim.encoder)
    sampler = WorldSampler(claim.world)
    mixing = pick_mixing(claim, seeds, device, held=True)
    first = [sampler.latents(1024, g) for g in seed_generators(seeds, "calibration", device)]
    calibration = mixing(torch.stack(first))
    held = seed_generators(seeds, "held-out", device)
    made = seed_generators(seeds, "extras", device)
    decoder = decoder_of(claim.world.mixing, claim.dim, calibration.shape[-1], made)
    return ReconstructionExperiment(
        claim=claim,
        sampler=sampler,
        mixing=mixing,
        encoder=pick_encoder(claim, budget, seeds, calibration),
        extras=decoder.extras,
        decoder=decoder,
        mean=calibration.mean(1, keepdim=True),
        spread=calibration.std(1, keepdim=True),
        latents=torch.stack([sampler.latents(budget.held_out, g) for g in held]),
        generators=seed_generators(seeds, "batches", device),
        batch=budget.batch,
        notes=decoder.notes,
    )
