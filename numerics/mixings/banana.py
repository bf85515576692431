"""The banana mixing: every pair of coordinates is bent along a parabola."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class BananaMixing:
    """(z_1, z_2) → (z_1, z_2 + b (z_1² − 1)), and so on for the other pairs.

    A polynomial shear: |det J| = 1, and the inverse subtracts the parabola. For odd `dim` the last
    coordinate is left as it is.

    Fields:
        bend: b, shape ``(S, dim // 2)``.
        dim: the number of latents, at least 2.
    """

    bend: Tensor
    dim: int

    @property
    def observed_dim(self) -> int:
        """The number of observed coordinates, equal to `dim`."""
        return self.dim

    def __call__(self, z: Tensor) -> Tensor:
        """Observations ``(S, B, dim)`` of latents ``(S, B, dim)``, in the dtype of z."""
        return self._bent(z, 1.0)

    def inverse(self, x: Tensor) -> Tensor:
        """Latents ``(S, B, dim)`` of observations, exact up to rounding."""
        return self._bent(x, -1.0)

    def _bent(self, z: Tensor, sign: float) -> Tensor:
        paired = 2 * (self.dim // 2)
        first, second = z[..., 0:paired:2], z[..., 1:paired:2]
        moved = second + sign * self.bend.to(z.dtype).unsqueeze(1) * (first.square() - 1)
        return torch.cat((torch.stack((first, moved), -1).flatten(-2), z[..., paired:]), -1)


def banana_mixing(
    generators: Sequence[torch.Generator], dim: int, bend: float = 1.0
) -> BananaMixing:
    """A banana of bend ±b, the sign random for each pair and seed.

    Arguments:
        generators: one per seed.
        dim: the number of latents, at least 2.
        bend: b, finite; 0 gives the identity.

    Raises:
        ValueError: an argument is outside its range, or there is no generator.
    """
    if not generators:
        raise ValueError("generators is empty; allowed: one generator per seed; give at least one")
    if dim < 2:
        raise ValueError(f"dim = {dim}; allowed: integers >= 2; a banana needs a pair")
    if not math.isfinite(bend):
        raise ValueError(f"bend = {bend}; allowed: finite; use for example 1")
    coins = [torch.randint(2, (dim // 2,), generator=g, device=g.device) for g in generators]
    return BananaMixing(bend * (2 * torch.stack(coins) - 1).double(), dim)
