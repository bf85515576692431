"""Free coordinates for tables with values in an output space: one registered chart a space."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import singledispatch

import torch
from torch import Tensor

from sith.theory.assumptions import AbstractSpace, Box, RealSpace, Sphere, parts_of
from sith.theory.dispatch import register_call
from sith.theory.errors import InputError

Values = Callable[[Tensor], Tensor]


@dataclass(frozen=True, slots=True)
class Chart:
    """How vectors of an output space are written with free coordinates.

    Fields:
        free: from vectors of the space to free coordinates, ``(..., m) -> (..., m)``.
        value: back again; every vector of the closed space is reached at finite coordinates.
        inside: from any vectors to some inside the space, for starts.
        about_origin: whether the space is turned about the origin, not about its centre.
    """

    free: Values
    value: Values
    inside: Values
    about_origin: bool = False


@singledispatch
def chart_of(space: AbstractSpace) -> Chart:
    """Return the chart of an output space; of a product, the charts of its factors side by side.

    Raises:
        InputError: nothing is registered for the space, and it is not a product of known ones.
    """
    if not hasattr(space, "constraints") or not parts_of(space).known:
        raise InputError(
            f"output = {space!r}",
            allowed="Sphere, Box, RealSpace or products of them",
            cure=register_call("sith.numerics.exact.chart_of", space),
        )
    parts = parts_of(space)
    charts = [(chart_of(Sphere(len(block))), block) for block in parts.spheres]
    charts += [(chart_of(Box(1)), (i,)) for i in parts.intervals]
    charts += [(chart_of(RealSpace(1)), (i,)) for i in parts.lines]
    return Chart(
        lambda x: _side_by_side(x, [(c.free, b) for c, b in charts]),
        lambda x: _side_by_side(x, [(c.value, b) for c, b in charts]),
        lambda x: _side_by_side(x, [(c.inside, b) for c, b in charts]),
    )


def _side_by_side(x: Tensor, maps: Sequence[tuple[Values, tuple[int, ...]]]) -> Tensor:
    columns = list(x.unbind(-1))
    for value, block in maps:
        moved = value(torch.stack([columns[i] for i in block], -1))
        for i, column in zip(block, moved.unbind(-1), strict=True):
            columns[i] = column
    return torch.stack(columns, -1)


def _same(x: Tensor) -> Tensor:
    return x


def _normalised(x: Tensor) -> Tensor:
    length: Tensor = torch.linalg.vector_norm(x, dim=-1, keepdim=True)
    return x / length


@chart_of.register
def _(space: Sphere) -> Chart:  # noqa: ARG001
    return Chart(_same, _normalised, _normalised, about_origin=True)


@chart_of.register
def _(space: Box) -> Chart:  # noqa: ARG001
    return Chart(
        lambda x: (2 * x - 1).clamp(-1, 1).asin(),
        lambda x: (1 + x.sin()) / 2,
        lambda x: x.clamp(0.01, 0.99),
    )


@chart_of.register
def _(space: RealSpace) -> Chart:  # noqa: ARG001
    return Chart(_same, _same, _same)
