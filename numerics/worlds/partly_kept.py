"""Pairs of `PartlyKeptSphere`: u kept, v redrawn around itself on its sphere."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from numerics.worlds.sphere import sample_uniform_sphere


@dataclass(frozen=True, slots=True)
class PartlyKeptPairs:
    """Partners (u, ṽ) with ‖ṽ‖ = ‖v‖ and density ∝ e^{κ v·ṽ}.

    Directions are drawn uniformly and accepted with probability e^{κ(v·ṽ − ‖v‖²)}.
    """

    concentration: float
    kept: tuple[int, ...]

    def __call__(self, z: Tensor, generator: torch.Generator) -> Tensor:
        """One partner ``(n, d)`` for each row of z ``(n, d)``."""
        free = [i for i in range(z.shape[1]) if i not in self.kept]
        v = z[:, free]
        length = torch.linalg.vector_norm(v, dim=1, keepdim=True)
        drawn = v.clone()
        waiting = torch.arange(len(z), device=z.device)
        while len(waiting):
            rows, radius = v[waiting], length[waiting]
            shape = (len(waiting),)
            ask = radius * sample_uniform_sphere(shape, len(free), generator, z.device, z.dtype)
            level = self.concentration * ((rows * ask).sum(1) - radius[:, 0] ** 2)
            uniform = torch.rand(len(waiting), generator=generator, device=z.device, dtype=z.dtype)
            accepted = level >= uniform.log()
            drawn[waiting[accepted]] = ask[accepted]
            waiting = waiting[~accepted]
        partner = z.clone()
        partner[:, free] = drawn
        return partner
