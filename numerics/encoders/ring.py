"""Circular convolutions on a ring of pixels, with flattened or averaged features, batched over seeds.

Padding is circular and the stride is 1: features turn with the image, and their average over the
ring does not change when the image turns.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

KERNEL = 3
"""Pixels that one convolution reads: the pixel and its two neighbours."""


def ring_state(
    width: int,
    blocks: int,
    pooled: bool,
    output_dim: int,
    calibration: Tensor,
    generators: Sequence[torch.Generator],
) -> dict[str, Tensor]:
    """Random initial weights, and one shift and one scale for all pixels.

    Arguments:
        width: channels of every convolution.
        blocks: convolutions, at least 0.
        pooled: average the channels over the ring before the output layer, in place of flattening.
        output_dim: the number of embedding coordinates.
        calibration: images as rows ``(S, N, pixels)``, at least `KERNEL` pixels.
        generators: one per seed.

    Raises:
        ValueError: too few pixels, or the calibration is constant or not finite.
    """
    seeds, _, pixels = calibration.shape
    if pixels < KERNEL:
        raise ValueError(
            f"kind = 'ring' with {pixels} inputs; allowed: at least {KERNEL} pixels; use more"
        )
    # One number for all pixels: a mean of each pixel would not turn with the image.
    mean = calibration.double().mean((1, 2), keepdim=True)
    deviation = (calibration.double() - mean).square().mean((1, 2), keepdim=True).sqrt()
    if not bool((deviation > 0).all() and deviation.isfinite().all()):
        raise ValueError("calibration is constant or not finite; allowed: varying images; check g")
    empty = calibration.new_zeros
    state = {
        "whiten.mean": mean.expand(seeds, 1, pixels).contiguous().to(calibration),
        "whiten.matrix": (1 / deviation).to(calibration),
    }
    sizes, channels = {}, 1
    for block in range(blocks):
        sizes[f"conv{block}"] = (channels * KERNEL, width)
        channels = width
    sizes["output"] = (channels if pooled else channels * pixels, output_dim)
    for name, (rows, columns) in sizes.items():
        draws = [empty((rows, columns)).normal_(generator=g) for g in generators]
        gain = 1.0 if name == "output" else math.sqrt(2)
        state[f"{name}.weight"] = gain * torch.stack(draws) / rows**0.5
        state[f"{name}.bias"] = empty((seeds, 1, columns))
    return state


def ring_features(state: Mapping[str, Tensor], x: Tensor, pooled: bool) -> Tensor:
    """What the output layer reads, ``(S, B, features)``, of images as rows ``(S, B, pixels)``."""
    seeds, batch, pixels = x.shape
    h = ((x - state["whiten.mean"]) * state["whiten.matrix"]).unsqueeze(-1)
    block = 0
    while f"conv{block}.weight" in state:
        near = torch.cat([h.roll(1, 2), h, h.roll(-1, 2)], -1).view(seeds, batch * pixels, -1)
        out = torch.baddbmm(state[f"conv{block}.bias"], near, state[f"conv{block}.weight"])
        h = F.gelu(out).view(seeds, batch, pixels, -1)
        block += 1
    return h.mean(2) if pooled else h.flatten(2)


def ring_forward(state: Mapping[str, Tensor], x: Tensor, pooled: bool) -> Tensor:
    """The outputs ``(S, B, m)`` of images as rows ``(S, B, pixels)``, before the output space."""
    return torch.baddbmm(
        state["output.bias"], ring_features(state, x, pooled), state["output.weight"]
    )
