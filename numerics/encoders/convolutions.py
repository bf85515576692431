"""The convolutional encoder, batched over seeds by grouped convolutions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

CHANNELS = 3
"""Colour channels of the images."""

_KERNEL = 3


def conv_state(
    width: int,
    blocks: int,
    output_dim: int,
    calibration: Tensor,
    generators: Sequence[torch.Generator],
) -> dict[str, Tensor]:
    """Random initial weights, and the scaling of images to mean 0 and overall variance 1.

    Arguments:
        width: channels after the first convolution; each further one doubles them, up to 4 width.
        blocks: convolutions of stride 2, at least 1.
        output_dim: the number of embedding coordinates.
        calibration: images as rows ``(S, N, 3 side²)``.
        generators: one per seed.

    Raises:
        ValueError: the rows are no images of three square channels, whose side halves `blocks`
            times, or are constant or not finite.
    """
    seeds, _, observed_dim = calibration.shape
    side = math.isqrt(observed_dim // CHANNELS)
    if CHANNELS * side**2 != observed_dim or blocks < 1 or side % 2**blocks:
        raise ValueError(
            f"kind = 'conv' with {observed_dim} inputs and blocks = {blocks}; allowed: 3 side² "
            "inputs with side a multiple of 2^blocks, blocks >= 1; change side or blocks"
        )
    mean = calibration.double().mean(1, keepdim=True)
    deviation = (calibration.double() - mean).square().mean((1, 2), keepdim=True).sqrt()
    if not bool((deviation > 0).all() and deviation.isfinite().all()):
        raise ValueError("calibration is constant or not finite; allowed: varying images; check g")
    empty = calibration.new_zeros
    state = {"whiten.mean": mean.to(calibration), "whiten.matrix": (1 / deviation).to(calibration)}
    sizes = {}
    channels, outputs = CHANNELS, width
    for block in range(blocks):
        sizes[f"conv{block}"] = (channels * _KERNEL**2, outputs)
        channels, outputs = outputs, min(2 * outputs, 4 * width)
    sizes["output"] = (channels * (side // 2**blocks) ** 2, output_dim)
    for name, (rows, columns) in sizes.items():
        draws = [empty((rows, columns)).normal_(generator=g) for g in generators]
        # The activation halves the variance, roughly.
        gain = 1.0 if name == "output" else math.sqrt(2)
        state[f"{name}.weight"] = gain * torch.stack(draws) / rows**0.5
        state[f"{name}.bias"] = empty((seeds, 1, columns))
    return state


def conv_forward(state: Mapping[str, Tensor], x: Tensor) -> Tensor:
    """The outputs ``(S, B, m)`` of images as rows ``(S, B, 3 side²)``, before the output space.

    Seeds are groups of one convolution: channel s · C + c of the stacked image is channel c of
    seed s.
    """
    seeds, batch, observed_dim = x.shape
    side = math.isqrt(observed_dim // CHANNELS)
    h = (x - state["whiten.mean"]) * state["whiten.matrix"]
    h = h.view(seeds, batch, CHANNELS, side, side).transpose(0, 1)
    h = h.reshape(batch, seeds * CHANNELS, side, side)
    block = 0
    while f"conv{block}.weight" in state:
        weight = state[f"conv{block}.weight"]
        outputs = weight.shape[-1]
        kernel = weight.mT.reshape(seeds * outputs, -1, _KERNEL, _KERNEL)
        bias = state[f"conv{block}.bias"].reshape(-1)
        h = F.gelu(F.conv2d(h, kernel, bias, stride=2, padding=1, groups=seeds))
        block += 1
    h = h.view(batch, seeds, -1).transpose(0, 1)
    return torch.baddbmm(state["output.bias"], h, state["output.weight"])
