"""Permutation contrast: logistic regression of real against shuffled pairs, r = Σ_i B_i(h_i, h̃_i).

Source: Hyvärinen and Morioka (2017).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from sith.numerics.encoders.encoder import Encoder
from sith.numerics.experiments.environments import bent
from sith.numerics.experiments.parts import by_step, normal, pick_encoder, pick_mixing
from sith.numerics.experiments.protocol import Extras, Mix
from sith.numerics.lowering.lower import lower
from sith.numerics.training.budget import Budget
from sith.numerics.training.loop import seed_generators
from sith.numerics.worlds import WorldSampler
from sith.theory import (
    Claim,
    PairLogDensity,
    PermutationContrast,
    UnsupportedCondition,
    optimum_condition,
    pair,
)

HIDDEN = 32
"""Units in each of the two hidden layers of a B_i."""

WIDER = 2
"""Times the budget's rows of a step: one pair tells little of a dependence in time."""

SHUFFLES = 4
"""Shuffled partners of each row in training: they cost no more encodings, and less noise."""

REACH, NODES = 20.0, 20_001
"""The normaliser of one source has nodes sinh t, t within ± REACH."""


@dataclass(frozen=True, slots=True)
class PermutationExperiment:
    """One claim of the permutation contrast, set up for training, batched over seeds.

    Fields:
        claim: what is tested.
        sampler: of the pairs.
        log_ratio: log p(z̃|z) − log p(z̃), of points ``(..., 2d)``.
        mixing, encoder, extras: of every seed; the extras are the weights of the B_i.
        latents, partners: held out, ``(S, N, d)``.
        generators: one per seed, for the training batches.
        batch: rows per step.
        notes: what stands for the claim's letter.
    """

    claim: Claim
    sampler: WorldSampler
    log_ratio: Callable[[Tensor], Tensor]
    mixing: Mix
    encoder: Encoder
    extras: Extras
    latents: Tensor
    partners: Tensor
    generators: tuple[torch.Generator, ...]
    batch: int
    notes: tuple[str, ...] = (
        "a fixed cubic of each output follows the encoder: B_i absorbs its inverse",
    )

    def draw(self, steps: int) -> tuple[Tensor, ...]:
        """Return the next batches: both observations of real pairs."""
        drawn = [self.sampler.pairs(steps * self.batch, g) for g in self.generators]
        views = (torch.stack(v) for v in zip(*drawn, strict=True))
        return tuple(by_step(self.mixing(v), steps, self.batch) for v in views)

    def loss(
        self, encode: Callable[[Tensor], Tensor], batch: tuple[Tensor, ...], extras: Extras
    ) -> Tensor:
        """Return the logistic loss of both kinds of pairs; the next rows' partners are shuffled ones."""
        real, *shuffled = self._scores(encode, batch[0], batch[1], extras, SHUFFLES)
        apart = torch.stack([F.softplus(r).mean(-1) for r in shuffled]).mean(0)
        return F.softplus(-real).mean(-1) + apart

    def represent(self, encoder: Encoder) -> Tensor:
        """Return the representations of the held-out latents, float64, ``(S, N, d)``."""
        with torch.no_grad():
            return bent(encoder.to(torch.float64)(self.mixing(self.latents).double()))

    def base_latents(self) -> Tensor:
        """Return the held-out latents themselves."""
        return self.latents.double()

    def style(self) -> Tensor:
        """Return no latents."""
        return self.latents[..., :0].double()

    def loss_gap(self, encoder: Encoder, extras: Extras) -> tuple[Tensor, Tensor]:
        """Return, per seed, the loss above that of the true posterior, and the optimum below 2 log 2.

        The posterior of a pair to be real is exact at every row, so that the gap is a mean of
        divergences of Bernoulli laws, and never negative.
        """
        z, zt = self.latents.double(), self.partners.double()
        wide = {name: value.double() for name, value in extras.items()}
        x, xt = (self.mixing(v.float()).double() for v in (z, zt))
        with torch.no_grad():
            model = self._scores(encoder.to(torch.float64), x, xt, wide, 1)
            truth = tuple(
                self.log_ratio(torch.cat((z, other), -1)) for other in (zt, zt.roll(-1, 1))
            )
        gap, best = torch.zeros_like(z[:, 0, 0]), torch.zeros_like(z[:, 0, 0])
        for found, exact in zip(model, truth, strict=True):
            real = torch.sigmoid(exact)
            entropy = real * F.softplus(-exact) + (1 - real) * F.softplus(exact)
            cross = real * F.softplus(-found) + (1 - real) * F.softplus(found)
            gap, best = gap + (cross - entropy).mean(-1), best + entropy.mean(-1)
        return gap, 2 * math.log(2) - best

    def _scores(
        self,
        encode: Callable[[Tensor], Tensor],
        x: Tensor,
        xt: Tensor,
        extras: Extras,
        shuffles: int,
    ) -> tuple[Tensor, ...]:
        """r of the real pairs, and of those with the partners of the next rows."""
        h, ht = encode(torch.cat((x, xt), 1)).split(x.shape[1], 1)
        return tuple(pair_scores(h, ht.roll(-k, 1), extras) for k in range(shuffles + 1))


