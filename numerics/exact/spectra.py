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
from itertools import chain, islice

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

ROUNDING = 1e-13
"""Of the eigenvalues of a table, absolute: of the operator's norm, 1, `eigh` leaves 1e-15."""
ROUNDING_OF_PRODUCTS = 1e-14
"""Of products of known eigenvalues, a share of each: they are exact up to some units of 1e-16."""


FURTHER = 4096
"""At most so many modes after those that are taken are looked at for the first that is told apart."""


@dataclass(frozen=True, slots=True)
class TopModes:
    """The optimum of a spectral objective: h = (√μ_1 φ_1, …, √μ_k φ_k), up to O(k).

    Fields:
        values: eigenvalues σ of the k modes that are taken, decreasing.
        scales: μ of each mode, 0 where it is dropped; more modes than the world has are dropped.
        following: the largest eigenvalue that is not taken, −1 where there is none.
        below: the largest eigenvalue that is told apart from the last mode that is kept, −1 where
            there is none.
        optimum: the map, ``(..., d) -> (..., k)``.
        traded: the same with the first mode that is not taken in place of the last.
    """

    values: tuple[float, ...]
    scales: tuple[float, ...]
    following: float
    below: float
    optimum: Callable[[Tensor], Tensor]
    traded: Callable[[Tensor], Tensor]
    rounding: float = 0.0

    @property
    def unique(self) -> bool:
        """Whether the optimum is one orbit of O(k): no tie across the cut, or a dropped last mode."""
        return self.scales[-1] == 0 or not self.tied(self.values[-1], self.following)

    def tied(self, one: float, other: float) -> bool:
        """Whether two eigenvalues differ by no more than their rounding."""
        return abs(one - other) <= _error(self.rounding, max(abs(one), abs(other)))


def top_modes(world: World, objective: SpectralObjective, outputs: int) -> TopModes:
    """Return the modes that an objective keeps with `outputs` outputs.

    Raises:
        UnsupportedCondition: the world's eigenfunctions are not known here.
    """
    rounding = rounding_of(world.pairs)
    every = islice(modes_of(world.pairs), 0 if objective.constant_mode else 1, None)
    taken = list(islice(every, outputs))
    rest = list(islice(every, 1))
    values = [value for value, _ in taken]
    scales = [_scale_or_zero(objective, value, rounding) for value in values]
    kept = [value for value, mu in zip(values, scales, strict=True) if mu > 0] or [1.0]
    clear = kept[-1] - _error(rounding, abs(kept[-1]))
    further = chain(taken, rest, islice(every, FURTHER))
    below = next((value for value, _ in further if value < clear), -1.0)
    values += [-1.0] * (outputs - len(taken))
    scales += [0.0] * (outputs - len(taken))
    functions = [function for _, function in taken]
    other = [*functions[:-1], *(function for _, function in rest[:1])]
    scale = max(_scale(objective, rest[0][0]), 0.0) if rest else 0.0
    return TopModes(
        tuple(values),
        tuple(scales),
        rest[0][0] if rest else -1.0,
        below,
        _features(functions, scales),
        _features(other, [*scales[:-1], scale]),
        rounding,
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


def rounding_of(pairs: object) -> float:
    """Return the absolute error of the eigenvalues of pairs, beside a share of each of 1e-14.

    Those of lines are known as products; others are taken for the eigenvalues of a table.
    """
    return 0.0 if isinstance(pairs, OrnsteinUhlenbeck | JacobiDiffusion) else ROUNDING


def _error(rounding: float, value: float) -> float:
    return rounding + ROUNDING_OF_PRODUCTS * value


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


def _scale_or_zero(objective: SpectralObjective, value: float, rounding: float) -> float:
    """μ, or 0 where it is no larger than its own rounding: the mode is dropped."""
    at_zero = float(objective.squared_scale(_ZERO))
    slope = abs(float(objective.squared_scale(_ONE)) - at_zero)
    mu = _scale(objective, value)
    error = rounding * slope + ROUNDING_OF_PRODUCTS * (abs(at_zero) + slope * abs(value))
    return mu if mu > error else 0.0


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
