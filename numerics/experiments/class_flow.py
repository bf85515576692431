"""Likelihood, or reconstruction, where the decoder's class is a condition on its Jacobian.

The encoder is a flow f, one-to-one whatever its parameters, and the learned decoder is its inverse
ĝ = g∘h^{−1} with h the map of the latents. The condition on J_ĝ enters the loss as a penalty that is
0 exactly on the class. Both terms have their least value at the true inverse, so that a loss as
small as there means an optimal likelihood and a decoder of the class at once.

Observations have more coordinates than latents for some classes. Encoders are then flows on a chart
of the image of g: x is read as s(z) with a fixed smooth and invertible s, far from the true inverse.
Source: Gresele et al. (2021), Buchholz et al. (2022), Horan et al. (2021).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.encoders.encoder import Encoder
from sith.numerics.encoders.log_det import value_and_log_det
from sith.numerics.experiments.parts import by_step, nats, pick_encoder, pick_mixing
from sith.numerics.experiments.protocol import EVALUATION_BATCH, Extras, Mix
from sith.numerics.losses import value_and_jacobian
from sith.numerics.lowering.lower import lower
from sith.numerics.mixings import smooth_mixing
from sith.numerics.training.budget import Budget
from sith.numerics.training.loop import seed_generators
from sith.numerics.worlds import WorldSampler
from sith.theory import (
    Claim,
    Likelihood,
    Mixing,
    OrthogonalColumns,
    Reconstruction,
    StructuredMixing,
    UnsupportedCondition,
    latents,
    optimum_condition,
)

Misfit = Callable[[Tensor], Tensor]
"""From (J_ĝᵀJ_ĝ)^{−1} ``(..., d, d)`` to how far it is from the class, ``(...)``, 0 on it."""

WEIGHT = 10.0
"""Nats for each unit of the misfit: an error of 4 % in every length costs about 0.02 nats an output."""

ROWS = 128
"""Rows of a batch on which the Jacobian is taken; the determinant is taken on all."""


@dataclass(frozen=True, slots=True)
class ClassFlowExperiment:
    """One claim whose decoders are of a class, set up for training, batched over seeds.

    Fields:
        claim: what is tested.
        sampler: of the latents.
        log_prior: log p(z) up to a constant, or () where the law is not asked.
        misfit: of the class.
        mixing: g of every seed.
        chart: from latents to what the encoder sees.
        encoder: an untrained flow.
        latents: held out, ``(S, N, d)``.
        generators: one per seed, for the training batches.
        batch: rows per step.
        notes: what stands for the claim's letter.
    """

    claim: Claim
    sampler: WorldSampler
    log_prior: tuple[Callable[[Tensor], Tensor], ...]
    misfit: Misfit
    mixing: Mix
    chart: Mix
    encoder: Encoder
    latents: Tensor
    generators: tuple[torch.Generator, ...]
    batch: int
    notes: tuple[str, ...]

    @property
    def extras(self) -> Extras:
        """Nothing is learned beside the encoder."""
        return {}

    def draw(self, steps: int) -> tuple[Tensor, ...]:
        """Return the next batches: what the encoder sees, and the inverse metric of g there."""
        z = torch.stack([self.sampler.latents(steps * self.batch, g) for g in self.generators])
        first = by_step(z, steps, self.batch)[:, :, :ROWS]
        metrics = torch.stack([self._inverse_metric(part) for part in first])
        return by_step(self.chart(z), steps, self.batch), metrics

    def loss(
        self, encode: Callable[[Tensor], Tensor], batch: tuple[Tensor, ...], extras: Extras
    ) -> Tensor:
        """Return −log p(f(x)) − log|det J_f(x)| plus the weighted misfit, one value per seed."""
        del extras
        x, metric = batch
        rows = metric.shape[1]
        value = torch.zeros(len(x), dtype=x.dtype, device=x.device)
        for log_prior in self.log_prior:
            h, volume = value_and_log_det(encode, x)
            value = value - (log_prior(h) + volume).mean(-1)
        _, jacobian = value_and_jacobian(encode, x[:, :rows])
        return value + WEIGHT * self.misfit(jacobian @ metric @ jacobian.mT).mean(-1)

    def represent(self, encoder: Encoder) -> Tensor:
        """Return the representations of the held-out latents, float64, ``(S, N, d)``."""
        with torch.no_grad():
            return encoder.to(torch.float64)(self.chart(self.latents).double())

    def base_latents(self) -> Tensor:
        """Return the held-out latents themselves."""
        return self.latents.double()

    def style(self) -> Tensor:
        """Return no latents."""
        return self.latents[..., :0].double()

    def loss_gap(self, encoder: Encoder, extras: Extras) -> tuple[Tensor, Tensor]:
        """Return, per seed, the loss above that of the true inverse, and one nat per output."""
        z = self.latents[:, :EVALUATION_BATCH].double()
        batch = self.chart(z), self._inverse_metric(z)
        trained = self.loss(encoder.to(torch.float64), batch, extras).detach()
        best = torch.zeros_like(trained)
        for log_prior in self.log_prior:
            volume = torch.linalg.slogdet(value_and_jacobian(self.chart, z)[1]).logabsdet
            best = best + (volume - log_prior(z)).mean(-1).detach()
        return trained - best, nats(best, z.shape[-1])

    def _inverse_metric(self, z: Tensor) -> Tensor:
        """(J_gᵀJ_g)^{−1} in the chart, so that (J_ĝᵀJ_ĝ)^{−1} is J_f times it times J_fᵀ."""
        with torch.no_grad():
            own = value_and_jacobian(self.mixing, z.double())[1]
            chart = value_and_jacobian(self.chart, z.double())[1]
            metric: Tensor = (chart @ torch.linalg.solve(own.mT @ own, chart.mT)).to(z.dtype)
        return metric


def volume_misfit(inverse: Tensor) -> Tensor:
    """(log|det J_ĝ|)² over d."""
    log_volume: Tensor = torch.linalg.slogdet(inverse).logabsdet / 2
    return log_volume.square() / inverse.shape[-1]


def length_misfit(inverse: Tensor) -> Tensor:
    """‖(J_ĝᵀJ_ĝ)^{−1} − 1‖² over d, squared norms of entries."""
    eye = torch.eye(inverse.shape[-1], dtype=inverse.dtype, device=inverse.device)
    return (inverse - eye).square().sum((-2, -1)) / inverse.shape[-1]


def angle_misfit(inverse: Tensor) -> Tensor:
    """`length_misfit` after the mean of the diagonal is scaled to 1."""
    scale = inverse.diagonal(dim1=-2, dim2=-1).mean(-1)
    return length_misfit(inverse / scale[..., None, None])


def column_misfit(inverse: Tensor) -> Tensor:
    """The squared correlations off the diagonal, over d: 0 where the columns are orthogonal."""
    scale = inverse.diagonal(dim1=-2, dim2=-1).rsqrt()
    return length_misfit(inverse * scale.unsqueeze(-1) * scale.unsqueeze(-2))


MISFITS: dict[object, Misfit] = {
    Mixing.VOLUME_PRESERVING: volume_misfit,
    Mixing.LOCAL_ISOMETRY: length_misfit,
    Mixing.CONFORMAL: angle_misfit,
}


def misfit_of(claim: Claim) -> tuple[Misfit, ...]:
    """The misfit of the claim's class, or () for a class that is not a condition of this kind."""
    mixing = claim.world.mixing
    if isinstance(mixing, StructuredMixing):
        return (column_misfit,) if isinstance(mixing.structure, OrthogonalColumns) else ()
    return (MISFITS[mixing],) if mixing in MISFITS else ()


