"""Maximum likelihood of pairs: the true prior and the true transition, pulled back by a flow.

The encoder is one-to-one whatever its parameters, and both volume terms have a formula. The paper's
variational bound is replaced by the likelihood.
Source: Klindt et al. (2021), in the limit of an exact posterior.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from sith.numerics.encoders.encoder import Encoder
from sith.numerics.encoders.log_det import value_and_log_det
from sith.numerics.experiments.parts import by_step, nats, pick_encoder, pick_mixing
from sith.numerics.experiments.protocol import EVALUATION_BATCH, Extras, Mix
from sith.numerics.losses import value_and_jacobian
from sith.numerics.training.budget import Budget
from sith.numerics.training.loop import seed_generators
from sith.numerics.worlds import WorldSampler
from sith.theory import (
    Box,
    Claim,
    ExponentialNorm,
    PairLikelihood,
    Uniform,
    UnsupportedCondition,
    optimum_condition,
)

NODES = 24
"""Nodes on each side of z_i for the normaliser of the transition: exact to 1e-9 for λ ≤ 50."""


@dataclass(frozen=True, slots=True)
class PairLikelihoodExperiment:
    """One claim of the pair likelihood, set up for training, batched over seeds.

    Fields:
        claim: what is tested.
        sampler: of the pairs.
        transition: log p̂(z̃|z) of the model, of anchors and partners ``(..., d)``.
        truth: the same of the world.
        mixing, encoder: of every seed.
        latents, partners: held out, ``(S, N, d)``.
        generators: one per seed, for the training batches.
        batch: rows per step.
        notes: what stands for the claim's letter.
    """

    claim: Claim
    sampler: WorldSampler
    transition: Callable[[Tensor, Tensor], Tensor]
    truth: Callable[[Tensor, Tensor], Tensor]
    mixing: Mix
    encoder: Encoder
    latents: Tensor
    partners: Tensor
    generators: tuple[torch.Generator, ...]
    batch: int
    notes: tuple[str, ...] = ("the likelihood, in place of a variational bound",)

    @property
    def extras(self) -> Extras:
        """Nothing is learned beside the encoder."""
        return {}

    def draw(self, steps: int) -> tuple[Tensor, ...]:
        """Return the next batches: observations of both points of a pair."""
        drawn = [self.sampler.pairs(steps * self.batch, g) for g in self.generators]
        views = (torch.stack(v) for v in zip(*drawn, strict=True))
        return tuple(by_step(self.mixing(v), steps, self.batch) for v in views)

    def loss(
        self, encode: Callable[[Tensor], Tensor], batch: tuple[Tensor, ...], extras: Extras
    ) -> Tensor:
        """Return −log p̂(h̃|h) less both log-volumes, one value per seed; the prior is constant."""
        del extras
        count = batch[0].shape[1]
        h, volume = value_and_log_det(encode, torch.cat(batch, 1))
        pair = self.transition(h[:, :count], h[:, count:])
        return -(pair + volume[:, :count] + volume[:, count:]).mean(-1)

    def represent(self, encoder: Encoder) -> Tensor:
        """Return the representations of the held-out latents, float64, ``(S, N, d)``."""
        with torch.no_grad():
            return encoder.to(torch.float64)(self.mixing(self.latents).double())

    def base_latents(self) -> Tensor:
        """Return the held-out latents themselves."""
        return self.latents.double()

    def style(self) -> Tensor:
        """Return no latents."""
        return self.latents[..., :0].double()

    def loss_gap(self, encoder: Encoder, extras: Extras) -> tuple[Tensor, Tensor]:
        """Return, per seed, the loss above that of the true inverse with the true transition.

        The scale is one nat per output: a constant map has infinite loss.
        """
        z, zt = (v[:, :EVALUATION_BATCH] for v in (self.latents, self.partners))
        views = tuple(self.mixing(v).double() for v in (z, zt))
        trained = self.loss(encoder.to(torch.float64), views, extras).detach()
        mixing = self.mixing

        def volume(points: Tensor) -> Tensor:
            _, jacobian = value_and_jacobian(lambda v: mixing(v.float()).double(), points)
            found: Tensor = torch.linalg.slogdet(jacobian).logabsdet
            return found

        z, zt = z.double(), zt.double()
        best = (volume(z) + volume(zt) - self.truth(z, zt)).mean(-1).detach()
        return trained - best, nats(best, z.shape[-1])


def set_up_pair_likelihood(
    claim: Claim, budget: Budget, seeds: tuple[int, ...], device: str
) -> PairLikelihoodExperiment:
    """Build the experiment: everything is drawn from (claim, seed, budget) alone.

    Raises:
        UnsupportedCondition: another space or prior than the uniform law of the box, or a
            transition that is not a product of exponentials of |z̃_i − z_i|^p.
    """
    objective, world = claim.objective, claim.world
    if not isinstance(objective, PairLikelihood):
        raise UnsupportedCondition(f"'{objective}' is not a pair likelihood")
    if not isinstance(world.space, Box) or not isinstance(world.prior, Uniform):
        raise UnsupportedCondition(
            f"no training of '{objective}' on the {world.space} with a {world.prior} prior",
            allowed="the uniform law of a box",
        )
    optimum_condition(world, objective, claim.encoder)
    truth = box_transition(world.pairs)
    sampler = WorldSampler(world)
    mixing = pick_mixing(claim, seeds, device, smooth=True)
    held = [sampler.pairs(budget.held_out, g) for g in seed_generators(seeds, "held-out", device)]
    first = [sampler.latents(1024, g) for g in seed_generators(seeds, "calibration", device)]
    calibration = mixing(torch.stack(first))
    return PairLikelihoodExperiment(
        claim=claim,
        sampler=sampler,
        transition=box_transition(objective.transition) if objective.transition else truth,
        truth=truth,
        mixing=mixing,
        encoder=pick_encoder(claim, budget, seeds, calibration, coupling=True),
        latents=torch.stack([z for z, _ in held]),
        partners=torch.stack([zt for _, zt in held]),
        generators=seed_generators(seeds, "batches", device),
        batch=budget.batch,
    )


def box_transition(pairs: object) -> Callable[[Tensor, Tensor], Tensor]:
    """log p(z̃|z) ∝ e^{−λ‖z̃ − z‖_p^p} on the unit box with its normaliser, ``(..., d) -> (...)``.

    The normaliser is a product of ∫₀¹ e^{−λ|t − z_i|^p} dt, with nodes on each side of z_i.

    Raises:
        UnsupportedCondition: other pairs, or another power of the norm.
    """
    if not isinstance(pairs, ExponentialNorm) or pairs.alpha != pairs.p:
        raise UnsupportedCondition(
            f"the normaliser of pairs '{pairs}' on a box is not known",
            allowed="log p(z̃|z) = −λ‖z̃ − z‖_p^p",
        )
    rate, p = float(pairs.rate), float(pairs.p)
    points, mass = np.polynomial.legendre.leggauss(NODES)
    t, weight = torch.from_numpy((points + 1) / 2), torch.from_numpy(mass / 2)

    def side(length: Tensor) -> Tensor:
        """∫₀^length e^{−λ s^p} ds."""
        steps = length.unsqueeze(-1) * t.to(length)
        found: Tensor = length * ((-rate * steps**p).exp() @ weight.to(length))
        return found

    def log_transition(z: Tensor, zt: Tensor) -> Tensor:
        normaliser = (side(z) + side(1 - z)).log().sum(-1)
        # A kink at 0 has no gradient there: a tiny distance keeps powers below 1 finite.
        distance = (zt - z).abs().clamp_min(torch.finfo(z.dtype).tiny)
        return -rate * (distance**p).sum(-1) - normaliser

    return log_transition