def pair_scores(h: Tensor, ht: Tensor, extras: Extras) -> Tensor:
    """r = Σ_i B_i(h_i, h̃_i) of representations ``(S, B, d)``, each B_i a network of two numbers."""
    value = torch.stack((h, ht), -1).transpose(1, 2)
    for layer in ("in", "mid"):
        weight, shift = extras[f"B.{layer}.weight"], extras[f"B.{layer}.shift"]
        value = torch.tanh(value @ weight + shift)
    scores: Tensor = (value @ extras["B.out.weight"]).sum((1, 3)) + extras["offset"]
    return scores


def set_up_permutation_contrast(
    claim: Claim, budget: Budget, seeds: tuple[int, ...], device: str
) -> PermutationExperiment:
    """Build the experiment: everything is drawn from (claim, seed, budget) alone.

    Raises:
        UnsupportedCondition: another objective, or pairs without a conditional density.
    """
    objective, pairs = claim.objective, claim.world.pairs
    if not isinstance(objective, PermutationContrast) or not isinstance(pairs, PairLogDensity):
        raise UnsupportedCondition(f"no training of '{objective}' on pairs '{pairs}'")
    optimum_condition(claim.world, objective, claim.encoder)
    sampler = WorldSampler(claim.world)
    mixing = pick_mixing(claim, seeds, device)
    held = [sampler.pairs(budget.held_out, g) for g in seed_generators(seeds, "held-out", device)]
    first = [sampler.latents(1024, g) for g in seed_generators(seeds, "calibration", device)]
    return PermutationExperiment(
        claim=claim,
        sampler=sampler,
        log_ratio=log_ratio(claim),
        mixing=mixing,
        encoder=pick_encoder(claim, budget, seeds, mixing(torch.stack(first))),
        extras=_networks(claim.dim, seed_generators(seeds, "extras", device)),
        latents=torch.stack([z for z, _ in held]),
        partners=torch.stack([zt for _, zt in held]),
        generators=seed_generators(seeds, "batches", device),
        batch=WIDER * budget.batch,
    )


def log_ratio(claim: Claim) -> Callable[[Tensor], Tensor]:
    """log p(z̃|z) − log p(z̃) with its normaliser, of points ``(..., 2d)``.

    For a reversible process it is symmetric, so that one number is missing. It is that with which
    E p(z̃|z)/p(z̃) over independent z̃ is 1 at z = 0, by quadrature on the line of each source.
    """
    z, zt = pair(claim.dim)
    world = claim.world
    law, prior = world.pairs.log_conditional(z, zt), world.prior.log_density(zt)
    ratio = lower(law - prior, (*z, *zt))
    missing = _log_mass(lower(law, (*z, *zt)), claim.dim, 2 * claim.dim) - _log_mass(
        lower(prior, zt), claim.dim, claim.dim
    )
    return lambda points: ratio(points) - missing


def _log_mass(log_density: Callable[[Tensor], Tensor], dim: int, width: int) -> float:
    """log ∫ exp of a sum over sources, of the last `dim` of `width` coordinates, the others 0."""
    steps = torch.linspace(-REACH, REACH, NODES, dtype=torch.float64)
    weight = torch.cosh(steps).log() + (steps[1] - steps[0]).log()
    at_zero = float(log_density(torch.zeros(1, width, dtype=torch.float64)))
    total = at_zero
    for i in range(dim):
        points = torch.zeros(NODES, width, dtype=torch.float64)
        points[:, width - dim + i] = torch.sinh(steps)
        # The other sources stand at 0 and add what they have there.
        total += float((log_density(points) + weight).logsumexp(0)) - at_zero
    return total


def _networks(dim: int, generators: tuple[torch.Generator, ...]) -> Extras:
    return {
        "B.in.weight": normal(generators, dim, 2, HIDDEN),
        "B.in.shift": normal(generators, dim, 1, HIDDEN),
        "B.mid.weight": normal(generators, dim, HIDDEN, HIDDEN) / math.sqrt(HIDDEN),
        "B.mid.shift": normal(generators, dim, 1, HIDDEN),
        "B.out.weight": normal(generators, dim, HIDDEN, 1) / HIDDEN,
        "offset": torch.zeros(len(generators), 1, device=generators[0].device),
    }
