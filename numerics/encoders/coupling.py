"""Invertible encoders with a cheap log-determinant, for maximum likelihood.

Change of variables scores a map by ``-log p(f(x)) - log|det J_f(x)|``.  The score is a likelihood
only if f is one-to-one: a map that folds the space counts the same mass several times and gets
below the loss of the true inverse.  The maps here cannot fold.  They are a whitening, coupling
layers, and a square matrix.  A coupling layer keeps one half of the coordinates and maps the other
half by ``b -> b exp(s) + t``, where s (within ±2) and t are smooth functions of the kept half;
the halves take turns.

Source: Dinh, Sohl-Dickstein and Bengio (2017), Density estimation using Real NVP.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor

if TYPE_CHECKING:
    from sith.numerics.encoders.spec import EncoderSpec

BOUND = 2.0
"""The largest log-scale of one coordinate in one layer."""


def coupling_state(
    spec: EncoderSpec, dim: int, like: Tensor, generators: Sequence[torch.Generator]
) -> dict[str, Tensor]:
    """Initial parameters: the coupling layers do nothing, the last matrix is a random rotation.

    The conditioner of every layer has two hidden layers of `spec.width` units; its last matrix
    starts at zero, so that the encoder starts as an affine map.  Rotations include reflections.

    Arguments:
        spec: the encoder class; `spec.blocks` pairs of coupling layers.
        dim: the number of coordinates d of input and output, at least 2.
        like: a tensor with the wanted dtype and device.
        generators: one per seed.

    Raises:
        ValueError: d is below 2.
    """
    if dim < 2:
        raise ValueError(
            f"a coupling encoder of {dim} coordinates; allowed: at least 2, one per half; "
            "use another kind or more coordinates"
        )
    seeds = len(generators)

    def normal(rows: int, columns: int) -> Tensor:
        draws = [like.new_empty((rows, columns)).normal_(generator=g) for g in generators]
        return torch.stack(draws)

    state: dict[str, Tensor] = {}
    width = spec.width
    for layer in range(_layers(spec)):
        kept, moved = _sizes(dim, layer)
        name = f"coupling{layer}"
        # Random biases spread the bends of the hidden units over the range of the kept half.
        state[f"{name}.in.weight"] = normal(kept, width) / kept**0.5
        state[f"{name}.in.bias"] = normal(1, width)
        state[f"{name}.mid.weight"] = normal(width, width) / width**0.5
        state[f"{name}.mid.bias"] = like.new_zeros((seeds, 1, width))
        state[f"{name}.out.weight"] = like.new_zeros((seeds, width, 2 * moved))
        state[f"{name}.out.bias"] = like.new_zeros((seeds, 1, 2 * moved))
    rotations, upper = torch.linalg.qr(normal(dim, dim).double())
    signs = upper.diagonal(dim1=-2, dim2=-1).sign().unsqueeze(-2)
    state["output.weight"] = (rotations * signs).to(like.dtype)
    state["output.bias"] = like.new_zeros((seeds, 1, dim))
    return state


def coupling_forward(
    spec: EncoderSpec, state: Mapping[str, Tensor], x: Tensor
) -> tuple[Tensor, Tensor]:
    """f(x) and log|det J_f(x)|, without differentiating anything.

    Works for kind "coupling" and for a square "linear", with output "euclidean" or "box".

    Arguments:
        spec: the encoder class.
        state: its tensors.
        x: observations, ``(S, B, d)``.

    Returns:
        Embeddings ``(S, B, d)`` and log-determinants ``(S, B)``.

    Raises:
        ValueError: the output is "sphere", where there is no inverse.
    """
    _refuse_sphere(spec)
    h = torch.bmm(x - state["whiten.mean"], state["whiten.matrix"])
    weight = state["output.weight"]
    constant = (
        torch.linalg.slogdet(state["whiten.matrix"]).logabsdet
        + torch.linalg.slogdet(weight).logabsdet
    )
    log_volume = constant.unsqueeze(-1).expand(x.shape[:2])
    kept, moved = _split(h)
    for layer in range(_layers(spec)):
        scale, shift = _conditioner(state, layer, kept)
        moved = moved * scale.exp() + shift
        log_volume = log_volume + scale.sum(-1)
        kept, moved = moved, kept
    # An even number of layers: the halves are back in their places.
    h = torch.baddbmm(state["output.bias"], torch.cat((kept, moved), dim=-1), weight)
    if spec.output == "box":
        return torch.sigmoid(h), log_volume + (F.logsigmoid(h) + F.logsigmoid(-h)).sum(-1)
    return h, log_volume


def coupling_inverse(spec: EncoderSpec, state: Mapping[str, Tensor], y: Tensor) -> Tensor:
    """The observations ``(S, B, d)`` that `coupling_forward` maps to embeddings y.

    Raises:
        ValueError: the output is "sphere", where there is no inverse.
    """
    _refuse_sphere(spec)
    h = torch.logit(y) if spec.output == "box" else y
    h = torch.linalg.solve(state["output.weight"], h - state["output.bias"], left=False)
    kept, moved = _split(h)
    for layer in reversed(range(_layers(spec))):
        kept, moved = moved, kept
        scale, shift = _conditioner(state, layer, kept)
        moved = (moved - shift) * (-scale).exp()
    h = torch.cat((kept, moved), dim=-1)
    whitened: Tensor = torch.linalg.solve(state["whiten.matrix"], h, left=False)
    return whitened + state["whiten.mean"]


def _layers(spec: EncoderSpec) -> int:
    return 2 * spec.blocks if spec.kind == "coupling" else 0


def _sizes(dim: int, layer: int) -> tuple[int, int]:
    """The sizes of the kept and of the moved half."""
    first = dim // 2
    return (first, dim - first) if layer % 2 == 0 else (dim - first, first)


def _split(h: Tensor) -> tuple[Tensor, Tensor]:
    first = h.shape[-1] // 2
    return h[..., :first], h[..., first:]


def _conditioner(state: Mapping[str, Tensor], layer: int, kept: Tensor) -> tuple[Tensor, Tensor]:
    """The log-scale, within ±BOUND, and the shift of the moved half."""
    h = kept
    for part in ("in", "mid", "out"):
        name = f"coupling{layer}.{part}"
        h = torch.baddbmm(state[f"{name}.bias"], h, state[f"{name}.weight"])
        if part != "out":
            h = F.gelu(h)
    raw, shift = h.chunk(2, dim=-1)
    return BOUND * torch.tanh(raw / BOUND), shift


def _refuse_sphere(spec: EncoderSpec) -> None:
    if spec.output == "sphere":
        raise ValueError(
            "output = 'sphere' of an invertible encoder; allowed: euclidean, box; "
            "normalising to the sphere loses a dimension: choose another output"
        )
