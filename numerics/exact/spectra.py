"""Top eigenfunctions of a world's pairs in floating point, apart from the exact engine.

Ornstein–Uhlenbeck pairs have the products of Hermite polynomials (Mehler), Jacobi diffusions those
of Jacobi polynomials, finite graphs the eigenvectors of their normalised table.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import singledispatch
from itertools import islice

import sympy as sp
import torch
from torch import Tensor

from sith.numerics.exact.lines import Line, spectral_lines
from sith.numerics.exact.operators import pair_spectrum
from sith.numerics.exact.tabular import finite_world
from sith.theory import (
    AugmentationGraph,
    JacobiDiffusion,
    OrnsteinUhlenbeck,
    SpectralObjective,
    UnsupportedCondition,
)
from sith.theory.assumptions import World
from sith.theory.dispatch import register_call

_ZERO, _ONE = sp.Integer(0), sp.Integer(1)

TIE = 1e-9
"""Eigenvalues that differ by less are one."""


@dataclass(frozen=True, slots=True)
class TopModes:
    """The optimum of a spectral objective: h = (√μ_1 φ_1, …, √μ_k φ_k), up to O(k).

    Fields:
        values: eigenvalues σ of the k modes that are taken, decreasing.
        scales: μ of each mode, 0 where it is dropped; more modes than the world has are dropped.
        following: the largest eigenvalue that is not taken, −1 where there is none.
        optimum: the map, ``(..., d) -> (..., k)``.
        traded: the same with the first mode that is not taken in place of the last.
    """

    values: tuple[float, ...]
    scales: tuple[float, ...]
    following: float
    optimum: Callable[[Tensor], Tensor]
    traded: Callable[[Tensor], Tensor]

    @property
    def unique(self) -> bool:
        """Whether the optimum is one orbit of O(k): no tie across the cut, or a dropped last mode."""
        return self.scales[-1] == 0 or self.values[-1] - self.following > TIE


def top_modes(world: World, objective: SpectralObjective, outputs: int) -> TopModes:
    """Return the modes that an objective keeps with `outputs` outputs.

    Raises:
        UnsupportedCondition: the world's eigenfunctions are not known here.
    """
    wanted = list(islice(modes_of(world.pairs), 0 if objective.constant_mode else 1, outputs + 2))
    taken, rest = wanted[:outputs], wanted[outputs:]
    values = [value for value, _ in taken]
    scales = [mu if (mu := _scale(objective, value)) > TIE else 0.0 for value in values]
    values += [-1.0] * (outputs - len(taken))
    scales += [0.0] * (outputs - len(taken))
    functions = [function for _, function in taken]
    other = [*functions[:-1], *(function for _, function in rest[:1])]
    scale = max(_scale(objective, rest[0][0]), 0.0) if rest else 0.0
    return TopModes(
        tuple(values),
        tuple(scales),
        rest[0][0] if rest else -1.0,
        _features(functions, scales),
        _features(other, [*scales[:-1], scale]),
    )


Function = Callable[[Tensor], Tensor]


Modes = Iterator[tuple[float, Function]]
"""Eigenvalues, decreasing from 1, with their eigenfunctions; the first is constant."""


@singledispatch
def modes_of(pairs: object) -> Modes:
    """Return the modes of pairs.

    Raises:
        UnsupportedCondition: nothing is registered for the pairs.
    """
    raise UnsupportedCondition(
        f"the eigenfunctions of pairs '{pairs}' are not known in floating point",
        allowed="Ornstein–Uhlenbeck pairs, Jacobi diffusions and augmentation graphs",
        cure=register_call("sith.numerics.exact.modes_of", pairs),
    )


@modes_of.register(OrnsteinUhlenbeck)
@modes_of.register(JacobiDiffusion)
def _(pairs: OrnsteinUhlenbeck | JacobiDiffusion) -> Modes:
    return _products(spectral_lines(pairs))


@modes_of.register
def _(pairs: AugmentationGraph) -> Modes:
    return _nodes(pairs)


def _features(functions: list[Function], scales: list[float]) -> Function:
    """(√μ_i φ_i), with zeros where there is no mode."""

    def features(z: Tensor) -> Tensor:
        columns = [math.sqrt(mu) * f(z) for mu, f in zip(scales, functions, strict=False)]
        columns += [torch.zeros_like(z[..., 0])] * (len(scales) - len(columns))
        return torch.stack(columns, -1)

    return features


def _scale(objective: SpectralObjective, value: float) -> float:
    """μ(σ), affine in σ: read off from its values at 0 and 1."""
    at_zero = float(objective.squared_scale(_ZERO))
    return at_zero + (float(objective.squared_scale(_ONE)) - at_zero) * value


def _products(lines: Sequence[Line]) -> Iterator[tuple[float, Function]]:
    """Products of the coordinates' polynomials by decreasing eigenvalue, the constant first.

    The eigenvalues of a coordinate decrease in the degree.
    """
    start = (0,) * len(lines)
    heap, seen = [(-1.0, start)], {start}
    while True:
        negative, degrees = heapq.heappop(heap)
        yield -negative, _product(lines, degrees)
        for i in range(len(lines)):
            grown = (*degrees[:i], degrees[i] + 1, *degrees[i + 1 :])
            if grown not in seen:
                seen.add(grown)
                value = math.prod(line.eigenvalue(n) for line, n in zip(lines, grown, strict=True))
                heapq.heappush(heap, (-value, grown))


def _product(lines: Sequence[Line], degrees: tuple[int, ...]) -> Function:
    def function(z: Tensor) -> Tensor:
        value = torch.ones_like(z[..., 0])
        for i, (line, degree) in enumerate(zip(lines, degrees, strict=True)):
            value = value * line.polynomials(z[..., i], degree + 1)[degree]
        return value

    return function


def _nodes(graph: AugmentationGraph) -> Iterator[tuple[float, Function]]:
    """Eigenvectors of the graph by decreasing eigenvalue; nodes are unit vectors."""
    table = torch.tensor([[float(x) for x in row] for row in graph.joint], dtype=torch.float64)
    spectrum = pair_spectrum(finite_world(table))
    for value, column in zip(spectrum.values.tolist(), spectrum.functions.T, strict=True):
        yield value, _table(column)


def _table(column: Tensor) -> Function:
    return lambda z: z @ column.to(dtype=z.dtype, device=z.device)
