"""Pairs of `PartlyKeptSphere`: some coordinates kept, von Mises-Fisher on the sphere of the rest."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from numerics.worlds.fisher_bingham import sample_fisher_bingham
from theory.assumptions import PartlyKeptSphere


@dataclass(frozen=True, slots=True)
class PartlyKeptPairs:
    """Exact partners that share the coordinates `kept`.

    With v = r μ the free coordinates, ‖μ‖ = 1, the partner is ṽ = r μ̃ and μ̃ has density
    proportional to exp(κ r² μ.μ̃) on the unit sphere: the concentration depends on the row.
    """

    concentration: float
    kept: tuple[int, ...]

    def __call__(self, z: Tensor, generator: torch.Generator) -> Tensor:
        """One partner ``(n, d)`` for each unit vector of z ``(n, d)``."""
        free = [i for i in range(z.shape[-1]) if i not in self.kept]
        v = z[:, free]
        radius = torch.linalg.vector_norm(v, dim=-1, keepdim=True)
        direction = sample_fisher_bingham(
            v.new_zeros(len(free)), self.concentration * radius * v, generator
        )
        partner = z.clone()
        partner[:, free] = radius * direction
        return partner


def partly_kept_pairs(pairs: PartlyKeptSphere) -> PartlyKeptPairs:
    """The sampler of `pairs`."""
    return PartlyKeptPairs(float(pairs.concentration), pairs.kept)
