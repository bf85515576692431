"""Pairs of spectral claims as training draws them: one registered function for each kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, singledispatch
from math import lcm

import torch
import torch.nn.functional as F
from torch import Tensor

from sith.numerics.experiments.parts import normal
from sith.numerics.worlds import WorldSampler
from sith.theory import (
    AugmentationGraph,
    JacobiDiffusion,
    OrnsteinUhlenbeck,
    UnsupportedCondition,
    World,
)
from sith.theory.dispatch import register_call

Pairs = tuple[Tensor, Tensor]
Sample = Callable[[int, tuple[torch.Generator, ...]], Pairs]


@dataclass(frozen=True, slots=True)
class DrawnPairs:
    """How pairs are drawn.

    Fields:
        sample: draws pairs ``(S, n, d)``.
        graph: of a finite world; () otherwise.
    """

    sample: Sample
    graph: tuple[AugmentationGraph, ...] = ()

    @property
    def rows(self) -> int:
        """N if all weights of the graph are multiples of 1/N, 0 without a graph."""
        return (
            lcm(*(int(x.q) for g in self.graph for row in g.joint for x in row))
            if self.graph
            else 0
        )

    def enumerated(self, seeds: int, rows: int, device: torch.device) -> Pairs:
        """Every edge as often as its weight says, ``(S, rows, nodes)`` twice, on a device."""
        (graph,) = self.graph
        counts = torch.tensor([[int(x * rows) for x in row] for row in graph.joint])
        edges = torch.arange(counts.numel()).repeat_interleave(counts.flatten())
        places = (edges // len(counts), edges % len(counts))
        one, two = (F.one_hot(i, len(counts)).float().to(device) for i in places)
        return one.expand(seeds, *one.shape), two.expand(seeds, *two.shape)


@singledispatch
def drawn_pairs_of(pairs: object, world: World) -> DrawnPairs:  # noqa: ARG001
    """Return how the pairs of a spectral claim are drawn.

    Raises:
        UnsupportedCondition: nothing is registered for the pairs.
    """
    raise UnsupportedCondition(
        f"pairs '{pairs}' have no sampler",
        cure=register_call("sith.numerics.experiments.drawn_pairs_of", pairs),
    )


@drawn_pairs_of.register
def _(pairs: JacobiDiffusion, world: World) -> DrawnPairs:  # noqa: ARG001
    return DrawnPairs(partial(_drawn, WorldSampler(world)))


def _drawn(sampler: WorldSampler, count: int, generators: tuple[torch.Generator, ...]) -> Pairs:
    one, two = zip(*(sampler.pairs(count, g) for g in generators), strict=True)
    return torch.stack(one), torch.stack(two)


@drawn_pairs_of.register
def _(pairs: OrnsteinUhlenbeck, world: World) -> DrawnPairs:  # noqa: ARG001
    rates = torch.tensor([float(r) for r in pairs.rates])

    def sample(count: int, generators: tuple[torch.Generator, ...]) -> Pairs:
        z, noise = (normal(generators, count, len(rates)) for _ in range(2))
        rho = rates.to(z)
        return z, rho * z + (1 - rho.square()).sqrt() * noise

    return DrawnPairs(sample)


@drawn_pairs_of.register
def _(pairs: AugmentationGraph, world: World) -> DrawnPairs:  # noqa: ARG001
    table = torch.tensor([[float(x) for x in row] for row in pairs.joint])
    nodes = len(table)

    def sample(count: int, generators: tuple[torch.Generator, ...]) -> Pairs:
        weights = table.flatten().to(generators[0].device)
        edges = torch.stack(
            [torch.multinomial(weights, count, replacement=True, generator=g) for g in generators]
        )
        one, two = edges // nodes, edges % nodes
        return F.one_hot(one, nodes).float(), F.one_hot(two, nodes).float()

    return DrawnPairs(sample, (pairs,))
