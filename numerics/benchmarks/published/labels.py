"""Cross-entropy over classes or instances, with latents around class vectors on the sphere."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from sith.numerics.benchmarks.published.row import HELD_OUT, LOSS_ROWS, Extras, Run, Seeds
from sith.numerics.encoders.build import build_encoder
from sith.numerics.encoders.encoder import Encoder
from sith.numerics.encoders.spec import EncoderSpec
from sith.numerics.losses import cross_entropy
from sith.numerics.measure import procrustes_r2
from sith.numerics.mixings import leaky_relu_mixing
from sith.numerics.training.loop import Batch, Encode, seed_generators
from sith.numerics.worlds import ClassLatents, sample_generalised_normal, sample_uniform_sphere

BATCH = 512
LAYERS = 4
NODES = 200
REACH = 20.0
"""Upper end of the quadrature over radii: beyond it lies less than 2e-5 of the integral, d ≤ 5."""


@dataclass(frozen=True, slots=True)
class LabelWorld:
    """Classes with uniform unit vectors v_c; the latents of a class are spread around its vector.

    Fields:
        dim: d.
        classes: their number.
        law: of z given its class: "vmf", density ∝ exp(κ v·z), or v plus independent "laplace" or
            "normal" noise of scale 1 in every coordinate, divided by its length.
        kappa: κ, for "vmf".
        instances: the number of labels where every observation is a label of its own, a multiple
            of the number of classes; 0 where the labels are the classes.
        unit_rows: the rows of the classifier have length 1.
        stored: 0 for latents drawn afresh in every step; or as many are drawn once and reused.
        width: of the encoder.
    """

    dim: int = 5
    classes: int = 100
    law: Literal["vmf", "laplace", "normal"] = "vmf"
    kappa: float = 10.0
    instances: int = 0
    unit_rows: bool = False
    stored: int = 0
    width: int = 64

    def sample(self, vectors: Tensor, n: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Draw latents ``(n, d)`` and labels ``(n,)``."""
        if self.law == "vmf":
            place = generator.device
            z, label = ClassLatents(vectors, self.kappa)(n, generator, place, vectors.dtype)
        else:
            label = torch.randint(self.classes, (n,), generator=generator)
            p, rate = (1.0, 1.0) if self.law == "laplace" else (2.0, 0.5)
            shape, dtype = (n, self.dim), vectors.dtype
            noise = sample_generalised_normal(shape, p, rate, generator, label.device, dtype)
            z = torch.nn.functional.normalize(vectors[label] + noise, dim=-1)
        if self.instances:
            copies = self.instances // self.classes
            label = label + self.classes * torch.randint(copies, (n,), generator=generator)
        return z, label

    def build(self, seeds: Seeds) -> Run:
        """Set up all seeds."""
        shape = (self.classes,)
        vectors = [
            sample_uniform_sphere(shape, self.dim, g) for g in seed_generators(seeds, "classes")
        ]
        mixing = leaky_relu_mixing(seed_generators(seeds, "mixing"), self.dim, layers=LAYERS)

        def drawn(n: int, generators: tuple[torch.Generator, ...]) -> tuple[Tensor, Tensor]:
            pairs = [self.sample(v, n, g) for v, g in zip(vectors, generators, strict=True)]
            z, labels = zip(*pairs, strict=True)
            return torch.stack(z), torch.stack(labels)

        held, held_labels = drawn(HELD_OUT, seed_generators(seeds, "held-out"))
        fixed = drawn(self.stored, seed_generators(seeds, "stored")) if self.stored else ()
        batches = seed_generators(seeds, "batches")

        def draw(steps: int) -> Batch:
            n = steps * BATCH
            z, labels = drawn(n, batches) if not fixed else _chosen(fixed, n, batches)
            x = mixing(z)
            split = (len(seeds), steps, BATCH)
            return x.view(*split, -1).transpose(0, 1), labels.view(split).transpose(0, 1)

        def loss(encode: Encode, batch: Batch, extras: Extras) -> Tensor:
            rows = extras["rows"]
            return cross_entropy(encode(batch[0]), batch[1], rows, unit_rows=self.unit_rows)

        observed = mixing(held)
        spec = EncoderSpec(kind="mlp", width=self.width, output="euclidean")
        encoder = build_encoder(spec, self.dim, observed, seed_generators(seeds, "weights"))
        count = self.instances or self.classes
        rows = torch.stack(
            [torch.randn(count, self.dim, generator=g) for g in seed_generators(seeds, "rows")]
        )

        def represent(trained: Encoder, _: Extras) -> Tensor:
            with torch.no_grad():
                return trained.to(torch.float64)(observed.double())

        best = self.least_loss(held[:, :LOSS_ROWS], held_labels[:, :LOSS_ROWS], vectors)

        def gap(trained: Encoder, extras: Extras) -> Tensor:
            with torch.no_grad():
                h = trained.to(torch.float64)(observed[:, :LOSS_ROWS].double())
                wide = {name: value.double() for name, value in extras.items()}
                return loss(lambda _: h, (h, held_labels[:, :LOSS_ROWS]), wide) - best

        return Run(
            encoder,
            {"rows": rows},
            draw,
            loss,
            held,
            observed,
            represent,
            gap,
            math.log(count) - best,
            lambda z, h: {"procrustes_r2": procrustes_r2(z, h)},
        )

    def least_loss(self, z: Tensor, labels: Tensor, vectors: list[Tensor]) -> Tensor:
        """Return the loss of the exact posterior of the labels at the same rows, ``(S,)``.

        For "vmf" the logits κ v_c·z attain it, with h = z up to a factor. For the other laws
        p(z | c) ∝ ∫ r^{d−1} q(rz − v_c) dr is not log-linear in z, and no classifier of rank d
        attains it.
        """
        found = []
        for points, own, v in zip(z.double(), labels, vectors, strict=True):
            logits = self.log_density(points, v.double())
            true = own % self.classes
            found.append(torch.nn.functional.cross_entropy(logits, true))
        copies = self.instances // self.classes if self.instances else 1
        return torch.stack(found) + math.log(copies)

    def log_density(self, z: Tensor, vectors: Tensor) -> Tensor:
        """Return log p(z | c) up to a constant that is the same for all classes, ``(n, C)``."""
        if self.law == "vmf":
            return self.kappa * z @ vectors.T
        total = torch.full((z.shape[0], vectors.shape[0]), -math.inf, dtype=z.dtype)
        for node in range(NODES):
            r = (node + 0.5) * REACH / NODES
            away = r * z[:, None] - vectors[None]
            size = away.abs().sum(-1) if self.law == "laplace" else away.square().sum(-1) / 2
            total = torch.logaddexp(total, (self.dim - 1) * math.log(r) - size)
        return total


def _chosen(
    fixed: tuple[Tensor, Tensor], n: int, generators: tuple[torch.Generator, ...]
) -> tuple[Tensor, Tensor]:
    """Rows of the stored sample, with replacement."""
    z, labels = fixed
    rows = torch.stack([torch.randint(z.shape[1], (n,), generator=g) for g in generators])
    return z.gather(1, rows[..., None].expand(-1, -1, z.shape[-1])), labels.gather(1, rows)
