"""Partners of Ornstein–Uhlenbeck pairs."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from theory.assumptions import OrnsteinUhlenbeck


@dataclass(frozen=True, slots=True)
class OrnsteinUhlenbeckPairs:
    """Exact partners z̃_i = ρ_i z_i + √(1 − ρ_i²) η_i, η standard normal."""

    rates: tuple[float, ...]

    def __call__(self, z: Tensor, generator: torch.Generator) -> Tensor:
        """One partner ``(n, d)`` for each row of z ``(n, d)``."""
        rho = z.new_tensor(self.rates)
        noise = torch.randn(z.shape, generator=generator, device=z.device, dtype=z.dtype)
        return rho * z + (1 - rho.square()).sqrt() * noise


def ornstein_uhlenbeck_pairs(pairs: OrnsteinUhlenbeck) -> OrnsteinUhlenbeckPairs:
    """The sampler of `pairs`."""
    return OrnsteinUhlenbeckPairs(tuple(float(r) for r in pairs.rates))
