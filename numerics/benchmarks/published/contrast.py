"""InfoNCE on the sphere with pairs of a registered world."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

import sympy as sp
import torch
from torch import Tensor

from sith.numerics.benchmarks.published.patches import patches
from sith.numerics.benchmarks.published.row import HELD_OUT, LOSS_ROWS, Extras, Run, Scores, Seeds
from sith.numerics.encoders.build import build_encoder
from sith.numerics.encoders.encoder import Encoder
from sith.numerics.encoders.spec import EncoderSpec
from sith.numerics.groups import residual
from sith.numerics.losses import DiagonalMetric, InnerProduct, infonce
from sith.numerics.measure import mcc, procrustes_r2
from sith.numerics.mixings import identity_mixing, leaky_relu_mixing, linear_mixing, spiral_mixing
from sith.numerics.training.loop import Batch, Encode, seed_generators
from sith.numerics.worlds import WorldSampler, sample_uniform_sphere
from sith.theory import (
    AnisotropicSphere,
    PartlyKeptSphere,
    Sphere,
    Uniform,
    VonMisesFisher,
    World,
)
from sith.theory.groups import BlockOrthogonal, SignedPermutations

Mix = Callable[[Tensor], Tensor]
Triple = tuple[Tensor, Tensor, Tensor]
MixingName = Literal["identity", "linear", "spiral", "patches", "leaky relu"]

INVERSE_TEMPERATURE = sp.Rational(10, 3)
SPIRAL_RATE = 2 * math.pi
GROUP = 32
"""Anchors that share the kept coordinate, and with it their negatives."""


@dataclass(frozen=True, slots=True)
class Diversity:
    """Pairs on S² that keep no coordinate or the first one, κτ = 1, τ = 0.3.

    Fields:
        mixing: g; "linear" has 7 observations, the others 3.
        kept: the first coordinate of a pair is kept.
        within: the negatives of an anchor are drawn from the circle of its pair, K(z), and not
            from the sphere. They are shared by anchors with the same kept coordinate, `GROUP` at a
            time.
        matched: the encoder is the inverse of the mixing up to few parameters, and not a network.
        batch: anchors per step.
    """

    mixing: MixingName
    kept: bool = False
    within: bool = False
    matched: bool = False
    batch: int = 256

    def build(self, seeds: Seeds) -> Run:
        """Set up all seeds; the reference of the loss is that of the rotations."""
        kappa = INVERSE_TEMPERATURE
        pairs = PartlyKeptSphere(kappa, (0,)) if self.kept else VonMisesFisher(kappa)
        sampler = WorldSampler(World(Sphere(3), Uniform(), pairs))
        critic = InnerProduct(1 / float(kappa))
        mixing = _mixing(self.mixing, seeds)
        triples = partial(self._triples, sampler)
        extras: dict[str, Tensor] = {}
        if self.matched and self.mixing == "spiral":
            extras["rate"] = torch.full((len(seeds), 1), SPIRAL_RATE / 2)
        kind: Literal["linear", "mlp"] = "linear" if self.matched else "mlp"
        return _contrast(
            seeds,
            EncoderSpec(kind=kind, width=64, output="sphere"),
            sampler,
            triples,
            mixing,
            extras,
            self.batch,
            lambda h, t, n, _: _grouped(h, t, n, critic, GROUP if self.within else 0),
            lambda _: {},
            lambda z, h: {"procrustes_r2": procrustes_r2(z, h)},
        )

    def _triples(self, sampler: WorldSampler, n: int, generator: torch.Generator) -> Triple:
        if not self.within:
            return *sampler.pairs(n, generator), sampler.latents(n, generator)
        kept = sampler.latents(n // GROUP, generator)[:, :1].repeat_interleave(GROUP, 0)
        radius = (1 - kept.square()).clamp_min(0).sqrt()
        z, negatives = (
            torch.cat((kept, radius * sample_uniform_sphere((n,), 2, generator)), 1)
            for _ in range(2)
        )
        return z, sampler.partners(z, generator), negatives


@dataclass(frozen=True, slots=True)
class Anisotropic:
    """Pairs of density ∝ exp(−(z̃ − z)ᵀΛ(z̃ − z)) on the sphere, and a learned diagonal metric.

    Fields:
        weights: the diagonal of Λ.
        batch: anchors per step.
        width: of the encoder.
    """

    weights: tuple[sp.Rational, ...]
    batch: int = 512
    width: int = 64

    def build(self, seeds: Seeds) -> Run:
        """Set up all seeds; the reference of the loss is h = z with the true Λ, the optimum."""
        dim = len(self.weights)
        pairs = AnisotropicSphere(self.weights)
        sampler = WorldSampler(World(Sphere(dim), Uniform(), pairs))
        true = torch.tensor([float(w) for w in self.weights]).log().expand(len(seeds), dim)

        def loss(h: Tensor, t: Tensor, n: Tensor, extras: Extras) -> Tensor:
            metric = DiagonalMetric(extras["log_weights"])
            return infonce(h, t, metric, negatives=n, convention="mean")

        def scores(z: Tensor, h: Tensor) -> Scores:
            blocks = pairs.blocks()
            group = SignedPermutations(dim) if len(blocks) == dim else BlockOrthogonal(blocks)
            found: dict[str, object] = {"mcc": mcc(z, h).mcc}
            found["block_residual"] = residual(group, z, h).value
            return found

        return _contrast(
            seeds,
            EncoderSpec(kind="mlp", width=self.width, output="sphere"),
            sampler,
            lambda n, g: (*sampler.pairs(n, g), sampler.latents(n, g)),
            leaky_relu_mixing(seed_generators(seeds, "mixing"), dim),
            {"log_weights": torch.zeros(len(seeds), dim)},
            self.batch,
            loss,
            lambda like: {"log_weights": true.to(like.dtype)},
            scores,
        )


def _contrast(
    seeds: Seeds,
    spec: EncoderSpec,
    sampler: WorldSampler,
    triples: Callable[[int, torch.Generator], Triple],
    mixing: Mix,
    extras: Extras,
    batch: int,
    score: Callable[..., Tensor],
    reference: Callable[[Tensor], Extras],
    scores: Callable[[Tensor, Tensor], Scores],
) -> Run:
    """Join the parts: anchors, positives and negatives pass through mixing and encoder together."""
    generators = seed_generators(seeds, "batches")

    def drawn(n: int, sources: tuple[torch.Generator, ...]) -> tuple[Tensor, ...]:
        found = zip(*(triples(n, g) for g in sources), strict=True)
        return tuple(torch.stack(part) for part in found)

    def unturned(x: Tensor, given: Extras) -> Tensor:
        return _unspiral(x, given["rate"]) if "rate" in given else x

    def draw(steps: int) -> Batch:
        parts = [mixing(part) for part in drawn(steps * batch, generators)]
        split = (len(seeds), steps, batch, -1)
        return tuple(part.view(split).transpose(0, 1) for part in parts)

    def loss(encode: Encode, given: Batch, learned: Extras) -> Tensor:
        h = encode(unturned(torch.cat(given, 1), learned))
        return score(*h.split(given[0].shape[1], 1), learned)

    latents = torch.stack(
        [sampler.latents(HELD_OUT, g) for g in seed_generators(seeds, "held-out")]
    )
    observed = mixing(latents)
    held = [part.double() for part in drawn(LOSS_ROWS, seed_generators(seeds, "held-out rows"))]
    seen = torch.cat([mixing(part.float()).double() for part in held], 1)

    def represent(trained: Encoder, learned: Extras) -> Tensor:
        with torch.no_grad():
            wide = {name: value.double() for name, value in learned.items()}
            return trained.to(torch.float64)(unturned(observed.double(), wide))

    best = score(*held, reference(held[0]))

    def gap(trained: Encoder, learned: Extras) -> Tensor:
        with torch.no_grad():
            wide = {name: value.double() for name, value in learned.items()}
            h = trained.to(torch.float64)(unturned(seen, wide))
            return score(*h.split(LOSS_ROWS, 1), wide) - best

    calibration = unturned(observed, extras)
    encoder = build_encoder(spec, latents.shape[-1], calibration, seed_generators(seeds, "weights"))
    return Run(encoder, extras, draw, loss, latents, observed, represent, gap, -best, scores)


def _grouped(h: Tensor, t: Tensor, n: Tensor, critic: InnerProduct, group: int) -> Tensor:
    """InfoNCE with the negatives of an anchor's own group of rows, or of all rows for group 0."""
    if not group:
        return infonce(h, t, critic, negatives=n, convention="mean")
    parts = [part.reshape(-1, group, part.shape[-1]) for part in (h, t, n)]
    values = infonce(parts[0], parts[1], critic, negatives=parts[2], convention="mean")
    return values.view(h.shape[0], -1).mean(1)


def _mixing(name: MixingName, seeds: Seeds) -> Mix:
    generators = seed_generators(seeds, "mixing")
    match name:
        case "identity":
            return identity_mixing(generators, 3)
        case "linear":
            return linear_mixing(generators, 3, 7)
        case "spiral":
            return spiral_mixing(generators, 3, SPIRAL_RATE)
        case "patches":
            return patches
        case "leaky relu":
            return leaky_relu_mixing(generators, 3)


def _unspiral(x: Tensor, rate: Tensor) -> Tensor:
    """Turn the first pair of coordinates back by `rate` ``(S, 1)`` times its norm."""
    first, second = x[..., 0], x[..., 1]
    angle = -rate * (first.square() + second.square() + torch.finfo(x.dtype).tiny).sqrt()
    cosine, sine = angle.cos(), angle.sin()
    turned = torch.stack((cosine * first - sine * second, sine * first + cosine * second), -1)
    return torch.cat((turned, x[..., 2:]), -1)
