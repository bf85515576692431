"""Pairs of `KnownActions`: the partner is the anchor, moved by a matrix that is observed."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from sith.theory.assumptions import KnownActions


@dataclass(frozen=True, slots=True)
class KnownActionPairs:
    """z̃ = M_a z with a uniform; `matrices` is ``(A, d, d)``, float64 on the CPU."""

    matrices: Tensor

    def __call__(self, z: Tensor, generator: torch.Generator) -> Tensor:
        """One partner ``(n, d)`` for each row of z ``(n, d)``; the action is not told."""
        return self.acted(z, generator)[0]

    def acted(self, z: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """One partner for each row of z, and the action ``(n,)``, int64 in 0 .. A-1."""
        count = self.matrices.shape[0]
        action = torch.randint(count, (z.shape[0],), generator=generator, device=z.device)
        moved = self.matrices.to(z)[action] @ z.unsqueeze(-1)
        return moved.squeeze(-1), action


def known_action_pairs(pairs: KnownActions) -> KnownActionPairs:
    """The sampler of `pairs`."""
    table = [[[float(x) for x in row] for row in m.tolist()] for m in pairs.matrices]
    return KnownActionPairs(torch.tensor(table, dtype=torch.float64))
