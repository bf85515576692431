"""Conformal mixings: Möbius transformations, which are all there are in three dimensions or more."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.mixings.linear import prescribed_matrices


@dataclass(frozen=True, slots=True)
class MobiusMixing:
    """x = r² (z − c) Q / |z − c|²: the inversion in the sphere of centre c and radius r, turned.

    J'J = (r/|z − c|)⁴ I. The map is its own inverse up to Q and c, and injective on R^d without c.
    By Liouville's theorem every conformal map of a domain of R^d, d ≥ 3, is of this form, up to
    shifts and orientation, or a similarity.

    Fields:
        centre: c, shape ``(S, dim)``.
        turn: Q, shape ``(S, dim, dim)``, orthogonal.
        radius: r, positive.
    """

    centre: Tensor
    turn: Tensor
    radius: float

    @property
    def dim(self) -> int:
        """The number of latents."""
        return int(self.turn.shape[1])

    @property
    def observed_dim(self) -> int:
        """The number of observed coordinates, equal to `dim`."""
        return self.dim

    def __call__(self, z: Tensor) -> Tensor:
        """Observations ``(S, B, dim)`` of latents ``(S, B, dim)``, in the dtype of z."""
        apart = z - self.centre.to(z.dtype).unsqueeze(1)
        return torch.bmm(self._inverted(apart), self.turn.to(z.dtype))

    def inverse(self, x: Tensor) -> Tensor:
        """Latents ``(S, B, dim)`` of observations, exact up to rounding."""
        apart = torch.bmm(x, self.turn.to(x.dtype).mT)
        return self._inverted(apart) + self.centre.to(x.dtype).unsqueeze(1)

    def _inverted(self, apart: Tensor) -> Tensor:
        return self.radius**2 * apart / apart.square().sum(-1, keepdim=True)


def mobius_mixing(
    generators: Sequence[torch.Generator], dim: int, distance: float = 6.0
) -> MobiusMixing:
    """A random Möbius transformation.

    Arguments:
        generators: one per seed.
        dim: the number of latents, at least 2; in two dimensions there are other conformal maps.
        distance: |c|, positive, and the radius of inversion, so that J'J = I at z = 0. The map is
            singular at c: keep it outside the bulk of the latents, √d for standard normal ones.

    Raises:
        ValueError: an argument is outside its range, or there is no generator.
    """
    if dim < 2:
        raise ValueError(f"dim = {dim}; allowed: integers >= 2; on the line every map is conformal")
    if not 0 < distance < math.inf:
        raise ValueError(f"distance = {distance}; allowed: finite and > 0; use for example 6")
    turn = prescribed_matrices(generators, dim, dim, (1.0, 1.0), torch.float64)
    direction = prescribed_matrices(generators, 1, dim, (1.0, 1.0), torch.float64).squeeze(1)
    return MobiusMixing(distance * direction, turn, distance)
