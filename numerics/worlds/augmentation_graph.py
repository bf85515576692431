"""Latents and pairs of `AugmentationGraph`: nodes as one-hot vectors."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from sith.theory.assumptions import AugmentationGraph


@dataclass(frozen=True, slots=True)
class GraphLatents:
    """Nodes by their weights, one-hot."""

    weights: tuple[float, ...]

    def __call__(
        self, n: int, generator: torch.Generator, device: torch.device, dtype: torch.dtype
    ) -> Tensor:
        """Draw ``(n, nodes)``."""
        p = torch.tensor(self.weights, dtype=torch.float64, device=device)
        node = torch.multinomial(p, n, replacement=True, generator=generator)
        return F.one_hot(node, len(self.weights)).to(dtype)


@dataclass(frozen=True, slots=True)
class GraphPairs:
    """A second node given the first: by the row of the joint law."""

    joint: tuple[tuple[float, ...], ...]

    def __call__(self, z: Tensor, generator: torch.Generator) -> Tensor:
        """One partner ``(n, nodes)`` for each one-hot row of z."""
        rows = torch.tensor(self.joint, dtype=torch.float64, device=z.device)[z.argmax(-1)]
        node = torch.multinomial(rows, 1, generator=generator).squeeze(-1)
        return F.one_hot(node, z.shape[-1]).to(z.dtype)


def graph_latents(pairs: AugmentationGraph) -> GraphLatents:
    """The sampler of the nodes."""
    return GraphLatents(tuple(float(w) for w in pairs.weights))


def graph_pairs(pairs: AugmentationGraph) -> GraphPairs:
    """The sampler of `pairs`."""
    return GraphPairs(tuple(tuple(float(x) for x in row) for row in pairs.joint))
