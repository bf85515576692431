"""Families of maps of the representation, each with one parameter: the library of the search.

A family is built, never typed in for a claim: collapses, folds, windings, twists, spirals, scalings,
shears, triangular and Darmois maps, copula rotations, swaps of coordinates and of eigenfunctions. A map takes the base map's value y = h₀(z) to the output
space.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations, permutations

import torch
from torch import Tensor

from sith.numerics.searching.family import Family, at
from sith.numerics.searching.further_families import (
    more_of_the_box,
    more_of_the_sphere,
    more_of_the_whole_space,
)
from sith.numerics.searching.transports import replaced, unit
from sith.theory.assumptions import AbstractSpace, Box, Sphere


def families(output: AbstractSpace) -> tuple[Family, ...]:
    """Return the families whose maps take the output space to itself."""
    if isinstance(output, Sphere):
        return (*_of_the_sphere(output.dim), *more_of_the_sphere(output.dim))
    if isinstance(output, Box):
        return (*_of_the_box(output.dim), *more_of_the_box(output.dim))
    return (*_of_the_whole_space(output.dim), *more_of_the_whole_space(output.dim))


def family_named(output: AbstractSpace, name: str) -> tuple[Family, ...]:
    """Return the family of a name, () if there is none."""
    return tuple(f for f in families(output) if f.name == name)


def _of_the_sphere(dim: int) -> Iterator[Family]:
    for i in range(dim):
        yield Family(
            f"collapse towards axis {i + 1}",
            f"(y{i + 1}, t·rest)/‖·‖",
            at(lambda y, t, i: unit(_scaled_rest(y, t, i)), i),
            0.0,
            1.0,
        )
        yield Family(
            f"collapse across axis {i + 1}",
            f"(t·y{i + 1}, rest)/‖·‖",
            at(lambda y, t, i: unit(_scaled(y, t, i)), i),
            0.0,
            1.0,
        )
        yield Family(
            f"collapse to the pole {i + 1}",
            f"((1 − t) y + t e{i + 1})/‖·‖",
            at(lambda y, t, i: unit(_shifted((1 - t) * y, t, i)), i),
            0.0,
            1.0,
        )
        yield Family(
            f"fold of axis {i + 1}",
            f"|y{i + 1}| with weight t",
            at(lambda y, t, i: unit(replaced(y, i, (1 - t) * y[:, i] + t * y[:, i].abs())), i),
            0.0,
            1.0,
        )
    for i, j in combinations(range(dim), 2):
        yield Family(
            f"rotation of the plane ({i + 1}, {j + 1})",
            "rotation by the angle t",
            at(lambda y, t, i, j: _turned(y, i, j, torch.full_like(y[:, 0], t)), i, j),
            0.0,
            math.pi,
            preserves=True,
        )
    if dim == 2:
        for k in (2, 3):
            yield Family(
                f"winding {k} times",
                f"the angle times {k}, turned by t",
                at(_wound, k),
                0.0,
                math.pi,
                preserves=True,
            )
    if dim > 2:
        yield Family(
            "twist about the last axis",
            f"rotation of (y1, y2) by the angle t·y{dim}",
            lambda y, t: _turned(y, 0, 1, t * y[:, -1]),
            0.0,
            math.pi,
            preserves=True,
        )


def _of_the_whole_space(dim: int) -> Iterator[Family]:
    yield Family("scaling of all", "e^t·y", lambda y, t: math.exp(t) * y, -2.0, 2.0)
    for i in range(dim):
        yield Family(
            f"scaling of coordinate {i + 1}",
            f"e^t·y{i + 1}",
            at(lambda y, t, i: _scaled(y, math.exp(t), i), i),
            -2.0,
            2.0,
        )
        yield Family(
            f"collapse of coordinate {i + 1}",
            f"t·y{i + 1}",
            at(_scaled, i),
            0.0,
            1.0,
        )
        yield Family(
            f"fold of coordinate {i + 1}",
            f"|y{i + 1}| with weight t",
            at(lambda y, t, i: replaced(y, i, (1 - t) * y[:, i] + t * y[:, i].abs()), i),
            0.0,
            1.0,
        )
        yield Family(
            f"cubic in coordinate {i + 1}",
            f"y{i + 1} + t·y{i + 1}³",
            at(lambda y, t, i: replaced(y, i, y[:, i] + t * y[:, i] ** 3), i),
            0.0,
            1.0,
        )
    for i, j in permutations(range(dim), 2):
        yield Family(
            f"shear of {i + 1} along {j + 1}",
            f"y{i + 1} + t·y{j + 1}",
            at(lambda y, t, i, j: replaced(y, i, y[:, i] + t * y[:, j]), i, j),
            -1.0,
            1.0,
        )
        yield Family(
            f"second Hermite function of {j + 1} in {i + 1}",
            f"cos t·y{i + 1} + sin t·(y{j + 1}² − 1)/√2",
            at(
                lambda y, t, i, j: replaced(
                    y,
                    i,
                    math.cos(t) * y[:, i] + math.sin(t) * (y[:, j] ** 2 - 1) / math.sqrt(2),
                ),
                i,
                j,
            ),
            0.0,
            math.pi / 2,
        )
    for i, j in combinations(range(dim), 2):
        yield Family(
            f"rotation of the plane ({i + 1}, {j + 1})",
            "rotation by the angle t",
            at(lambda y, t, i, j: _turned(y, i, j, torch.full_like(y[:, 0], t)), i, j),
            0.0,
            math.pi,
            preserves=True,
        )
        yield Family(
            f"twist of the plane ({i + 1}, {j + 1})",
            "rotation by the angle t·‖(y_i, y_j)‖²",
            at(lambda y, t, i, j: _turned(y, i, j, t * (y[:, i] ** 2 + y[:, j] ** 2)), i, j),
            0.0,
            2.0,
            preserves=True,
        )


def _of_the_box(dim: int) -> Iterator[Family]:
    for i in range(dim):
        yield Family(
            f"collapse of coordinate {i + 1}",
            f"1/2 + t (y{i + 1} − 1/2)",
            at(lambda y, t, i: replaced(y, i, 0.5 + t * (y[:, i] - 0.5)), i),
            0.0,
            1.0,
        )
        yield Family(
            f"power of coordinate {i + 1}",
            f"y{i + 1}^(e^t)",
            at(lambda y, t, i: replaced(y, i, y[:, i] ** math.exp(t)), i),
            -1.0,
            1.0,
        )
        yield Family(
            f"fold of coordinate {i + 1}",
            f"|2 y{i + 1} − 1| with weight t",
            at(lambda y, t, i: replaced(y, i, (1 - t) * y[:, i] + t * (2 * y[:, i] - 1).abs()), i),
            0.0,
            1.0,
        )
    for i, j in combinations(range(dim), 2):
        yield Family(
            f"copula rotation of ({i + 1}, {j + 1})",
            "Φ ∘ rotation by t ∘ Φ⁻¹",
            at(lambda y, t, i, j: _copula(y, i, j, t), i, j),
            0.0,
            math.pi,
            preserves=True,
        )
    for i, j in permutations(range(dim), 2):
        yield Family(
            f"mixing of {j + 1} into {i + 1}",
            f"(1 − t) y{i + 1} + t y{j + 1}",
            at(lambda y, t, i, j: replaced(y, i, (1 - t) * y[:, i] + t * y[:, j]), i, j),
            0.0,
            1.0,
        )


def _scaled(y: Tensor, t: float, i: int) -> Tensor:
    return replaced(y, i, t * y[:, i])


def _scaled_rest(y: Tensor, t: float, i: int) -> Tensor:
    return replaced(t * y, i, y[:, i])


def _shifted(y: Tensor, t: float, i: int) -> Tensor:
    return replaced(y, i, y[:, i] + t)


def _turned(y: Tensor, i: int, j: int, angle: Tensor) -> Tensor:
    cosine, sine = angle.cos(), angle.sin()
    turned = replaced(y, i, cosine * y[:, i] - sine * y[:, j])
    return replaced(turned, j, sine * y[:, i] + cosine * y[:, j])


def _wound(y: Tensor, t: float, k: int) -> Tensor:
    angle = k * torch.atan2(y[:, 1], y[:, 0]) + t
    return torch.stack((angle.cos(), angle.sin()), 1)


def _copula(y: Tensor, i: int, j: int, t: float) -> Tensor:
    tiny = torch.finfo(y.dtype).eps
    normal = torch.special.ndtri(y.clamp(tiny, 1 - tiny))
    turned = _turned(normal, i, j, torch.full_like(y[:, 0], t))
    mixed = torch.special.ndtr(turned)
    return replaced(replaced(y, i, mixed[:, i]), j, mixed[:, j])
