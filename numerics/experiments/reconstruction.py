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

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations, combinations_with_replacement

import torch
import torch.nn.functional as F
from torch import Tensor

from sith.numerics.encoders.encoder import Encoder
from sith.numerics.experiments.environments import bent
from sith.numerics.experiments.parts import by_step, normal, pick_encoder, pick_mixing
from sith.numerics.experiments.protocol import EVALUATION_BATCH, Extras, Mix
from sith.numerics.training.budget import Budget
from sith.numerics.training.loop import TrainSettings, seed_generators, train
from sith.numerics.worlds import WorldSampler
from sith.theory import (
    Additive,
    Claim,
    Compositional,
    PolynomialDegree,
    Reconstruction,
    StructuredMixing,
    UnsupportedCondition,
    optimum_condition,
)

HIDDEN = 48
"""Units in each of the two hidden layers of a block's network."""

SEPARATION = 0.3
"""Weight of the product of the standard deviations that two blocks add to one coordinate."""

STARTS, RACE = 6, 250
"""Starts of each seed for compositional decoders, and the steps after which one is kept."""

STRIDE = 100_003
"""The start k of a seed draws what the seed + k · STRIDE would."""

LINEAR = 1e-4
"""Observations with less than this fraction of variance beyond d directions count as flat."""

Decode = Callable[[Tensor, Extras], Tensor]
"""What each block adds to the standardised observations, ``(S, k, B, D)``, of outputs ``(S, B, d)``."""


@dataclass(frozen=True, slots=True)
class ReconstructionExperiment:
    """One claim of reconstruction, set up for training, batched over seeds.

    Fields:
        claim: what is tested.
        sampler: of the latents.
        mixing, encoder, extras: of every seed; the extras are the decoder's parameters.
        decode: the decoder, in parts that add up.
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
    decode: Decode
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
        parts = self.decode(encode(x), extras)
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
        return h if isinstance(self._structure, PolynomialDegree) else bent(h)

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
            parts = self.decode(encoder.to(torch.float64)(x), wide)
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
    def _structure(self) -> object:
        mixing = self.claim.world.mixing
        return mixing.structure if isinstance(mixing, StructuredMixing) else mixing

    @property
    def separate(self) -> bool:
        """Whether every observed coordinate is to come from one block alone."""
        return isinstance(self._structure, Compositional)

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
    extras, decode, note = _decoder(
        claim, calibration.shape[-1], seed_generators(seeds, "extras", device)
    )
    return ReconstructionExperiment(
        claim=claim,
        sampler=sampler,
        mixing=mixing,
        encoder=pick_encoder(claim, budget, seeds, calibration),
        extras=extras,
        decode=decode,
        mean=calibration.mean(1, keepdim=True),
        spread=calibration.std(1, keepdim=True),
        latents=torch.stack([sampler.latents(budget.held_out, g) for g in held]),
        generators=seed_generators(seeds, "batches", device),
        batch=budget.batch,
        notes=(note,),
    )


def _decoder(
    claim: Claim, observed: int, generators: tuple[torch.Generator, ...]
) -> tuple[Extras, Decode, str]:
    mixing = claim.world.mixing
    structure = mixing.structure if isinstance(mixing, StructuredMixing) else mixing
    if isinstance(structure, PolynomialDegree):
        return _polynomial(structure.degree, claim.dim, observed, generators)
    if isinstance(structure, Additive | Compositional):
        return _networks(structure, observed, generators)
    raise UnsupportedCondition(
        f"no decoder that is {structure} is trained",
        allowed="additive, compositional and polynomial ones",
    )


def _polynomial(
    degree: int, dim: int, observed: int, generators: tuple[torch.Generator, ...]
) -> tuple[Extras, Decode, str]:
    powers = [p for k in range(1, degree + 1) for p in combinations_with_replacement(range(dim), k)]
    extras = {
        "coefficients": normal(generators, len(powers), observed) / math.sqrt(len(powers)),
        "constant": torch.zeros(len(generators), 1, observed, device=generators[0].device),
    }

    def decode(h: Tensor, e: Extras) -> Tensor:
        features = torch.stack([h[..., list(p)].prod(-1) for p in powers], -1)
        return torch.baddbmm(e["constant"], features, e["coefficients"]).unsqueeze(1)

    return extras, decode, f"trained: all coefficients of a decoder of degree at most {degree}"


def _networks(
    structure: Additive | Compositional, observed: int, generators: tuple[torch.Generator, ...]
) -> tuple[Extras, Decode, str]:
    """A network with two hidden layers and an affine part for each block."""
    blocks = structure.blocks
    count, size = len(blocks), max(len(block) for block in blocks)
    dim = sum(len(block) for block in blocks)
    pick = torch.zeros(count, dim, size, device=generators[0].device)
    for b, block in enumerate(blocks):
        for k, i in enumerate(block):
            pick[b, i, k] = 1.0
    extras = {
        "in.weight": normal(generators, count, size, HIDDEN),
        "in.shift": normal(generators, count, 1, HIDDEN),
        "mid.weight": normal(generators, count, HIDDEN, HIDDEN) / math.sqrt(HIDDEN),
        "mid.shift": torch.zeros(len(generators), count, 1, HIDDEN, device=pick.device),
        "out.weight": normal(generators, count, HIDDEN, observed) / HIDDEN,
        "affine": normal(generators, count, size, observed) / math.sqrt(dim),
        "constant": torch.zeros(len(generators), count, 1, observed, device=pick.device),
    }

    def decode(h: Tensor, e: Extras) -> Tensor:
        own = h.unsqueeze(1) @ pick.to(h)
        hidden = F.gelu(own @ e["in.weight"] + e["in.shift"])
        hidden = F.gelu(hidden @ e["mid.weight"] + e["mid.shift"])
        return hidden @ e["out.weight"] + own @ e["affine"] + e["constant"]

    note = f"trained: a decoder {structure}, one network for each block of outputs"
    if isinstance(structure, Compositional):
        note += "; which slot an observed coordinate belongs to is learned"
    return extras, decode, note
