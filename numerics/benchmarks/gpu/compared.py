"""What both devices compute from the same inputs: losses and encoders, with gradients."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from sith.numerics.encoders.build import build_encoder
from sith.numerics.encoders.encoder import apply_encoder
from sith.numerics.encoders.spec import EncoderSpec
from sith.numerics.losses import (
    DiagonalMetric,
    InnerProduct,
    PowerDistance,
    alignment_entropy,
    barlow_twins,
    cross_entropy,
    decoupled_infonce,
    dino,
    infonce,
    nt_xent,
    random_directions,
    self_distillation,
    sigreg,
    spectral_contrastive,
    swav,
    vicreg,
    whitened_alignment,
    whitening_penalty,
)
from sith.numerics.training.loop import seed_generators

SEEDS, DIM = 2, 4
DIRECTIONS = 16

PairLoss = Callable[[Tensor, Tensor], Tensor]
Compute = Callable[[Tensor, Tensor], tuple[Tensor, ...]]
"""From two views ``(S, B, 4)`` to what is compared; everything else is made as they are."""


def _labelled(a: Tensor, b: Tensor) -> Tensor:
    labels = torch.arange(a.shape[1], device=a.device).remainder(DIM).expand(a.shape[:2])
    return cross_entropy(a, labels, b[:, :DIM], beta=2.0)


def _sliced(a: Tensor, b: Tensor) -> Tensor:
    drawn = random_directions(torch.Generator().manual_seed(1), DIM, slices=DIRECTIONS)
    return sigreg(torch.cat((a, b), 1), drawn.to(a))


def _distilled(a: Tensor, b: Tensor) -> Tensor:
    return dino(a, b, (0.3 * a).detach(), (0.2 * b).detach(), torch.zeros_like(a[:, 0]))


LOSSES: Mapping[str, PairLoss] = {
    "alignment and entropy": lambda a, b: alignment_entropy(a.sigmoid(), b.sigmoid()),
    "Barlow Twins": barlow_twins,
    "cross-entropy": _labelled,
    "decoupled InfoNCE": lambda a, b: decoupled_infonce(a, b, InnerProduct(0.5)),
    "DINO": _distilled,
    "InfoNCE, inner product": lambda a, b: infonce(a, b, InnerProduct(0.5)),
    "InfoNCE, learned metric": lambda a, b: infonce(a, b, DiagonalMetric(b[:, 0] / 4)),
    "InfoNCE, p = 1": lambda a, b: infonce(a, b, PowerDistance(1, 1, 0.5)),
    "InfoNCE, p = 2": lambda a, b: infonce(a, b, PowerDistance(2, 2, 0.5)),
    "InfoNCE, p = 3": lambda a, b: infonce(a, b, PowerDistance(3, 1.5, 0.5)),
    "NT-Xent": lambda a, b: nt_xent(a, b, InnerProduct(0.5)),
    "self-distillation": lambda a, b: self_distillation(a, b, 2 * a + b, b - a),
    "SIGReg": _sliced,
    "spectral contrastive": spectral_contrastive,
    "SwAV": swav,
    "VICReg": vicreg,
    "whitened alignment": whitened_alignment,
    "whitening penalty": lambda a, b: whitening_penalty(a) + whitening_penalty(b),
}
ENCODERS: Mapping[str, EncoderSpec] = {
    "linear": EncoderSpec(kind="linear"),
    "mlp": EncoderSpec(width=32),
    "coupling": EncoderSpec(kind="coupling", width=16),
    "mlp to the sphere": EncoderSpec(width=32, output="sphere"),
    "mlp to the box": EncoderSpec(width=32, output="box"),
}


def _with_gradients(loss: PairLoss) -> Compute:
    def compute(a: Tensor, b: Tensor) -> tuple[Tensor, ...]:
        views = tuple(v.clone().requires_grad_() for v in (a, b))
        value = loss(*views)
        found: tuple[Tensor | None, ...] = torch.autograd.grad(
            value.sum(), views, allow_unused=True
        )
        return (value.detach(), *(g for g in found if g is not None))

    return compute


def _encoded(spec: EncoderSpec) -> Compute:
    def compute(a: Tensor, b: Tensor) -> tuple[Tensor, ...]:
        made = build_encoder(
            spec, DIM, a.double().cpu(), seed_generators(range(SEEDS), "weights")
        ).to(a.dtype, a.device)
        state = {k: v.requires_grad_() for k, v in made.state.items()}
        h = apply_encoder(spec, state, b)
        wanted = [v for k, v in state.items() if k in made.trainable()]
        # On the sphere the sum of squares is constant, and its gradient would be rounding alone.
        return (h.detach(), *torch.autograd.grad((h * a).sum(), wanted))

    return compute


CASES: Mapping[str, Compute] = {
    **{name: _with_gradients(loss) for name, loss in LOSSES.items()},
    **{f"encoder, {name}": _encoded(spec) for name, spec in ENCODERS.items()},
}


def views(rows: int) -> tuple[Tensor, Tensor]:
    """The inputs of every case, float64 on the CPU: two views that agree in part, ``(S, rows, 4)``.

    They are numbers of float32, so that both precisions start from the same.
    """
    generator = torch.Generator().manual_seed(0)
    a, noise = (torch.randn((SEEDS, rows, DIM), generator=generator) for _ in range(2))
    return a.double(), (a + 0.5 * noise).double()
