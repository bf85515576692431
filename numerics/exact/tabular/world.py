"""Finite worlds: points with probabilities, and the joint law of a positive pair of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.exact.for_world import for_world
from sith.numerics.exact.pairwise import log_ratio
from sith.numerics.exact.quadrature import circle
from sith.numerics.exact.rings import ring_nodes
from sith.theory import InputError, UnsupportedCondition, World

_SUM = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class FiniteWorld:
    """N points, the joint law of a pair of them, and the law of negatives.

    Quadrature nodes with their weights are such a world, and losses on it are exact.

    Fields:
        nodes: latents, ``(N, d)``.
        joint: ``(N, N)``, P(z = z_i, z̃ = z_j), of sum 1; rows are anchors.
        negatives: ``(N,)``, the law that negatives are drawn from.
    """

    nodes: Tensor
    joint: Tensor
    negatives: Tensor

    @property
    def weights(self) -> Tensor:
        """The law of anchors, ``(N,)``: row sums of the joint law."""
        return self.joint.sum(1)

    @property
    def size(self) -> int:
        """Number of points N."""
        return self.nodes.shape[0]

    @property
    def information(self) -> float:
        """I(z; z̃) = Σ P_ij log P_ij/(w_i n_j), with n the law of negatives; nats."""
        expected = self.weights[:, None] * self.negatives
        ratio = torch.where(self.joint > 0, self.joint / expected, 1.0)
        return float((self.joint * ratio.log()).sum())

    def to(self, device: str) -> FiniteWorld:
        """Return the same world on a device."""
        parts = (self.nodes, self.joint, self.negatives)
        return FiniteWorld(*(part.to(device) for part in parts))


def finite_world(joint: Tensor, nodes: Tensor | None = None) -> FiniteWorld:
    """A world given by its joint table; negatives follow the law of the second point.

    Arguments:
        joint: ``(N, N)``, entries ≥ 0 of sum 1, no row or column empty.
        nodes: ``(N, d)``; 0, 1, …, N − 1 by default.

    Raises:
        InputError: not such a table.
    """
    table = joint.double()
    square = table.ndim == 2 and table.shape[0] == table.shape[1] >= 2
    if not square or float(table.min()) < 0 or abs(float(table.sum()) - 1) > _SUM:
        raise InputError(
            f"a joint law of shape {tuple(joint.shape)} and sum {float(joint.sum()):.6g}",
            allowed="(N, N) with N ≥ 2, entries ≥ 0, sum 1",
            cure="divide the table by its sum",
        )
    if float(torch.minimum(table.sum(0), table.sum(1)).min()) <= 0:
        raise InputError("a point of the joint law has probability 0", cure="leave the point out")
    points = torch.arange(len(table), dtype=torch.float64)[:, None] if nodes is None else nodes
    if points.ndim != 2 or points.shape[0] != len(table):
        raise InputError(
            f"nodes of shape {tuple(points.shape)}", allowed=f"({len(table)}, d), one a row"
        )
    return FiniteWorld(points.double(), table, table.sum(0))


def world_on_nodes(world: World, count: int) -> FiniteWorld:
    """A world of the theory on `count` quadrature nodes a coordinate.

    P(j|i) ∝ p(z_j|z_i) on the nodes; negatives follow the prior, as in the theorems.

    Raises:
        UnsupportedCondition: no quadrature for the space or prior, or pairs without a density.
    """
    if not hasattr(world.pairs, "log_conditional"):
        raise UnsupportedCondition(f"pairs '{world.pairs}' have no density p(z̃|z)")
    quadrature = for_world(world, count)
    try:
        ratio = log_ratio(world, quadrature)
    except InputError as error:
        raise UnsupportedCondition(str(error)) from error
    weights = quadrature.weights
    return FiniteWorld(quadrature.nodes, weights[:, None] * weights * ratio.exp(), weights)


def independent_product(one: FiniteWorld, other: FiniteWorld) -> FiniteWorld:
    """The world of pairs ((z, y), (z̃, ỹ)) with z and y from two worlds, independently."""
    nodes = (
        one.nodes.repeat_interleave(other.size, 0),
        other.nodes.repeat(one.size, 1),
    )
    negatives = torch.kron(one.negatives, other.negatives)
    return FiniteWorld(torch.cat(nodes, 1), torch.kron(one.joint, other.joint), negatives)


def frozen_height(count: int, concentration: float, axis: int = 0) -> FiniteWorld:
    """S² with u = z_axis kept in a pair and the rest redrawn with density ∝ e^{κ z·z̃} on its circle.

    The nodes are `count` Gauss–Legendre heights u times 2·count equal angles; negatives come from
    the whole sphere. The conditional has no density on S²: diversity is violated.

    Source: Zaliaduonis et al. (2026), the setting of their Thm 4.5.
    """
    if not 0 < concentration < math.inf:
        raise InputError(f"concentration κ = {concentration}", allowed="finite and > 0")
    if axis not in (0, 1, 2):
        raise InputError(f"kept axis {axis}", allowed="0, 1 or 2")
    rule, ring = ring_nodes(count, axis), circle(2 * count)
    nodes = rule.nodes
    height = nodes[:: ring.size, axis]
    radius = 1 - height.square()
    angles = concentration * ring.nodes @ ring.nodes.T
    conditional = (radius[:, None, None] * angles).softmax(-1)
    joint = torch.block_diag(*conditional) * rule.weights[:, None]
    return FiniteWorld(nodes, joint, rule.weights)


def same_law(one: Tensor, other: Tensor) -> bool:
    """Whether two laws on the nodes are equal up to the rounding of their largest weight."""
    return bool((one - other).abs().max() <= 1e-12 * one.max())
