"""InfoNCE with a learned dynamics model: z̃ = Az + noise, negatives from the law of z̃.

The correction α of the score is that of the paper's kernel estimate in the limit: minus the
log-density of the negatives, here exact at every row. With it the optimum compares the model with
log p(z̃|z).
Source: Laiz, Schmidt and Schneider (2025), Thm 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import sympy as sp
import torch
from torch import Tensor

from sith.numerics.encoders.encoder import Encoder
from sith.numerics.experiments.parts import by_step, normal, pick_encoder, pick_mixing
from sith.numerics.experiments.protocol import Extras, Mix
from sith.numerics.lowering.lower import lower
from sith.numerics.training.budget import Budget
from sith.numerics.training.loop import seed_generators
from sith.numerics.worlds import WorldSampler
from sith.theory import Claim, Gaussian, InfoNCE, UnsupportedCondition, optimum_condition, pair
from sith.theory.assumptions import PairLogDensity
from sith.theory.objectives import DynamicsModel

ROWS = 1024
"""Held-out rows of the loss: all of them are negatives of each."""


@dataclass(frozen=True, slots=True)
class DynamicsExperiment:
    """One claim of a dynamics model, set up for training, batched over seeds.

    Fields:
        claim: what is tested.
        critic: the model f̂, affine, linear, or the identity.
        sampler: of the pairs.
        log_pair: log p(z̃|z) up to a constant, of points ``(..., 2d)``.
        log_partner: log p(z̃) up to a constant, ``(..., d)``.
        mixing, encoder, extras: of every seed; the extras are Â and ĉ, where they are learned.
        latents, partners: held out, ``(S, N, d)``.
        generators: one per seed, for the training batches.
        batch: rows per step.
        notes: what stands for the claim's letter.
    """

    claim: Claim
    critic: DynamicsModel
    sampler: WorldSampler
    log_pair: Callable[[Tensor], Tensor]
    log_partner: Callable[[Tensor], Tensor]
    mixing: Mix
    encoder: Encoder
    extras: Extras
    latents: Tensor
    partners: Tensor
    generators: tuple[torch.Generator, ...]
    batch: int
    notes: tuple[str, ...]

    def draw(self, steps: int) -> tuple[Tensor, ...]:
        """Return the next batches: both observations, and the correction α at each partner."""
        drawn = [self.sampler.pairs(steps * self.batch, g) for g in self.generators]
        z, zt = (torch.stack(views) for views in zip(*drawn, strict=True))
        parts = (self.mixing(z), self.mixing(zt), -self.log_partner(zt))
        return tuple(by_step(part, steps, self.batch) for part in parts)

    def loss(
        self, encode: Callable[[Tensor], Tensor], batch: tuple[Tensor, ...], extras: Extras
    ) -> Tensor:
        """Return InfoNCE less the log of the number of rows, one value per seed."""
        x, xt, correction = batch
        h, ht = encode(torch.cat((x, xt), 1)).split(x.shape[1], dim=1)
        return _contrast(_scores(h, ht, extras), correction)

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
        """Return, per seed, the loss above that of the true transition, and the information.

        The optimum's scores are log p(z̃|z) − log p(z̃), on the same rows and negatives.
        """
        z, zt = self.latents[:, :ROWS], self.partners[:, :ROWS]
        correction = -self.log_partner(zt.double())
        wide = {name: value.double() for name, value in extras.items()}
        precise = encoder.to(torch.float64)
        with torch.no_grad():
            h, ht = (precise(self.mixing(v).double()) for v in (z, zt))
            trained = _contrast(_scores(h, ht, wide), correction)
            best = torch.stack(
                [
                    _contrast(self._true_scores(a, b)[None], c[None])[0]
                    for a, b, c in zip(z.double(), zt.double(), correction, strict=True)
                ]
            )
        return trained - best, -best

    def _true_scores(self, z: Tensor, zt: Tensor) -> Tensor:
        shape = (len(z), len(zt), -1)
        return self.log_pair(torch.cat((z[:, None].expand(shape), zt.expand(shape)), -1))


def _scores(h: Tensor, ht: Tensor, extras: Extras) -> Tensor:
    """−‖f̂(h_i) − h̃_j‖²/2 up to functions of i, ``(S, B, B)``."""
    image = h @ extras["matrix"].mT if "matrix" in extras else h
    if "shift" in extras:
        image = image + extras["shift"]
    return image @ ht.mT - ht.square().sum(-1).unsqueeze(1) / 2


def _contrast(scores: Tensor, correction: Tensor) -> Tensor:
    """InfoNCE of scores ``(S, B, B)`` whose diagonal holds the pairs, less log B, per seed."""
    corrected = scores + correction.unsqueeze(1)
    own = corrected.diagonal(dim1=1, dim2=2)
    found: Tensor = (corrected.logsumexp(-1) - own).mean(-1) - math.log(scores.shape[-1])
    return found


def has_dynamics(claim: Claim) -> bool:
    """Whether the claim is of InfoNCE with a dynamics model."""
    return bool(dynamics_of(claim))


def dynamics_of(claim: Claim) -> tuple[tuple[InfoNCE, DynamicsModel], ...]:
    """Return the objective with its dynamics model; () for a claim of another loss."""
    objective = claim.objective
    if isinstance(objective, InfoNCE) and isinstance(objective.critic, DynamicsModel):
        return ((objective, objective.critic),)
    return ()


def set_up_dynamics(
    claim: Claim, budget: Budget, seeds: tuple[int, ...], device: str
) -> DynamicsExperiment:
    """Build the experiment: everything is drawn from (claim, seed, budget) alone.

    Raises:
        UnsupportedCondition: a number of negatives is stated, the pairs are of another kind, or
            the law of z̃ is not known in closed form.
        InputError: the pairs cannot be sampled exactly.
    """
    dim = claim.dim
    found = dynamics_of(claim)
    if not found:
        raise UnsupportedCondition(f"'{claim.objective}' has no dynamics model")
    ((objective, critic),) = found
    if objective.negatives or not isinstance(claim.world.pairs, PairLogDensity):
        raise UnsupportedCondition(
            f"no training of '{objective}' with pairs '{claim.world.pairs}'",
            allowed="pairs with a log-density, and the limit of many negatives",
        )
    optimum_condition(claim.world, objective, claim.encoder)
    extras: dict[str, Tensor] = {}
    if critic.learned:
        extras["matrix"] = torch.eye(dim, device=device).expand(len(seeds), -1, -1) / 2
        if critic.shift:
            extras["shift"] = torch.zeros(len(seeds), 1, dim, device=device)
    sampler = WorldSampler(claim.world)
    mixing = pick_mixing(claim, seeds, device)
    held = [sampler.pairs(budget.held_out, g) for g in seed_generators(seeds, "held-out", device)]
    first = [sampler.pairs(1024, g)[0] for g in seed_generators(seeds, "calibration", device)]
    encoder = pick_encoder(claim, budget, seeds, mixing(torch.stack(first)))
    if "shift" in extras:
        # The loss is blind to the mean, so that it stays near where it starts: at a random point,
        # with the model's shift that goes with it.
        drawn = normal(seed_generators(seeds, "extras", device), 1, dim)
        extras["shift"] = drawn - drawn @ extras["matrix"].mT
        encoder = encoder.with_state({"output.bias": drawn})
    return DynamicsExperiment(
        claim=claim,
        critic=critic,
        sampler=sampler,
        log_pair=lower(claim.world.pairs.log_conditional(*pair(dim)), sum(pair(dim), ())),
        log_partner=partner_density(claim),
        mixing=mixing,
        encoder=encoder,
        extras=extras,
        latents=torch.stack([z for z, _ in held]),
        partners=torch.stack([zt for _, zt in held]),
        generators=seed_generators(seeds, "batches", device),
        batch=budget.batch,
        notes=("the density of the partner is exact, in place of a kernel estimate",),
    )


def partner_density(claim: Claim) -> Callable[[Tensor], Tensor]:
    """log p(z̃) up to a constant, for z ~ N(0, I) and a Gaussian transition.

    Raises:
        UnsupportedCondition: another prior, or log p(z̃|z) is not a quadratic form.
    """
    (z, zt), dim = pair(claim.dim), claim.dim
    expression = sp.expand(claim.world.pairs.log_conditional(z, zt))
    form = sp.Poly(expression, *z, *zt) if expression.is_polynomial(*z, *zt) else sp.Poly(0, *z)
    if (
        not isinstance(claim.world.prior, Gaussian)
        or not form.is_homogeneous
        or form.total_degree() != 2
    ):
        raise UnsupportedCondition(
            f"the law of the partners of '{claim.world.pairs}' under a {claim.world.prior} prior",
            allowed="a standard Gaussian prior and Gaussian transitions of mean Az",
        )
    hessian = torch.tensor(np.array(sp.hessian(form.as_expr(), (*z, *zt)).tolist(), dtype=float))
    noise = torch.linalg.inv(-hessian[dim:, dim:])
    matrix = noise @ hessian[dim:, :dim]
    precision = torch.linalg.inv(noise + matrix @ matrix.T)

    def density(points: Tensor) -> Tensor:
        found: Tensor = -(points @ precision.to(points) * points).sum(-1) / 2
        return found

    return density
