"""Pairs on S² that keep one coordinate: nodes on rings, and negatives from the ring of the anchor."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.exact.quadrature import Quadrature, sphere
from sith.numerics.lowering.lower import lower
from sith.theory import UnsupportedCondition, World, latents
from sith.theory.assumptions import PartlyKeptSphere, Uniform


@dataclass(frozen=True, slots=True)
class Rings:
    """Nodes of S² on the rings that pairs stay on, with negatives from the anchor's own ring.

    Fields:
        quadrature: heights times equal angles, with the weights of the prior.
        log_ratio: ``(N, N)``, log P(j|i) − log n_j(i) on the ring of i, 0 elsewhere.
        log_negatives: ``(N, N)``, log n_j(i): the prior restricted to the ring of i, −∞ elsewhere.
    """

    quadrature: Quadrature
    log_ratio: Tensor
    log_negatives: Tensor


def ring_nodes(count: int, axis: int) -> Quadrature:
    """`count` Gauss–Legendre heights z_axis times 2·count equal angles; rings follow each other."""
    rule = sphere(count)
    return Quadrature(rule.nodes.roll(axis + 1, 1), rule.weights, rule.reference)


def kept_rings(world: World, pairs: PartlyKeptSphere, count: int) -> Rings:
    """The pairs of a world on S² that keep one coordinate, `count` heights.

    Raises:
        UnsupportedCondition: another dimension, or another number of kept coordinates.
    """
    if world.dim != 3 or len(pairs.kept) != 1:
        raise UnsupportedCondition(
            f"no nodes for pairs '{pairs}' on the {world.space}",
            allowed="S² with one kept coordinate",
        )
    rule = ring_nodes(count, pairs.kept[0])
    nodes, log_weights = rule.nodes, rule.weights.log()
    if not isinstance(world.prior, Uniform):
        symbols = latents(3)
        log_density = lower(world.prior.log_density(symbols), symbols)
        log_weights = (log_weights + log_density(nodes)).log_softmax(0)
    ring = torch.arange(rule.size) // (2 * count)
    outside = ring[:, None] != ring
    negatives = log_weights.expand(rule.size, -1).masked_fill(outside, -torch.inf).log_softmax(1)
    pull = float(pairs.concentration) * nodes @ nodes.T
    positives = pull.masked_fill(outside, -torch.inf).log_softmax(1)
    ratio = torch.where(outside, 0.0, positives - negatives)
    quadrature = Quadrature(nodes, log_weights.exp(), rule.reference)
    return Rings(quadrature, ratio, negatives)
