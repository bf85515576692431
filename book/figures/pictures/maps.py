"""Exact maps that the pictures apply to latents: members of a group, and families through the identity."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import numpy as np
import sympy as sp
import torch
from numpy.typing import NDArray

from sith import Map, SithError, latents
from sith.theory.groups import AbstractGroup

Points = NDArray[np.float64]
DRAWS, LARGEST, SMALLEST, MOVED = 90, 1.9, 0.5, 2.2
"""Members drawn; how much larger or smaller than the latents an image that is shown may be, along any
axis; and how far, in units of their spread, it may be away from them."""


def applied(member: Map, points: Points) -> Points:
    """Return the images of points, ``(..., d) -> (..., m)``."""
    moved = sp.lambdify(member.symbols, member.expressions, "numpy")(*np.moveaxis(points, -1, 0))
    return np.stack([np.broadcast_to(m, points.shape[:-1]) for m in moved], -1).astype(float)


def members(group: AbstractGroup, seen: Points, count: int = 3) -> list[Map]:
    """Return exact members of a group, none the identity, whose images of the points differ most.

    Every one has passed the group's own test of membership.
    """
    found: list[tuple[Map, Points]] = []
    spread = _sizes(seen).max()
    for member in _drawn(group):
        image = applied(member, seen)
        sizes = _sizes(image) / spread
        moved = np.abs(image - seen).reshape(-1, image.shape[-1]).mean(0).max()
        if sizes.min() < SMALLEST or sizes.max() > LARGEST or moved > MOVED * spread:
            continue
        if group.contains(member).holds:
            found.append((member, image))
    chosen: list[tuple[Map, Points]] = [(Map.identity(seen.shape[-1]), seen)]
    while len(chosen) <= count:
        new = max(found, key=lambda pair: min(_apart(pair[1], old) for _, old in chosen))
        chosen.append(new)
    return [member for member, _ in chosen[1:]]


def _drawn(group: AbstractGroup) -> Iterator[Map]:
    yield from group.finite_generators()
    rng = random.Random(7)
    for _ in range(DRAWS):
        try:
            yield group.sample(rng)
        except SithError:
            return


def _sizes(curves: Points) -> Points:
    """Return the spread of points along their principal axes."""
    flat = curves.reshape(-1, curves.shape[-1])
    return np.linalg.svd(flat - flat.mean(0), compute_uv=False) / np.sqrt(len(flat))


def _apart(one: Points, other: Points) -> float:
    return float(np.abs(one - other).mean())


def turn(angle: float) -> Callable[[torch.Tensor], torch.Tensor]:
    """Rotate the first two coordinates by an angle in degrees."""
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    return _first_two(lambda a, b: (c * a - s * b, s * a + c * b))


def shear(amount: float) -> Callable[[torch.Tensor], torch.Tensor]:
    """Add a share of the second coordinate to the first."""
    return _first_two(lambda a, b: (a + amount * b, b))


def bend(amount: float) -> Callable[[torch.Tensor], torch.Tensor]:
    """Add a multiple of the square of the first coordinate to the second."""
    return _first_two(lambda a, b: (a, b + amount * a**2))


def bend_map(dim: int, outputs: int = 0) -> Map:
    """Return the exact map (z_1, z_2 + z_1²/2, …), cut to `outputs` coordinates."""
    z = latents(dim)
    bent = (z[0], z[1] + z[0] ** 2 / 2, *z[2:])
    return Map(z, bent[: outputs or dim])


def shear_map(dim: int, outputs: int = 0) -> Map:
    """Return the exact map (z_1 + 3 z_2/4, z_2, …), cut to `outputs` coordinates."""
    z = latents(dim)
    return Map(z, (z[0] + sp.Rational(3, 4) * z[1], *z[1:])[: outputs or dim])


def turn_map(dim: int, outputs: int = 0) -> Map:
    """Return the exact rotation of the first two coordinates with cosine 4/5, cut to `outputs`."""
    z = latents(dim)
    c, s = sp.Rational(4, 5), sp.Rational(3, 5)
    return Map(z, (c * z[0] - s * z[1], s * z[0] + c * z[1], *z[2:])[: outputs or dim])


def _first_two(
    rule: Callable[[torch.Tensor, torch.Tensor], tuple[torch.Tensor, torch.Tensor]],
) -> Callable[[torch.Tensor], torch.Tensor]:
    def moved(z: torch.Tensor) -> torch.Tensor:
        first, second = rule(z[..., 0], z[..., 1])
        return torch.cat((first[..., None], second[..., None], z[..., 2:]), -1)

    return moved
