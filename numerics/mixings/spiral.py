"""The spiral mixing: every pair of coordinates is turned by an angle that grows with its norm."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class SpiralMixing:
    """(z_1, z_2) -> R(phase + rate |(z_1, z_2)|) (z_1, z_2), and so on for the other pairs.

    Norms of pairs are kept, so the map is a homeomorphism; it also preserves volume, hence every
    rotation-invariant density.  For odd `dim` the last coordinate is left as it is.

    Fields:
        phase: shape ``(S, dim // 2)``, in radians.
        rate: radians per unit of norm.
        dim: the number of latents, at least 2.
    """

    phase: Tensor
    rate: float
    dim: int

    @property
    def observed_dim(self) -> int:
        """The number of observed coordinates, equal to `dim`."""
        return self.dim

    def __call__(self, z: Tensor) -> Tensor:
        """Observations ``(S, B, dim)`` of latents ``(S, B, dim)``, in the dtype of z."""
        paired = 2 * (self.dim // 2)
        first, second = z[..., 0:paired:2], z[..., 1:paired:2]
        # Adding the smallest normal number keeps the derivative of the norm finite at zero.
        norm = (first.square() + second.square() + torch.finfo(z.dtype).tiny).sqrt()
        angle = self.phase.to(z.dtype).unsqueeze(1) + self.rate * norm
        cosine, sine = angle.cos(), angle.sin()
        turned = torch.stack((cosine * first - sine * second, sine * first + cosine * second), -1)
        return torch.cat((turned.flatten(-2), z[..., paired:]), dim=-1)


def spiral_mixing(
    generators: Sequence[torch.Generator], dim: int, rate: float = math.pi / 2
) -> SpiralMixing:
    """A spiral with a random phase per pair and seed.

    Arguments:
        generators: one per seed.
        dim: the number of latents, at least 2.
        rate: radians per unit of norm, finite; 0 gives a rotation.

    Raises:
        ValueError: an argument is outside its range, or there is no generator.
    """
    if not generators:
        raise ValueError("generators is empty; allowed: one generator per seed; give at least one")
    if dim < 2:
        raise ValueError(f"dim = {dim}; allowed: integers >= 2; a spiral needs a pair")
    if not math.isfinite(rate):
        raise ValueError(f"rate = {rate}; allowed: finite; use for example 1.5")
    turns = [torch.rand(dim // 2, generator=g, device=g.device) for g in generators]
    return SpiralMixing(2 * math.pi * torch.stack(turns), rate, dim)
