"""Auxiliary variables: environments of an exponential family, and softmax labels.

Every objective is trained as multinomial logistic regression of the environment. For the
conditional likelihood and the conditional energy this is the profile likelihood over the free base
measure: a density-ratio model with a free base is fitted by logistic regression (Prentice and Pyke,
1979; Qin, 1998), and the Jacobian of h belongs to the base. Where decoders keep volumes, the squared log-volume of the
encoder, a flow, is added: it is 0 on the class alone. In generalised contrastive learning the
free term a(h) absorbs what the softmax over environments leaves open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from sith.numerics.encoders.encoder import Encoder
from sith.numerics.encoders.log_det import value_and_log_det
from sith.numerics.experiments.class_flow import WEIGHT
from sith.numerics.experiments.design import informative
from sith.numerics.experiments.environment_head import EnvironmentHead, head_of
from sith.numerics.experiments.environment_law import EnvironmentLaw, environment_law
from sith.numerics.experiments.parts import by_step, pick_encoder, pick_mixing
from sith.numerics.experiments.protocol import EVALUATION_BATCH, Extras, Mix
from sith.numerics.training.budget import Budget
from sith.numerics.training.loop import seed_generators
from sith.theory import Claim, Mixing, optimum_condition


@dataclass(frozen=True, slots=True)
class EnvironmentExperiment:
    """One claim with an auxiliary variable, set up for training, batched over seeds.

    Fields:
        claim: what is tested.
        law: the environments or labels that are drawn.
        mixing, encoder, extras: of every seed; the extras are the head's parameters.
        head: the classifier.
        latents, labels: held out, ``(S, N, d)`` and ``(S, N)``.
        generators: one per seed, for the training batches.
        batch: rows per step.
        notes: what stands for the claim's letter.
    """

    claim: Claim
    law: EnvironmentLaw
    mixing: Mix
    encoder: Encoder
    extras: Extras
    head: EnvironmentHead
    latents: Tensor
    labels: Tensor
    generators: tuple[torch.Generator, ...]
    batch: int
    notes: tuple[str, ...]

    def draw(self, steps: int) -> tuple[Tensor, ...]:
        """Return the next batches: observations and their environments."""
        z, labels = self.law.sample(steps * self.batch, self.generators)
        return by_step(self.mixing(z), steps, self.batch), by_step(labels, steps, self.batch)

    def loss(
        self, encode: Callable[[Tensor], Tensor], batch: tuple[Tensor, ...], extras: Extras
    ) -> Tensor:
        """Return the cross-entropy of one batch, one value per seed."""
        x, labels = batch
        if not self.keeps_volume:
            return _cross_entropy(self.head.logits(encode(x), extras), labels)
        h, volume = value_and_log_det(encode, x)
        return _cross_entropy(self.head.logits(h, extras), labels) + _volume_penalty(volume, h)

    @property
    def keeps_volume(self) -> bool:
        """Whether decoders keep volumes."""
        return self.claim.world.mixing is Mixing.VOLUME_PRESERVING

    def represent(self, encoder: Encoder) -> Tensor:
        """Return the representations of the held-out latents, float64, ``(S, N, d)``."""
        with torch.no_grad():
            h = encoder.to(torch.float64)(self.mixing(self.latents).double())
        return bent(h) if self.head.free else h

    def base_latents(self) -> Tensor:
        """Return the held-out latents themselves."""
        return self.latents.double()

    def style(self) -> Tensor:
        """Return no latents."""
        return self.latents[..., :0].double()

    def loss_gap(self, encoder: Encoder, extras: Extras) -> tuple[Tensor, Tensor]:
        """Return, per seed, the cross-entropy above that of the true posterior, and I(z; u).

        The true posterior is exact at every row, so that the gap is an unbiased estimate of
        E KL(p(u|z) ‖ model); a penalty on volumes is added as it stands, 0 at the optimum.
        """
        rows = slice(0, 2 * EVALUATION_BATCH)
        z = self.latents[:, rows].double()
        truth = self.law.logits(z).log_softmax(-1)
        wide = {name: value.double() for name, value in extras.items()}
        precise, x = encoder.to(torch.float64), self.mixing(z.float()).double()
        with torch.no_grad():
            penalty = torch.zeros(len(x), dtype=x.dtype, device=x.device)
            h = precise(x)
            if self.keeps_volume:
                penalty = _volume_penalty(value_and_log_det(precise, x)[1], h)
            model = self.head.logits(h, wide).log_softmax(-1)
        posterior = truth.exp()
        marginal = posterior.mean(1)
        information = (posterior * truth).sum(-1).mean(-1) - (marginal * marginal.log()).sum(-1)
        return (posterior * (truth - model)).sum(-1).mean(-1) + penalty, information


def bent(h: Tensor) -> Tensor:
    """t + t³ of each standardised output t, ``(S, N, d)``: a diffeomorphism of each output.

    Where the head holds a free function of each output, it absorbs the inverse, and the loss is
    the same. Encoders start as affine maps, and alone would stay near the linear optima.
    """
    t = (h - h.mean(1, keepdim=True)) / h.std(1, keepdim=True)
    return t + t**3


def set_up_environments(
    claim: Claim, budget: Budget, seeds: tuple[int, ...], device: str
) -> EnvironmentExperiment:
    """Build the experiment: everything is drawn from (claim, seed, budget) alone.

    Raises:
        UnsupportedCondition: the latents of an environment are not independent normal, or the
            mixing has no torch form.
    """
    objective = claim.objective
    optimum_condition(claim.world, objective, claim.encoder)
    pairs, notes = informative(claim.world.pairs)
    law = environment_law(claim.replace(world=claim.world.replace(pairs=pairs)))
    head = head_of(objective, claim, law, seed_generators(seeds, "extras", device))
    notes += head.notes
    volume = claim.world.mixing is Mixing.VOLUME_PRESERVING
    if volume:
        notes.append(
            f"decoders that keep volumes: a penalty of weight {WEIGHT:g} on the log-volume"
        )
    mixing = pick_mixing(claim, seeds, device, smooth=head.folds, held=volume)
    calibration = mixing(law.sample(1024, seed_generators(seeds, "calibration", device))[0])
    z, labels = law.sample(budget.held_out, seed_generators(seeds, "held-out", device))
    return EnvironmentExperiment(
        claim=claim,
        law=law,
        mixing=mixing,
        encoder=pick_encoder(claim, budget, seeds, calibration, coupling=head.folds or volume),
        extras=head.extras,
        head=head,
        latents=z,
        labels=labels,
        generators=seed_generators(seeds, "batches", device),
        batch=budget.batch,
        notes=tuple(notes),
    )


def _volume_penalty(log_volume: Tensor, h: Tensor) -> Tensor:
    return WEIGHT * log_volume.square().mean(-1) / h.shape[-1]


def _cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    each = F.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="none")
    return each.view(labels.shape).mean(-1)