def is_class_flow(claim: Claim) -> bool:
    """Whether a claim is of this file."""
    return isinstance(claim.objective, Likelihood | Reconstruction) and bool(misfit_of(claim))


def set_up_class_flow(
    claim: Claim, budget: Budget, seeds: tuple[int, ...], device: str
) -> ClassFlowExperiment:
    """Build the experiment: everything is drawn from (claim, seed, budget) alone.

    Raises:
        UnsupportedCondition: another objective, or a class that is not a condition on J_ĝᵀJ_ĝ.
    """
    if not is_class_flow(claim):
        raise UnsupportedCondition(f"no training of '{claim.objective}' with {claim.world.mixing}")
    optimum_condition(claim.world, claim.objective, claim.encoder)
    sampler = WorldSampler(claim.world)
    mixing = pick_mixing(claim, seeds, device, held=True)
    held = torch.stack(
        [sampler.latents(budget.held_out, g) for g in seed_generators(seeds, "held-out", device)]
    )
    notes = [f"the decoder's class is a penalty of weight {WEIGHT:g} on its Jacobian"]
    chart = mixing
    if isinstance(claim.world.mixing, StructuredMixing) or mixing(held).shape != held.shape:
        chart = smooth_mixing(seed_generators(seeds, "chart", device), claim.dim)
        notes.append("observations are read in a fixed smooth chart of the image of g")
    first = [sampler.latents(1024, g) for g in seed_generators(seeds, "calibration", device)]
    z = latents(claim.dim)
    known = isinstance(claim.objective, Likelihood)
    return ClassFlowExperiment(
        claim=claim,
        sampler=sampler,
        log_prior=(lower(claim.world.prior.log_density(z), z),) if known else (),
        misfit=misfit_of(claim)[0],
        mixing=mixing,
        chart=chart,
        encoder=pick_encoder(claim, budget, seeds, chart(torch.stack(first)), coupling=True),
        latents=held,
        generators=seed_generators(seeds, "batches", device),
        batch=budget.batch,
        notes=tuple(notes),
    )
