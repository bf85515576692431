"""InfoNCE on images of sprites: how much of each latent an affine map of the representation holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sith.numerics.encoders.build import build_encoder
from sith.numerics.encoders.encoder import Encoder
from sith.numerics.encoders.spec import EncoderSpec
from sith.numerics.losses import PowerDistance, infonce
from sith.numerics.measure import Interval, interval, linear_r2, mcc, procrustes_r2
from sith.numerics.mixings import LATENTS, SpriteMixing
from sith.numerics.training.loop import Batch, Encode, seed_generators, train
from sith.numerics.training.settings import TrainSettings
from sith.numerics.worlds import SpriteWorld

DRAW_AHEAD = 4


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the training; the last one has the world that is tested.

    Fields:
        world: latents and pairs.
        steps: gradient steps, at least 1.
    """

    world: SpriteWorld
    steps: int


@dataclass(frozen=True, slots=True, eq=False)
class SpriteStudy:
    """Scores of trained encoders on new images, with intervals over the seeds.

    Fields:
        r2: held-out linear R² for each latent coordinate, by name.
        procrustes: R² up to a rotation, of all latents scaled so that the pairs are isotropic.
        mcc: mean correlation of matched coordinates; a rotation of the latents lowers it.
        loss: on held-out pairs of the last world.
        gap: that loss minus the loss of the scaled latents themselves, on the same pairs; no
            encoder has less than 0 in the population.
        latents: ``(N, 7)``, of the first seed.
        predicted: the latents read out of its representation by an affine map that was fitted on
            other images, same shape.
    """

    r2: Mapping[str, Interval]
    procrustes: Interval
    mcc: Interval
    loss: Interval
    gap: Interval
    latents: NDArray[np.float64]
    predicted: NDArray[np.float64]

    def to_dict(self, points: int = 300) -> dict[str, Any]:
        """Plain data for JSON, with the first `points` latents."""
        return {
            "r2": {name: value.to_dict() for name, value in self.r2.items()},
            "procrustes": self.procrustes.to_dict(),
            "mcc": self.mcc.to_dict(),
            "loss": self.loss.to_dict(),
            "gap": self.gap.to_dict(),
            "latents": np.round(self.latents[:points], 3).tolist(),
            "predicted": np.round(self.predicted[:points], 3).tolist(),
        }


