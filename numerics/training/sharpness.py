"""Sharpness-aware minimisation: descend along the gradient at a point that is worse nearby."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from sith.theory import InputError

Gradient = Callable[[Tensor], Tensor]


def ascended(weights: Tensor, gradient: Tensor, radius: float | Tensor) -> Tensor:
    """Return W + ρ G/‖G‖, the norm over the last two dimensions; W itself where G = 0.

    Source: Foret, Kleiner, Mobahi, Neyshabur (2021), recalled: the first-order maximiser over a
    ball. It is homogeneous of degree 0 in G, so that the scale of the ascent loss does not matter.

    Arguments:
        weights: ``(..., D, k)``.
        gradient: G, of the same shape.
        radius: ρ ≥ 0 and finite, a number or one for each matrix, ``(...)``.

    Raises:
        InputError: a radius that is negative or not finite, or shapes that differ.
    """
    size = torch.as_tensor(radius, dtype=weights.dtype, device=weights.device)
    if not bool((torch.isfinite(size) & (size >= 0)).all()):
        raise InputError(f"radius {radius}", allowed="finite and >= 0", cure="use 0 for descent")
    if weights.shape != gradient.shape:
        raise InputError(f"gradient of shape {tuple(gradient.shape)}", allowed=f"{weights.shape}")
    length = torch.linalg.matrix_norm(gradient, keepdim=True)
    unit = gradient / torch.where(length > 0, length, torch.ones_like(length))
    return weights + size[..., None, None] * unit


def sam_step(
    weights: Tensor, descent: Gradient, ascent: Gradient, radius: float | Tensor, rate: float
) -> Tensor:
    """Return W − η ∇L(W + ρ G/‖G‖) with G = ∇L_w(W): one step of sharpness-aware descent.

    With L_w = L it is the plain method; with another weighting of the examples in L_w alone it is
    the re-weighted one of Liu, HaoChen, Gaidon, Ma (2022), recalled.

    Arguments:
        weights: W, ``(..., D, k)``.
        descent: W ↦ ∇L(W).
        ascent: W ↦ ∇L_w(W).
        radius: see `ascended`.
        rate: η > 0.
    """
    return weights - rate * descent(ascended(weights, ascent(weights), radius))
