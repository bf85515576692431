"""Coupling mixings: shears, which keep volumes, and affine couplings, which do not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.mixings.linear import prescribed_matrices

_HIDDEN = 16


@dataclass(frozen=True, slots=True)
class CouplingMixing:
    """Layers z ↦ (u, e^{σ tanh(p(u))} v + t(u)) with (u, v) = zQ, Q orthogonal, split in half.

    For σ = 0 every layer is a shear and |det J| = 1 (NICE, Dinh et al. 2015); otherwise the layers
    are affine couplings (real NVP, Dinh et al. 2017). t and p are linear in `_HIDDEN` sines of
    random slopes and phases, so that everything is smooth, and bounded but for the shift by t.

    Fields, one entry of the tuples for each layer, with h = dim // 2 coordinates in u:
        turns: Q, ``(S, dim, dim)``.
        slopes: ``(S, h, H)``, and phases: ``(S, 1, H)``, of the sines.
        shifts: ``(S, H, dim − h)``, for t, and stretches: the same for p.
        scale: σ, at least 0.
    """

    turns: tuple[Tensor, ...]
    slopes: tuple[Tensor, ...]
    phases: tuple[Tensor, ...]
    shifts: tuple[Tensor, ...]
    stretches: tuple[Tensor, ...]
    scale: float

    @property
    def dim(self) -> int:
        """The number of latents."""
        return int(self.turns[0].shape[1])

    @property
    def observed_dim(self) -> int:
        """The number of observed coordinates, equal to `dim`."""
        return self.dim

    @property
    def volume_preserving(self) -> bool:
        """Whether |det J| = 1 everywhere."""
        return self.scale == 0

    def __call__(self, z: Tensor) -> Tensor:
        """Observations ``(S, B, dim)`` of latents ``(S, B, dim)``, in the dtype of z."""
        half = self.dim // 2
        for layer, turn in enumerate(self.turns):
            u, v = torch.bmm(z, turn.to(z.dtype)).tensor_split([half], -1)
            shift, log_scale = self._terms(layer, u)
            z = torch.cat((u, v * log_scale.exp() + shift), -1)
        return z

    def inverse(self, x: Tensor) -> Tensor:
        """Latents ``(S, B, dim)`` of observations, exact up to rounding."""
        half = self.dim // 2
        for layer in reversed(range(len(self.turns))):
            u, v = x.tensor_split([half], -1)
            shift, log_scale = self._terms(layer, u)
            joined = torch.cat((u, (v - shift) * (-log_scale).exp()), -1)
            x = torch.bmm(joined, self.turns[layer].to(x.dtype).mT)
        return x

    def _terms(self, layer: int, u: Tensor) -> tuple[Tensor, Tensor]:
        own = (self.slopes, self.phases, self.shifts, self.stretches)
        slope, phase, shift, stretch = (part[layer].to(u.dtype) for part in own)
        waves = torch.sin(torch.baddbmm(phase, u, slope))
        return torch.bmm(waves, shift), self.scale * torch.tanh(torch.bmm(waves, stretch))


def volume_preserving_mixing(
    generators: Sequence[torch.Generator], dim: int, layers: int = 4
) -> CouplingMixing:
    """Random shears, |det J| = 1; the arguments are those of `affine_coupling_mixing`."""
    return affine_coupling_mixing(generators, dim, layers, 0.0)


def affine_coupling_mixing(
    generators: Sequence[torch.Generator], dim: int, layers: int = 4, scale: float = 0.5
) -> CouplingMixing:
    """Random coupling layers with Haar rotations between them.

    Arguments:
        generators: one per seed.
        dim: the number of latents, at least 2.
        layers: at least 1.
        scale: σ ≥ 0, the largest logarithm of a stretch in one layer.

    Raises:
        ValueError: an argument is outside its range, or there is no generator.
    """
    if dim < 2:
        raise ValueError(f"dim = {dim}; allowed: integers >= 2; a coupling needs two parts")
    if layers < 1:
        raise ValueError(f"layers = {layers}; allowed: integers >= 1; use for example 4")
    if not 0 <= scale < math.inf:
        raise ValueError(f"scale = {scale}; allowed: finite and >= 0; use 0 to keep volumes")
    half = dim // 2

    def normal(rows: int, columns: int, size: float) -> Tensor:
        shape, kind = (rows, columns), torch.float64
        draws = [torch.randn(shape, generator=g, device=g.device, dtype=kind) for g in generators]
        return size * torch.stack(draws)

    def layer() -> tuple[Tensor, ...]:
        turn = prescribed_matrices(generators, dim, dim, (1.0, 1.0), torch.float64)
        return (
            turn,
            normal(half, _HIDDEN, 1.0),
            normal(1, _HIDDEN, math.pi),
            normal(_HIDDEN, dim - half, (2 / _HIDDEN) ** 0.5),
            normal(_HIDDEN, dim - half, (2 / _HIDDEN) ** 0.5),
        )

    turns, slopes, phases, shifts, stretches = zip(*(layer() for _ in range(layers)), strict=True)
    return CouplingMixing(turns, slopes, phases, shifts, stretches, scale)
