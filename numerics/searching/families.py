"""Families of maps of the representation, each with one parameter: the library of the search.

A family is built, never typed in for a claim: collapses, folds, windings, twists, scalings, shears,
copula rotations, polynomial features. A map takes the base map's value y = h₀(z) to the output
space.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, permutations

import torch
from torch import Tensor

from theory.assumptions import AbstractSpace, Box, Sphere

Change = Callable[[Tensor, float], Tensor]
"""From y ``(N, m)`` and the parameter to ``(N, m)``."""


@dataclass(frozen=True, slots=True)
class Family:
    """Maps y ↦ change(y, t) for t between `low` and `high`.

    Fields:
        name: unique for an output space; a stored witness names it.
        text: the map in words, with t for the parameter.
    """

    name: str
    text: str
    change: Change
    low: float
    high: float


def families(output: AbstractSpace) -> tuple[Family, ...]:
    """Return the families whose maps take the output space to itself."""
    if isinstance(output, Sphere):
        return tuple(_of_the_sphere(output.dim))
    if isinstance(output, Box):
        return tuple(_of_the_box(output.dim))
    return tuple(_of_the_whole_space(output.dim))


def family(output: AbstractSpace, name: str) -> tuple[Family, ...]:
    """Return the family of a name, () if there is none."""
    return tuple(f for f in families(output) if f.name == name)


def _of_the_sphere(dim: int) -> Iterator[Family]:
    for i in range(dim):
        yield Family(
            f"collapse towards axis {i + 1}",
            f"(y{i + 1}, t·rest)/‖·‖",
            _at(lambda y, t, i: _unit(_scaled_rest(y, t, i)), i),
            0.0,
            1.0,
        )
        yield Family(
            f"collapse across axis {i + 1}",
            f"(t·y{i + 1}, rest)/‖·‖",
            _at(lambda y, t, i: _unit(_scaled(y, t, i)), i),
            0.0,
            1.0,
        )
        yield Family(
            f"collapse to the pole {i + 1}",
            f"((1 − t) y + t e{i + 1})/‖·‖",
            _at(lambda y, t, i: _unit(_shifted((1 - t) * y, t, i)), i),
            0.0,
            1.0,
        )
        yield Family(
            f"fold of axis {i + 1}",
            f"|y{i + 1}| with weight t",
            _at(lambda y, t, i: _unit(_replaced(y, i, (1 - t) * y[:, i] + t * y[:, i].abs())), i),
            0.0,
            1.0,
        )
    for i, j in combinations(range(dim), 2):
        yield Family(
            f"rotation of the plane ({i + 1}, {j + 1})",
            "rotation by the angle t",
            _at(lambda y, t, i, j: _turned(y, i, j, torch.full_like(y[:, 0], t)), i, j),
            0.0,
            math.pi,
        )
    if dim == 2:
        for k in (2, 3):
            yield Family(
                f"winding {k} times",
                f"the angle times {k}, turned by t",
                _at(_wound, k),
                0.0,
                math.pi,
            )
    if dim > 2:
        yield Family(
            "twist about the last axis",
            f"rotation of (y1, y2) by the angle t·y{dim}",
            lambda y, t: _turned(y, 0, 1, t * y[:, -1]),
            0.0,
            math.pi,
        )


def _of_the_whole_space(dim: int) -> Iterator[Family]:
    yield Family("scaling of all", "e^t·y", lambda y, t: math.exp(t) * y, -2.0, 2.0)
    for i in range(dim):
        yield Family(
            f"scaling of coordinate {i + 1}",
            f"e^t·y{i + 1}",
            _at(lambda y, t, i: _scaled(y, math.exp(t), i), i),
            -2.0,
            2.0,
        )
        yield Family(
            f"collapse of coordinate {i + 1}",
            f"t·y{i + 1}",
            _at(_scaled, i),
            0.0,
            1.0,
        )
        yield Family(
            f"fold of coordinate {i + 1}",
            f"|y{i + 1}| with weight t",
            _at(lambda y, t, i: _replaced(y, i, (1 - t) * y[:, i] + t * y[:, i].abs()), i),
            0.0,
            1.0,
        )
        yield Family(
            f"cubic in coordinate {i + 1}",
            f"y{i + 1} + t·y{i + 1}³",
            _at(lambda y, t, i: _replaced(y, i, y[:, i] + t * y[:, i] ** 3), i),
            0.0,
            1.0,
        )
    for i, j in permutations(range(dim), 2):
        yield Family(
            f"shear of {i + 1} along {j + 1}",
            f"y{i + 1} + t·y{j + 1}",
            _at(lambda y, t, i, j: _replaced(y, i, y[:, i] + t * y[:, j]), i, j),
            -1.0,
            1.0,
        )
        yield Family(
            f"second Hermite function of {j + 1} in {i + 1}",
            f"cos t·y{i + 1} + sin t·(y{j + 1}² − 1)/√2",
            _at(
                lambda y, t, i, j: _replaced(
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
            _at(lambda y, t, i, j: _turned(y, i, j, torch.full_like(y[:, 0], t)), i, j),
            0.0,
            math.pi,
        )
        yield Family(
            f"twist of the plane ({i + 1}, {j + 1})",
            "rotation by the angle t·‖(y_i, y_j)‖²",
            _at(lambda y, t, i, j: _turned(y, i, j, t * (y[:, i] ** 2 + y[:, j] ** 2)), i, j),
            0.0,
            2.0,
        )


def _of_the_box(dim: int) -> Iterator[Family]:
    for i in range(dim):
        yield Family(
            f"collapse of coordinate {i + 1}",
            f"1/2 + t (y{i + 1} − 1/2)",
            _at(lambda y, t, i: _replaced(y, i, 0.5 + t * (y[:, i] - 0.5)), i),
            0.0,
            1.0,
        )
        yield Family(
            f"power of coordinate {i + 1}",
            f"y{i + 1}^(e^t)",
            _at(lambda y, t, i: _replaced(y, i, y[:, i] ** math.exp(t)), i),
            -1.0,
            1.0,
        )
        yield Family(
            f"fold of coordinate {i + 1}",
            f"|2 y{i + 1} − 1| with weight t",
            _at(
                lambda y, t, i: _replaced(y, i, (1 - t) * y[:, i] + t * (2 * y[:, i] - 1).abs()), i
            ),
            0.0,
            1.0,
        )
    for i, j in combinations(range(dim), 2):
        yield Family(
            f"copula rotation of ({i + 1}, {j + 1})",
            "Φ ∘ rotation by t ∘ Φ⁻¹",
            _at(lambda y, t, i, j: _copula(y, i, j, t), i, j),
            0.0,
            math.pi,
        )
    for i, j in permutations(range(dim), 2):
        yield Family(
            f"mixing of {j + 1} into {i + 1}",
            f"(1 − t) y{i + 1} + t y{j + 1}",
            _at(lambda y, t, i, j: _replaced(y, i, (1 - t) * y[:, i] + t * y[:, j]), i, j),
            0.0,
            1.0,
        )


def _at(change: Callable[..., Tensor], *axes: int) -> Change:
    return lambda y, t: change(y, t, *axes)


def _replaced(y: Tensor, i: int, value: Tensor) -> Tensor:
    parts = [value if k == i else y[:, k] for k in range(y.shape[1])]
    return torch.stack(parts, 1)


def _scaled(y: Tensor, t: float, i: int) -> Tensor:
    return _replaced(y, i, t * y[:, i])


def _scaled_rest(y: Tensor, t: float, i: int) -> Tensor:
    return _replaced(t * y, i, y[:, i])


def _shifted(y: Tensor, t: float, i: int) -> Tensor:
    return _replaced(y, i, y[:, i] + t)


def _unit(y: Tensor) -> Tensor:
    """y/‖y‖; the zero vector goes to the first axis."""
    norm = torch.linalg.vector_norm(y, dim=1, keepdim=True)
    first = torch.zeros_like(y)
    first[:, 0] = 1
    return torch.where(norm > 0, y / norm.clamp_min(torch.finfo(y.dtype).tiny), first)


def _turned(y: Tensor, i: int, j: int, angle: Tensor) -> Tensor:
    cosine, sine = angle.cos(), angle.sin()
    turned = _replaced(y, i, cosine * y[:, i] - sine * y[:, j])
    return _replaced(turned, j, sine * y[:, i] + cosine * y[:, j])


def _wound(y: Tensor, t: float, k: int) -> Tensor:
    angle = k * torch.atan2(y[:, 1], y[:, 0]) + t
    return torch.stack((angle.cos(), angle.sin()), 1)


def _copula(y: Tensor, i: int, j: int, t: float) -> Tensor:
    tiny = torch.finfo(y.dtype).eps
    normal = torch.special.ndtri(y.clamp(tiny, 1 - tiny))
    turned = _turned(normal, i, j, torch.full_like(y[:, 0], t))
    mixed = torch.special.ndtr(turned)
    return _replaced(_replaced(y, i, mixed[:, i]), j, mixed[:, j])
