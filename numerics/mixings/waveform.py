"""Waveforms: a short voiced sound, from its pitch, two formants and its loudness."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

WAVEFORM_LATENTS = ("pitch", "first formant", "second formant", "loudness")
"""The coordinates of a latent, each in (0, 1)."""


@dataclass(frozen=True, slots=True)
class WaveformMixing:
    """Sounds of latents (pitch, formant 1, formant 2, loudness), smooth in them.

    Harmonics k = 1, 2, … of the pitch f have amplitude 1/k times the gains of two resonances in
    cascade, |1 − (kf/F)² + i kf B/F²|⁻¹, and start at phase 0. A harmonic fades out below half
    of the sampling rate. Latents 0 and 1 are the ends of the ranges, with equal steps in log Hz and
    in decibels.

    Fields:
        rate: samples in a second.
        samples: of one sound, at least 8.
        pitch, first, second: the ranges in Hz, rising.
        bandwidth: B of both formants, Hz.
        decibels: from the softest sound to the loudest, > 0.

    Source: Klatt (1980), cascade synthesis, with resonances as gains of harmonics.
    """

    rate: int = 4000
    samples: int = 192
    pitch: tuple[float, float] = (100.0, 200.0)
    first: tuple[float, float] = (300.0, 700.0)
    second: tuple[float, float] = (900.0, 1600.0)
    bandwidth: float = 100.0
    decibels: float = 12.0

    def __post_init__(self) -> None:
        if self.samples < 8:
            raise ValueError(f"samples = {self.samples}; allowed: integers >= 8; try 192")
        top = self.rate / 2
        for name in ("pitch", "first", "second"):
            low, high = getattr(self, name)
            if not 0 < low < high < top:
                raise ValueError(
                    f"{name} = {low} to {high} Hz; allowed: 0 < low < high < {top}, half of the "
                    "rate; raise the rate or narrow the range"
                )
        for name in ("bandwidth", "decibels"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(
                    f"{name} = {getattr(self, name)}; allowed: finite and > 0; try the default"
                )

    @property
    def dim(self) -> int:
        """The number of latent coordinates, 4."""
        return len(WAVEFORM_LATENTS)

    @property
    def observed_dim(self) -> int:
        """The number of samples of a sound."""
        return self.samples

    def __call__(self, z: Tensor) -> Tensor:
        """Sounds ``(..., samples)`` of latents ``(..., 4)``, in the dtype of z.

        Raises:
            ValueError: z has another number of coordinates.
        """
        frequency, gain = self.partials(z)
        time = torch.arange(self.samples, dtype=z.dtype, device=z.device) / self.rate
        wave = torch.sin(2 * math.pi * frequency.unsqueeze(-1) * time)
        return (gain.unsqueeze(-1) * wave).sum(-2)

    def partials(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Frequencies in Hz and amplitudes of the harmonics, ``(..., K)`` each.

        Raises:
            ValueError: z has another number of coordinates.
        """
        if z.shape[-1] != self.dim:
            raise ValueError(
                f"z has shape {tuple(z.shape)}; allowed: (..., 4); the coordinates are "
                f"{', '.join(WAVEFORM_LATENTS)}"
            )
        ranges = (self.pitch, self.first, self.second)
        f, low, high = (_between(z[..., k : k + 1], *ends) for k, ends in enumerate(ranges))
        top = self.rate / 2
        count = math.ceil(top / self.pitch[0])
        order = torch.arange(1, count + 1, dtype=z.dtype, device=z.device)
        frequency = order * f
        # Harmonics beyond half of the rate would alias; those that reach it are 3e-7 of their height.
        fade = torch.sigmoid((0.85 * top - frequency) / (0.01 * top)) * (frequency < top)
        loudness = 10 ** ((z[..., 3:] - 1) * self.decibels / 20)
        gain = self._resonance(frequency, low) * self._resonance(frequency, high)
        return frequency, loudness * gain * fade / order

    def _resonance(self, frequency: Tensor, centre: Tensor) -> Tensor:
        ratio = frequency / centre
        return ((1 - ratio**2) ** 2 + (ratio * self.bandwidth / centre) ** 2).rsqrt()


def _between(u: Tensor, low: float, high: float) -> Tensor:
    """From low at 0 to high at 1, in equal ratios."""
    return low * (high / low) ** u