def sprite_study(
    stages: Sequence[Stage],
    mixing: SpriteMixing,
    *,
    seeds: Sequence[int] = (0, 1, 2),
    outputs: int = 16,
    width: int = 16,
    batch: int = 256,
    learning_rate: float = 1e-2,
    held_out: int = 2000,
) -> SpriteStudy:
    """Train convolutional encoders on pairs of images, and score them against the latents.

    The critic is −‖u − v‖². For latents scaled by `SpriteWorld.isometric` to s, the pairs have
    log p(z̃|z) = −‖s(z̃) − s(z)‖² up to a function of z, and negatives are uniform, so that the
    optimum has ‖h(z) − h(z')‖ = ‖s(z) − s(z')‖ for all z, z'. The points s(z) span R⁷; hence
    h = A s + b with AᵀA = 1, and every latent coordinate is affine in h.

    A stage starts from the encoder of the one before. Only the start of the last one is changed by
    it, not its loss nor its optimum.

    Arguments:
        stages: at least one.
        mixing: how latents are drawn; with an injective one the optimum can be attained.
        seeds: of batches, weights and held-out images.
        outputs: coordinates of the representation, at least 7.
        width: channels after the first convolution.
        batch: pairs in a step, even; a half serves as negatives of the other half.
        learning_rate: the peak of each stage.
        held_out: images that are scored.

    Raises:
        ValueError: an argument is out of its range.
    """
    if held_out < batch:
        raise ValueError(f"held_out = {held_out}; allowed: >= batch = {batch}; raise it")
    if not stages or outputs < len(LATENTS) or batch < 4 or batch % 2:
        raise ValueError(
            f"{len(stages)} stages, outputs = {outputs}, batch = {batch}; allowed: one stage or "
            "more, outputs >= 7, an even batch >= 4; use for example 16 outputs and 256 pairs"
        )
    world = stages[-1].world
    tests = seed_generators(seeds, "sprites held out")
    latents = torch.stack([world.latents(held_out, g) for g in tests])
    near = torch.stack([world.partners(z, g) for z, g in zip(latents, tests, strict=True)])
    images = mixing(latents)
    spec, weights = EncoderSpec("conv", width, 3), seed_generators(seeds, "sprites weights")
    encoder = build_encoder(spec, outputs, images, weights)
    for number, stage in enumerate(stages):
        generators = seed_generators(seeds, f"sprites stage {number}")
        encoder = _train(stage, mixing, encoder, generators, batch, learning_rate)
    found, partners = encoder(images), encoder(mixing(near))
    loss = _batched_loss(found, partners, batch)
    optimum = _batched_loss(world.isometric(latents), world.isometric(near), batch)
    z, y = latents.double().numpy(), found.double().numpy()
    scaled = np.pad(world.isometric(latents).double().numpy(), ((0, 0), (0, 0), (0, outputs - 7)))
    return SpriteStudy(
        {name: interval(linear_r2(z[..., [k]], y)) for k, name in enumerate(LATENTS)},
        interval(procrustes_r2(scaled, y)),
        interval(mcc(z, y).mcc),
        interval(loss.tolist()),
        interval((loss - optimum).tolist()),
        *_read_out(z[0], y[0]),
    )


def _train(
    stage: Stage,
    mixing: SpriteMixing,
    encoder: Encoder,
    generators: Sequence[torch.Generator],
    batch: int,
    learning_rate: float,
) -> Encoder:
    def draw(count: int) -> Batch:
        pairs = []
        for g in generators:
            z = stage.world.latents(count * batch, g)
            pairs.append(torch.stack((z, stage.world.partners(z, g))))
        # (seed, view, step · row, D) to a tensor (step, seed, row, D) for each view
        images = mixing(torch.stack(pairs)).unflatten(2, (count, batch)).permute(1, 2, 0, 3, 4)
        return images[0].contiguous(), images[1].contiguous()

    def loss(encode: Encode, views: Batch, _: Mapping[str, Tensor]) -> Tensor:
        return pair_loss(encode(views[0]), encode(views[1]))

    settings = TrainSettings(
        stage.steps,
        learning_rate=learning_rate,
        warmup=min(50, stage.steps - 1),
        draw_ahead=DRAW_AHEAD,
    )
    return train(draw, loss, encoder, settings).encoder


def pair_loss(u: Tensor, v: Tensor) -> Tensor:
    """InfoNCE ``(S,)`` of ``(S, B, m)`` with uniform negatives: one half's anchors for the other's.

    Partners in a box are not uniform near its faces, so that partners as negatives would move the
    optimum; anchors are uniform.
    """
    critic, half = PowerDistance(2, 2, 1.0), u.shape[1] // 2
    first = infonce(u[:, :half], v[:, :half], critic, negatives=u[:, half:])
    second = infonce(u[:, half:], v[:, half:], critic, negatives=u[:, :half])
    return (first + second) / 2


def _batched_loss(u: Tensor, v: Tensor, batch: int) -> Tensor:
    whole = zip(u.split(batch, 1), v.split(batch, 1), strict=True)
    return torch.stack([pair_loss(a, b) for a, b in whole if a.shape[1] == batch]).mean(0)


def _read_out(
    z: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The second half of the latents, and their affine prediction as fitted on the first."""
    half = len(z) // 2
    design = np.pad(y, ((0, 0), (0, 1)), constant_values=1.0)
    fitted, *_ = np.linalg.lstsq(design[:half], z[:half], rcond=None)
    return z[half:], design[half:] @ fitted
