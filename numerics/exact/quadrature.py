"""Quadrature nodes on the latent spaces: integrals over the latents without sampling."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import singledispatch

import numpy as np
import torch
from torch import Tensor

from sith.numerics.lowering.lower import lower
from sith.theory import InputError, UnsupportedCondition, latents
from sith.theory.assumptions import (
    AnyMarginal,
    Marginal,
    NormalMixture,
    Student,
)
from sith.theory.dispatch import register_call

LARGEST_DIM = 3
"""Tensor grids with at least 8 nodes a coordinate stay within a few hundred nodes up to here."""

_WIDTH = {
    Marginal.LAPLACE: 3.0,
    Marginal.LOGISTIC: 3.0,
    Marginal.QUARTIC: 1.0,
    Marginal.HYPERBOLIC_SECANT: 3.0,
}
"""Half of the nodes lie within one width of 0."""


@dataclass(frozen=True, slots=True)
class Quadrature:
    """Nodes z_i with two sets of positive weights.

    Fields:
        nodes: ``(N, d)``, float64.
        weights: ``(N,)``, sum 1: integrals against the law of the latents.
        reference: ``(N,)``: integrals against the measure that densities refer to (Lebesgue, or
            the uniform law of the sphere).
    """

    nodes: Tensor
    weights: Tensor
    reference: Tensor

    @property
    def size(self) -> int:
        """Number of nodes N."""
        return self.nodes.shape[0]

    def mean(self, values: Tensor) -> Tensor:
        """E[φ(z)] of values φ(z_i), shape ``(N, ...)``, over the first axis."""
        average: Tensor = torch.tensordot(self.weights, values, dims=1)
        return average


def circle(count: int) -> Quadrature:
    """S¹ with the uniform law: the trapezoid rule, exact for trigonometric degree < count."""
    angle = torch.arange(count, dtype=torch.float64) * (2 * math.pi / count)
    weights = torch.full((count,), 1 / count, dtype=torch.float64)
    return Quadrature(torch.stack((angle.cos(), angle.sin()), -1), weights, weights)


def sphere(count: int) -> Quadrature:
    """S² with the uniform law: `count` Gauss–Legendre heights times 2·count equal angles.

    Exact for polynomials of degree < 2·count.
    """
    height, weight = _legendre(count)
    ring = circle(2 * count)
    height = 2 * height - 1
    radius = (1 - height.square()).sqrt()
    nodes = torch.cat(
        (
            radius[:, None, None] * ring.nodes[None],
            height[:, None, None].expand(count, 2 * count, 1),
        ),
        -1,
    ).reshape(-1, 3)
    weights = (weight[:, None] * ring.weights).reshape(-1)
    return Quadrature(nodes, weights, weights)


def box(dim: int, count: int) -> Quadrature:
    """(0, 1)^d with the uniform law: `count` Gauss–Legendre nodes a coordinate."""
    return _tensor([line_of(Marginal.UNIFORM, count)] * checked_dim(dim))


def interval(
    log_density: Callable[[Tensor], Tensor], low: float, high: float, count: int
) -> Quadrature:
    """A law on the interval (low, high), by its log-density up to a constant at points ``(N,)``.

    Raises:
        InputError: low ≥ high, or an end is not finite.
    """
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise InputError(f"the interval ({low}, {high})", allowed="low < high, both finite")
    t, weight = _legendre(count)
    x, reference = low + (high - low) * t, (high - low) * weight
    return Quadrature(x[:, None], (log_density(x) + reference.log()).softmax(0), reference)


def gaussian(dim: int, count: int) -> Quadrature:
    """N(0, I_d): `count` Gauss–Hermite nodes a coordinate, exact for degree < 2·count."""
    return _tensor([line_of(Marginal.NORMAL, count)] * checked_dim(dim))


def product(marginals: Sequence[AnyMarginal], count: int) -> Quadrature:
    """Independent coordinates with named marginals, about `count` nodes a coordinate."""
    checked_dim(len(marginals))
    return _tensor([line_of(m, count) for m in marginals])


def whole_space(dim: int, count: int) -> Quadrature:
    """R^d with its own measure, about `count` nodes a coordinate."""
    return _tensor([_real_line(count)] * checked_dim(dim))


@singledispatch
def line_of(marginal: object, count: int) -> Quadrature:  # noqa: ARG001
    """Return nodes of the law of one coordinate.

    Raises:
        UnsupportedCondition: nothing is registered for the law.
    """
    raise UnsupportedCondition(
        f"no quadrature for the marginal {marginal!r}",
        cure=register_call("sith.numerics.exact.line_of", marginal),
    )


@line_of.register
def _(marginal: Marginal, count: int) -> Quadrature:
    if marginal is Marginal.UNIFORM:
        x, weight = _legendre(count)
        return Quadrature(x[:, None], weight, weight)
    if marginal is Marginal.NORMAL:
        points, mass = np.polynomial.hermite_e.hermegauss(count)
        x, weight = torch.from_numpy(points), torch.from_numpy(mass / mass.sum())
        reference = weight * (x.square() / 2).exp() * math.sqrt(2 * math.pi)
        return Quadrature(x[:, None], weight, reference)
    return _by_density(marginal, _WIDTH[marginal], count)


@line_of.register
def _(marginal: Student, count: int) -> Quadrature:
    return _by_density(marginal, 2.0, count)


def _by_density(marginal: AnyMarginal, width: float, count: int) -> Quadrature:
    line = _real_line(count, width)
    (symbol,) = latents(1)
    log_density = lower(marginal.log_density(symbol), (symbol,))(line.nodes)
    return Quadrature(line.nodes, (log_density + line.reference.log()).softmax(0), line.reference)


@line_of.register
def _(law: NormalMixture, count: int) -> Quadrature:
    """Gauss–Hermite nodes around every mean: moments are exact up to twice their number."""
    single = line_of(Marginal.NORMAL, max(2, count // len(law.means)))
    parts = list(zip(law.means, law.weights, strict=True))
    nodes = torch.cat([single.nodes + float(m) for m, _ in parts])
    weights = torch.cat([single.weights * float(w) for _, w in parts])
    (symbol,) = latents(1)
    density = lower(law.log_density(symbol), (symbol,))(nodes).exp() / math.sqrt(2 * math.pi)
    return Quadrature(nodes, weights, weights / density)


def _real_line(count: int, width: float = 2.0) -> Quadrature:
    """Both half-lines apart, x = ±width·t/(1−t): a kink of the density at 0 costs no accuracy."""
    t, weight = _legendre(max(2, count // 2))
    x, slope = width * t / (1 - t), width / (1 - t).square()
    nodes = torch.cat((-x.flip(0), x))
    reference = torch.cat(((weight * slope).flip(0), weight * slope))
    return Quadrature(nodes[:, None], reference / reference.sum(), reference)


def _legendre(count: int) -> tuple[Tensor, Tensor]:
    """Nodes and weights on (0, 1)."""
    points, mass = np.polynomial.legendre.leggauss(count)
    return torch.from_numpy((points + 1) / 2), torch.from_numpy(mass / 2)


def tensor_product(factors: Sequence[Quadrature]) -> Quadrature:
    """The product of rules, their coordinates one after another."""
    index = torch.cartesian_prod(*(torch.arange(f.size) for f in factors)).reshape(-1, len(factors))
    nodes = torch.cat([f.nodes[index[:, k]] for k, f in enumerate(factors)], -1)
    return Quadrature(nodes, *_products(factors))


def _tensor(lines: Sequence[Quadrature]) -> Quadrature:
    grids = torch.meshgrid(*(line.nodes[:, 0] for line in lines), indexing="ij")
    nodes = torch.stack([g.reshape(-1) for g in grids], -1)
    return Quadrature(nodes, *_products(lines))


def _products(lines: Sequence[Quadrature]) -> tuple[Tensor, Tensor]:
    weights, reference = lines[0].weights, lines[0].reference
    for line in lines[1:]:
        weights = (weights[:, None] * line.weights).reshape(-1)
        reference = (reference[:, None] * line.reference).reshape(-1)
    return weights, reference


def checked_dim(dim: int) -> int:
    """Return the dimension; raises `UnsupportedCondition` above `LARGEST_DIM`."""
    if not 1 <= dim <= LARGEST_DIM:
        raise UnsupportedCondition(
            f"quadrature in dimension d = {dim}",
            allowed=f"1 to {LARGEST_DIM}",
            cure="check the claim at a smaller dimension",
        )
    return dim
