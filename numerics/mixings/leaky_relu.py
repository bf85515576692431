"""Leaky-ReLU network mixings with prescribed singular values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from sith.numerics.mixings.linear import SINGULAR_RANGE, prescribed_matrices


@dataclass(frozen=True, slots=True)
class LeakyReluMixing:
    """x = leaky(... leaky(z A_1) A_2 ...) A_L: no activation after the last matrix, no biases.

    Invertible, because every factor is; piecewise linear, so the inverse is too.

    Fields:
        matrices: L tensors of shape ``(S, dim, dim)``, the last ``(S, dim, observed_dim)``.
        slope: the slope for negative arguments, in (0, 1].
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
            x = torch.bmm(F.leaky_relu(x, self.slope), matrix.to(z.dtype))
        return x


def leaky_relu_mixing(
    generators: Sequence[torch.Generator],
    dim: int,
    observed_dim: int | None = None,
    layers: int = 3,
    slope: float = 0.2,
    singular_range: tuple[float, float] = SINGULAR_RANGE,
) -> LeakyReluMixing:
    """A random leaky-ReLU network.

    Arguments:
        generators: one per seed.
        dim: the number of latents, at least 1.
        observed_dim: the number of observed coordinates, at least dim; dim by default.
        layers: the number of matrices, at least 1; there is one activation fewer.
        slope: the slope for negative arguments, in (0, 1]; 1 gives a linear mixing.
        singular_range: bounds of the singular values of every matrix.

    Raises:
        ValueError: an argument is outside its range.
    """
    matrices = network_matrices(generators, dim, observed_dim, layers, slope, singular_range)
    return LeakyReluMixing(matrices, slope)


def network_matrices(
    generators: Sequence[torch.Generator],
    dim: int,
    observed_dim: int | None,
    layers: int,
    slope: float,
    singular_range: tuple[float, float],
) -> tuple[Tensor, ...]:
    """The matrices of an invertible network, after validation of its arguments."""
    if layers < 1:
        raise ValueError(f"layers = {layers}; allowed: integers >= 1; use at least one matrix")
    if not 0 < slope <= 1:
        raise ValueError(
            f"slope = {slope}; allowed: 0 < slope <= 1; a slope of 0 makes the mixing not injective"
        )
    inner = [prescribed_matrices(generators, dim, dim, singular_range) for _ in range(layers - 1)]
    return (*inner, prescribed_matrices(generators, dim, observed_dim, singular_range))
