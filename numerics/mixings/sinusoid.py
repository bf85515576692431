"""The sinusoid mixing: a monotone wave along every direction of a rotated frame."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.mixings.linear import SINGULAR_RANGE, prescribed_matrices

_BISECTIONS = 80


@dataclass(frozen=True, slots=True)
class SinusoidMixing:
    """x = w(zQ) A with w(t) = t + a sin(ωt + φ)/ω, |a| < 1, coordinate by coordinate.

    w has derivative between 1 − |a| and 1 + |a|, so that the map is a diffeomorphism.

    Fields:
        turn: Q, shape ``(S, dim, dim)``, orthogonal.
        phase: φ, shape ``(S, 1, dim)``, in radians.
        matrix: A, shape ``(S, dim, observed_dim)``.
        amplitude: a, in [0, 1).
        frequency: ω, positive, in radians per unit.
    """

    turn: Tensor
    phase: Tensor
    matrix: Tensor
    amplitude: float
    frequency: float

    @property
    def dim(self) -> int:
        """The number of latents."""
        return int(self.turn.shape[1])

    @property
    def observed_dim(self) -> int:
        """The number of observed coordinates."""
        return int(self.matrix.shape[2])

    def __call__(self, z: Tensor) -> Tensor:
        """Observations ``(S, B, observed_dim)`` of latents ``(S, B, dim)``, in the dtype of z."""
        turned = torch.bmm(z, self.turn.to(z.dtype))
        return torch.bmm(self._wave(turned), self.matrix.to(z.dtype))

    def inverse(self, x: Tensor) -> Tensor:
        """Latents ``(S, B, dim)`` of observations, by bisection to the rounding of the dtype."""
        target = torch.bmm(x, torch.linalg.pinv(self.matrix.double()).to(x.dtype))
        reach = self.amplitude / self.frequency
        low, high = target - reach, target + reach
        for _ in range(_BISECTIONS):
            middle = (low + high) / 2
            below = self._wave(middle) < target
            low, high = torch.where(below, middle, low), torch.where(below, high, middle)
        return torch.bmm((low + high) / 2, self.turn.to(x.dtype).mT)

    def _wave(self, t: Tensor) -> Tensor:
        angle = self.frequency * t + self.phase.to(t.dtype)
        return t + self.amplitude * angle.sin() / self.frequency


def sinusoid_mixing(
    generators: Sequence[torch.Generator],
    dim: int,
    observed_dim: int | None = None,
    amplitude: float = 0.8,
    frequency: float = 3.0,
    singular_range: tuple[float, float] = SINGULAR_RANGE,
) -> SinusoidMixing:
    """A random sinusoid mixing.

    Arguments:
        generators: one per seed.
        dim: the number of latents, at least 1.
        observed_dim: the number of observed coordinates, at least dim; dim by default.
        amplitude: a, in [0, 1); 0 gives a linear mixing.
        frequency: ω, finite and positive.
        singular_range: bounds of the singular values of A.

    Raises:
        ValueError: an argument is outside its range.
    """
    if not 0 <= amplitude < 1:
        raise ValueError(f"amplitude = {amplitude}; allowed: [0, 1); at 1 the wave is flat")
    if not 0 < frequency < math.inf:
        raise ValueError(f"frequency = {frequency}; allowed: finite and > 0; use for example 3")
    turn = prescribed_matrices(generators, dim, dim, (1.0, 1.0), torch.float64)
    matrix = prescribed_matrices(generators, dim, observed_dim, singular_range, torch.float64)
    phases = [torch.rand((1, dim), generator=g, device=g.device) for g in generators]
    return SinusoidMixing(turn, 2 * math.pi * torch.stack(phases), matrix, amplitude, frequency)
