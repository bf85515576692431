"""Smooth invertible network mixings with prescribed singular values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from sith.numerics.mixings.leaky_relu import network_matrices
from sith.numerics.mixings.linear import SINGULAR_RANGE


@dataclass(frozen=True, slots=True)
class SmoothMixing:
    """A network with activation a(t) = s t + (1 - s)(softplus(t) - log 2), smooth and increasing.

    The derivative of the activation lies strictly between s and 1 and a(0) = 0, so every factor
    is a diffeomorphism and so is the mixing.

    Fields:
        matrices: L tensors of shape ``(S, dim, dim)``, the last ``(S, dim, observed_dim)``.
        slope: the limit slope s at minus infinity, in (0, 1].
    """

    matrices: tuple[Tensor, ...]
    slope: float

    @property
    def dim(self) -> int:
        """The number of latents."""
        return int(self.matrices[0].shape[1])

    @property
    def observed_dim(self) -> int:
        """The number of observed coordinates."""
        return int(self.matrices[-1].shape[2])

    def __call__(self, z: Tensor) -> Tensor:
        """Observations ``(S, B, observed_dim)`` of latents ``(S, B, dim)``, in the dtype of z."""
        x = torch.bmm(z, self.matrices[0].to(z.dtype))
        for matrix in self.matrices[1:]:
            bent = self.slope * x + (1 - self.slope) * (F.softplus(x) - math.log(2))
            x = torch.bmm(bent, matrix.to(z.dtype))
        return x


def smooth_mixing(
    generators: Sequence[torch.Generator],
    dim: int,
    observed_dim: int | None = None,
    layers: int = 3,
    slope: float = 0.2,
    singular_range: tuple[float, float] = SINGULAR_RANGE,
) -> SmoothMixing:
    """A random smooth network; the arguments are those of `leaky_relu_mixing`.

    Raises:
        ValueError: an argument is outside its range.
    """
    matrices = network_matrices(generators, dim, observed_dim, layers, slope, singular_range)
    return SmoothMixing(matrices, slope)
