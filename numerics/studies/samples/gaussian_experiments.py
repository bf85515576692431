"""Objectives on pairs that no claim of the registry has: SIGReg, and BYOL's self-prediction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import torch
from torch import Tensor

from sith.numerics.encoders.encoder import Encoder
from sith.numerics.experiments import SpectralExperiment
from sith.numerics.losses import moving_average, random_directions, sigreg

SIGREG_WEIGHT = 0.03
SLICES = 16

DECAY = 0.9
"""Of BYOL's target: it follows the encoder within ten steps."""


@dataclass(frozen=True, slots=True)
class PlainExperiment(SpectralExperiment):
    """Representations as the encoder gives them, not whitened."""

    def represent(self, encoder: Encoder) -> Tensor:
        """Return the representations as they are."""
        with torch.no_grad():
            return encoder.to(torch.float64)(self.mixing(self.latents).double())


@dataclass(frozen=True, slots=True)
class SlicedExperiment(PlainExperiment):
    """Alignment with SIGReg in place of whitening; fresh directions for every batch."""

    directions: tuple[torch.Generator, ...] = ()

    def loss(
        self, encode: Callable[[Tensor], Tensor], batch: tuple[Tensor, ...], extras: object
    ) -> Tensor:
        """E‖h − h̃‖² + weight · SIGReg of both views."""
        del extras
        h = encode(torch.cat(batch, dim=1))
        one, two = h.split(batch[0].shape[1], dim=1)
        size = h.shape[-1]
        drawn = torch.cat([random_directions(g, size, slices=SLICES) for g in self.directions])
        alignment = (one - two).square().sum(-1).mean(-1)
        value: Tensor = alignment + SIGREG_WEIGHT * sigreg(h, drawn, knots=9)
        return value


@dataclass(frozen=True, slots=True)
class SelfPredictingExperiment(PlainExperiment):
    """BYOL with a linear predictor, and a target that follows the encoder.

    Fields:
        target: the target's state, replaced entry by entry as the encoder moves.
        predictor: "optimal" (least squares in every batch), "learned" (by the encoder's optimiser), or
            "none" (the identity).
        speed: of a learned predictor; its steps are those of an entry of the encoder times this.
        centred: whether outputs and targets lose their mean over the batch.
    """

    target: dict[str, Tensor] = field(default_factory=dict)
    predictor: str = "optimal"
    speed: float = 1.0
    centred: bool = True

    @property
    def extras(self) -> Mapping[str, Tensor]:
        """What is added to the identity for a learned predictor, over `speed`: ``(S, m, m)``."""
        size = self.encoder.output_dim
        return {"predictor": torch.zeros(self.encoder.seeds, size, size)}

    def follow(self, _step: int, encoder: Encoder, _extras: Mapping[str, Tensor]) -> None:
        """Move the target towards the encoder."""
        self.target.update(moving_average(self.target, encoder.state, DECAY))

    def loss(
        self,
        encode: Callable[[Tensor], Tensor],
        batch: tuple[Tensor, ...],
        extras: Mapping[str, Tensor],
    ) -> Tensor:
        """E‖P h − t̃‖² + E‖P h̃ − t‖² with outputs h and targets t."""
        rows = batch[0].shape[1]
        x = torch.cat(batch, dim=1)
        with torch.no_grad():
            target = self.encoder.with_state(self.target)(x)
        ahead, goal = (v.split(rows, dim=1) for v in (encode(x), target))
        if self.centred:
            ahead, goal = (tuple(v - v.mean(1, keepdim=True) for v in w) for w in (ahead, goal))
        matrix = torch.eye(target.shape[-1]) + self.speed * extras["predictor"].mT
        if self.predictor == "none":
            matrix = torch.eye(target.shape[-1])
        elif self.predictor == "optimal":
            matrix = _least_squares(torch.cat(ahead, 1), torch.cat(goal[::-1], 1))
        predicted = [v @ matrix for v in ahead]
        error = (predicted[0] - goal[1]).square() + (predicted[1] - goal[0]).square()
        value: Tensor = error.sum(-1).mean(-1)
        return value

    def loss_gap(self, encoder: Encoder, extras: object) -> tuple[Tensor, Tensor]:
        """Return how far Σ σ² of the whitened views' cross-covariance is below the latents'.

        Over pairs it is at most the sum of the largest eigenvalues of T²; see the prediction
        "self_prediction". The scale is the latents' own sum.
        """
        del extras
        precise = encoder.to(torch.float64)
        z, zt = (v.double() for v in self.pairs)
        with torch.no_grad():
            own = predicted_part(*(precise(self.mixing(v.float()).double()) for v in (z, zt)))
            best = predicted_part(*(self.modes.optimum(v) for v in (z, zt)))
        return best - own, best


def predicted_part(a: Tensor, b: Tensor) -> Tensor:
    """Σ σ² of the cross-covariance of two views, each whitened: squared canonical correlations.

    From 0 to m; unchanged by invertible affine maps of either view.

    Arguments:
        a, b: ``(S, N, m)``.
    """
    one, two = (torch.linalg.qr(v - v.mean(1, keepdim=True)).Q for v in (a, b))
    found: Tensor = (one.mT @ two).square().sum((1, 2))
    return found


def _least_squares(x: Tensor, y: Tensor) -> Tensor:
    """The M that makes ‖xM − y‖ least, without gradient."""
    x, y = x.detach().double(), y.detach().double()
    found: Tensor = torch.linalg.lstsq(x, y).solution.float()
    return found


def sliced(
    experiment: SpectralExperiment, directions: tuple[torch.Generator, ...]
) -> SlicedExperiment:
    """Return the experiment with SIGReg in place of its constraint."""
    return SlicedExperiment(**_fields(experiment), directions=directions)


def self_predicting(
    experiment: SpectralExperiment,
    *,
    predictor: str = "optimal",
    speed: float = 1.0,
    centred: bool = True,
) -> SelfPredictingExperiment:
    """Return the experiment with BYOL's loss; the target starts as the encoder."""
    return SelfPredictingExperiment(
        **_fields(experiment),
        target=dict(experiment.encoder.state),
        predictor=predictor,
        speed=speed,
        centred=centred,
    )


def _fields(experiment: SpectralExperiment) -> dict[str, Any]:
    return {f.name: getattr(experiment, f.name) for f in fields(SpectralExperiment)}
