"""Torch counterparts of spaces that are products of spheres, intervals and lines.

Parts are read off a space's own equations (`sith.theory.assumptions.parts_of`), so that a space from
a user's own file has them too. Other spaces register their own functions.
"""

from __future__ import annotations

from functools import singledispatch

import torch
from torch import Tensor

from sith.numerics.worlds.sphere import sample_uniform_sphere
from sith.theory.assumptions import AbstractSpace, Parts, Sphere, parts_of
from sith.theory.dispatch import register_call
from sith.theory.errors import InputError

EDGE = 1e-6
"""Points that are moved into an interval keep this distance from its ends."""


def known_parts(space: AbstractSpace) -> Parts:
    """Return the parts of a product space.

    Raises:
        InputError: the space is not seen to be a product, or leaves open what is confined.
    """
    parts = parts_of(space)
    if parts.curved:
        raise InputError(
            f"no sampler for the space {space}",
            allowed="products of spheres, intervals (0, 1) and lines",
            cure=register_call(f"{__name__}.uniform_on", space),
        )
    if parts.unstated:
        raise InputError(
            f"the {space} does not say whether coordinate {parts.unstated[0] + 1} is confined",
            cure="give it `intervals`, the coordinates confined to (0, 1), or ()",
        )
    return parts


@singledispatch
def uniform_on(
    space: AbstractSpace,
    n: int,
    generator: torch.Generator,
    device: torch.device,
    dtype: torch.dtype,
) -> Tensor:
    """Draw ``(n, d)`` from the uniform law of a space; register other spaces here.

    Raises:
        InputError: the space is not a product of spheres and intervals.
    """
    parts = known_parts(space)
    if parts.lines:
        raise InputError(f"there is no uniform law on {space}", cure="use ProductSpace with Box(k)")
    result = torch.rand((n, space.dim), generator=generator, device=device, dtype=dtype)
    for block in parts.spheres:
        drawn = sample_uniform_sphere((n,), len(block), generator, device, dtype)
        result[:, list(block)] = drawn
    return result


@singledispatch
def onto(space: AbstractSpace, x: Tensor) -> Tensor:
    """Return the vectors ``(..., d)`` moved onto a space: spheres normalised, intervals clamped."""
    parts = known_parts(space)
    columns = list(x.unbind(-1))
    for block in parts.spheres:
        length = torch.stack([columns[i] for i in block], -1).norm(dim=-1)
        # 0 has no direction; it is given the first one, as this is at single points.
        still = length == 0
        for i in block:
            start = torch.full_like(length, float(i == block[0]))
            columns[i] = torch.where(still, start, columns[i] / length.masked_fill(still, 1.0))
    for i in parts.intervals:
        columns[i] = columns[i].clamp(EDGE, 1 - EDGE)
    return torch.stack(columns, -1)


def grid_dim(space: AbstractSpace) -> int:
    """Return how many coordinates a grid on a space has: of a product, its own dimension."""
    if isinstance(space, Sphere):
        return space.dim
    parts = parts_of(space)
    return space.dim - (0 if parts.curved else len(parts.spheres))
