"""Pairs of `OrnsteinUhlenbeck`: z̃ = ρz + √(1−ρ²) η, coordinate by coordinate."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from sith.theory.assumptions import OrnsteinUhlenbeck


@dataclass(frozen=True, slots=True)
class OrnsteinUhlenbeckPairs:
    """Exact partners of correlations `rates`, one per coordinate, each in (0, 1)."""

    rates: tuple[float, ...]

    def __call__(self, z: Tensor, generator: torch.Generator) -> Tensor:
        """One partner ``(n, d)`` for each row of z ``(n, d)``."""
        rho = torch.tensor(self.rates, dtype=z.dtype, device=z.device)
        noise = torch.randn(z.shape, generator=generator, dtype=z.dtype, device=z.device)
        return rho * z + ((1 - rho) * (1 + rho)).sqrt() * noise


def ornstein_uhlenbeck_pairs(pairs: OrnsteinUhlenbeck) -> OrnsteinUhlenbeckPairs:
    """The sampler of `pairs`."""
    return OrnsteinUhlenbeckPairs(tuple(float(r) for r in pairs.rates))
