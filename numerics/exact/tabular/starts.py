"""First tables of a search: near the base map or a rotation of it, random, smooth, constant."""

from __future__ import annotations

import torch
from torch import Tensor

from sith.numerics.exact.tabular.charts import chart_of
from sith.numerics.exact.tabular.problem import TabularProblem

KINDS = (
    "near the base map",
    "near a rotation of the base map",
    "random",
    "smooth",
    "nearly constant",
)
_NEAR, _NARROW = 0.1, 0.3


def first_tables(problem: TabularProblem, starts: int, seed: int) -> tuple[Tensor, tuple[str, ...]]:
    """Tables ``(starts, N, m)`` in the output space and the kind of each; the kinds take turns."""
    generator = torch.Generator().manual_seed(seed)
    kinds = tuple(KINDS[k % len(KINDS)] for k in range(starts))
    base, nodes = problem.base.cpu(), problem.world.nodes.cpu()
    tables = [_table(problem, kind, base, nodes, generator) for kind in kinds]
    return torch.stack(tables).to(problem.base.device), kinds


def _table(
    problem: TabularProblem, kind: str, base: Tensor, nodes: Tensor, generator: torch.Generator
) -> Tensor:
    def noise(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    chart = chart_of(problem.output)
    centre, size = base.mean(0), float(base.std().clamp_min(1e-3))
    if kind == KINDS[0]:
        found = base + _NEAR * size * noise(*base.shape)
    elif kind == KINDS[1]:
        turn = torch.linalg.qr(noise(base.shape[1], base.shape[1])).Q
        middle = torch.zeros_like(centre) if chart.about_origin else centre
        found = middle + (base - middle) @ turn + _NEAR * size * noise(*base.shape)
    elif kind == KINDS[2]:
        found = centre + size * noise(*base.shape)
    elif kind == KINDS[3]:
        degrees = torch.cat((nodes, nodes.square(), nodes[:, :1] * nodes.roll(1, 1)), 1)
        scaled = degrees / degrees.std(0).clamp_min(1e-9)
        found = centre + size * scaled @ noise(scaled.shape[1], base.shape[1]) / 2
    else:
        found = centre + size * (noise(base.shape[1]) + _NARROW * noise(*base.shape))
    return chart.inside(found)
