"""Trainings beside recorded ones: labels, alignment with SIGReg, content and style, many seeds.

Every function runs one seed in this process, which should be a fresh one with one thread: the CPU
seconds are those of the process from its start.  The settings of `labels`, `spiral` and `content`
were fixed on seed 100 alone, those of `sphere_pairs` are those of `verdict_cost`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.encoders.build import build_encoder
from sith.numerics.encoders.encoder import Encoder
from sith.numerics.encoders.spec import EncoderSpec
from sith.numerics.experiments.parts import by_step
from sith.numerics.losses import (
    InnerProduct,
    PowerDistance,
    cross_entropy,
    infonce,
    random_directions,
    sigreg,
)
from sith.numerics.measure import block_r2, linear_r2
from sith.numerics.mixings import leaky_relu_mixing, spiral_mixing
from sith.numerics.training.loop import Batch, Draw, Encode, Loss, seed_generators, train
from sith.numerics.training.settings import TrainSettings
from sith.numerics.worlds import sample_uniform_sphere, sample_vmf
from sith.numerics.worlds.classes import ClassLatents
from sith.numerics.worlds.ornstein_uhlenbeck import OrnsteinUhlenbeckPairs

HELD_OUT = 4096
CPU = torch.device("cpu")


@dataclass(frozen=True, slots=True)
class Trained:
    """One seed.

    Fields:
        cpu_seconds: of the process, up to the second of two consecutive evaluations at or above
            the level, or to the end of the schedule.
        step_seconds: CPU seconds of a step, evaluations not counted.
        steps: taken.
        score: the last evaluation; NaN where none is made.
        reached: whether two consecutive evaluations were at or above the level.
    """

    cpu_seconds: float
    step_seconds: float
    steps: int
    score: float
    reached: bool


@dataclass(frozen=True, slots=True)
class Task:
    """What is trained, and what its encoder is scored by; None for no score."""

    draw: Draw
    loss: Loss
    encoder: Encoder
    settings: TrainSettings
    score: Callable[[Encoder], float] | None
    extras: Mapping[str, Tensor]


def run(task: Task, level: float = math.inf) -> Trained:
    """Train until two consecutive evaluations are at or above the level, or to the end."""
    scores: list[float] = []
    evaluating = 0.0

    def arrived() -> bool:
        return len(scores) >= 2 and min(scores[-2:]) >= level

    def stop(_: int, encoder: Encoder, __: Mapping[str, Tensor]) -> bool:
        nonlocal evaluating
        if task.score is None:
            return False
        start = time.process_time()
        with torch.no_grad():
            scores.append(task.score(encoder))
        evaluating += time.process_time() - start
        return arrived()

    start = time.process_time()
    result = train(task.draw, task.loss, task.encoder, task.settings, extras=task.extras, stop=stop)
    spent = time.process_time() - start - evaluating
    return Trained(
        cpu_seconds=round(time.process_time(), 2),
        step_seconds=round(spent / result.steps, 5),
        steps=result.steps,
        score=round(scores[-1], 5) if scores else math.nan,
        reached=arrived(),
    )


def sphere_pairs(seeds: tuple[int, ...], steps: int, dim: int = 4) -> Task:
    """InfoNCE on vMF pairs (κ = 10), batch 512, as in `verdict_cost`, for several seeds at once."""
    mixing = leaky_relu_mixing(seed_generators(seeds, "mixing"), dim)
    generators = seed_generators(seeds, "batches")

    def draw(count: int) -> Batch:
        anchors = [sample_uniform_sphere((count, 512), dim, g) for g in generators]
        positives = [sample_vmf(z, 10.0, g) for z, g in zip(anchors, generators, strict=True)]
        latents = torch.cat((torch.stack(anchors), torch.stack(positives)), dim=2)
        return (by_step(mixing(latents.flatten(1, 2)), count, 1024),)

    def loss(encode: Encode, batch: Batch, _: Mapping[str, Tensor]) -> Tensor:
        first, second = encode(batch[0]).split(512, dim=1)
        return infonce(first, second, InnerProduct(0.1))

    calibration = [
        sample_uniform_sphere((HELD_OUT,), dim, g) for g in seed_generators(seeds, "calibration")
    ]
    encoder = build_encoder(
        EncoderSpec(width=64, output="sphere"),
        dim,
        mixing(torch.stack(calibration)),
        seed_generators(seeds, "weights"),
    )
    settings = TrainSettings(steps=steps, learning_rate=1e-2, warmup=min(50, steps - 1))
    return Task(draw, loss, encoder, settings, None, {})


def labels(seed: int, steps: int = 2500, dim: int = 5, classes: int = 100) -> Task:
    """Cross-entropy of the class, latents vMF (κ = 10) around one of `classes` random vectors.

    With one class for each training instance and its augmentations this is DIET.
    """
    world = seed_generators([seed], "world")[0]
    vectors = sample_uniform_sphere((classes,), dim, world)
    latents = ClassLatents(vectors.double(), 10.0)
    mixing = leaky_relu_mixing(seed_generators([seed], "mixing"), dim)
    generator = seed_generators([seed], "batches")[0]
    z = latents(HELD_OUT, seed_generators([seed], "held-out")[0], CPU, torch.float32)[0]
    x = mixing(z[None])

    def draw(count: int) -> Batch:
        drawn, label = latents(count * 512, generator, CPU, torch.float32)
        return by_step(mixing(drawn[None]), count, 512), by_step(label[None], count, 512)

    def loss(encode: Encode, batch: Batch, extras: Mapping[str, Tensor]) -> Tensor:
        return cross_entropy(encode(batch[0]), batch[1], extras["rows"], beta=10.0)

    rows = torch.randn((1, classes, dim), generator=seed_generators([seed], "rows")[0])
    return Task(
        draw,
        loss,
        _encoder(EncoderSpec(width=64, output="sphere"), dim, x, seed),
        TrainSettings(steps=steps, learning_rate=1e-2),
        lambda encoder: float(linear_r2(z, encoder(x)[0])),
        {"rows": rows / dim**0.5},
    )


def spiral(
    seed: int, steps: int = 6000, weight: float = 1e-3, width: int = 128, rate: float = 5e-3
) -> Task:
    """Alignment and SIGReg on Gaussian pairs of correlation 0.95², turned by π‖z‖, batch 256."""
    mixing = spiral_mixing(seed_generators([seed], "mixing"), 2, math.pi)
    pairs = OrnsteinUhlenbeckPairs((0.95**2, 0.95**2))
    generator = seed_generators([seed], "batches")[0]
    directions = seed_generators([seed], "slices")[0]
    z = torch.randn((HELD_OUT, 2), generator=seed_generators([seed], "held-out")[0])
    x = mixing(z[None])

    def draw(count: int) -> Batch:
        first = torch.randn((count * 256, 2), generator=generator)
        second = pairs(first, generator)
        views = [by_step(mixing(view[None]), count, 256) for view in (first, second)]
        return (torch.cat(views, dim=2),)

    def loss(encode: Encode, batch: Batch, _: Mapping[str, Tensor]) -> Tensor:
        h = encode(batch[0])
        gap = (h[:, :256] - h[:, 256:]).square().mean((1, 2)) / 4
        return (1 - weight) * gap + weight * sigreg(h, random_directions(directions, 2))

    return Task(
        draw,
        loss,
        _encoder(EncoderSpec(width=width), 2, x, seed),
        TrainSettings(steps=steps, learning_rate=rate, check_every=100),
        lambda encoder: float(linear_r2(z, encoder(x)[0])),
        {},
    )


def content(seed: int, steps: int = 1500, batch: int = 512, rate: float = 5e-3) -> Task:
    """Squared-distance InfoNCE on pairs that keep five coordinates and add N(0, 1) to five."""
    mixing = leaky_relu_mixing(seed_generators([seed], "mixing"), 10)
    generator = seed_generators([seed], "batches")[0]
    z = torch.randn((HELD_OUT, 10), generator=seed_generators([seed], "held-out")[0])
    x = mixing(z[None])

    def draw(count: int) -> Batch:
        first = torch.randn((count * batch, 10), generator=generator)
        second = first.clone()
        second[:, 5:] += torch.randn((count * batch, 5), generator=generator)
        views = [by_step(mixing(view[None]), count, batch) for view in (first, second)]
        return (torch.cat(views, dim=2),)

    def loss(encode: Encode, drawn: Batch, _: Mapping[str, Tensor]) -> Tensor:
        first, second = encode(drawn[0]).split(batch, dim=1)
        return infonce(first, second, PowerDistance(2, 2, 1.0))

    settings = TrainSettings(
        steps=steps,
        learning_rate=rate,
        warmup=min(50, steps - 1),
        check_every=max(1, steps // 2),
        draw_ahead=max(1, 2**13 // batch),
    )
    return Task(
        draw,
        loss,
        _encoder(EncoderSpec(width=128), 5, x, seed),
        settings,
        lambda encoder: float(block_r2(z[:, :5], encoder(x)[0])),
        {},
    )


def _encoder(spec: EncoderSpec, outputs: int, calibration: Tensor, seed: int) -> Encoder:
    return build_encoder(spec, outputs, calibration, seed_generators([seed], "weights"))
