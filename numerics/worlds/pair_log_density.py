"""Pairs of `PairLogDensity`: any conditional that has an exact sampler."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.worlds.density_law import AnyLaw, density_law
from sith.theory.assumptions import AbstractSpace, PairLogDensity


@dataclass(frozen=True, slots=True)
class LogDensityPairs:
    """Exact partners by `law`, given the anchor."""

    law: AnyLaw

    def __call__(self, z: Tensor, generator: torch.Generator) -> Tensor:
        """One partner ``(n, d)`` for each row of z ``(n, d)``."""
        return self.law(z, generator)


def log_density_pairs(space: AbstractSpace, pairs: PairLogDensity) -> LogDensityPairs:
    """The sampler of `pairs`; raises `InputError` where `density_law` finds none."""
    return LogDensityPairs(density_law(pairs.expression, pairs.zt, pairs.z, space))
