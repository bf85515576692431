"""Free coordinates for tables with values in an output space: one registered chart a space."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import singledispatch

import torch
from torch import Tensor

from sith.theory.assumptions import Box, RealSpace, Sphere
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
def chart_of(space: object) -> Chart:
    """Return the chart of an output space.

    Raises:
        InputError: nothing is registered for the space.
    """
    raise InputError(
        f"output = {space!r}",
        allowed="Sphere, Box or RealSpace",
        cure=register_call("sith.numerics.exact.chart_of", space),
    )


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
