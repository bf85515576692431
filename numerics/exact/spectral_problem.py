"""The population problem of a spectral objective: losses by objective, nodes by pairs.

On n Gauss–Hermite nodes a coordinate the Hermite polynomials of degree < n are orthonormal, so that
E h(z)h(z̃)ᵀ is exact for polynomial h of degree < n in each coordinate. On a graph all is a sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce, singledispatch

import torch
from torch import Tensor

from sith.numerics.exact.lines import spectral_lines
from sith.numerics.exact.problem import LatentMap, Linearisation
from sith.numerics.exact.report import TOLERANCE
from sith.numerics.exact.spectra import TopModes, top_modes
from sith.theory import (
    AugmentationGraph,
    Claim,
    JacobiDiffusion,
    OrnsteinUhlenbeck,
    SpectralObjective,
    UnsupportedCondition,
)
from sith.theory.dispatch import register_call
from sith.theory.objectives import AlignmentWhitening, BarlowTwins, SpectralContrastive, VICReg

_NODES = {1: 16, 2: 10, 3: 8}


@dataclass(frozen=True, slots=True)
class SpectralProblem:
    """A spectral objective on nodes with weights and the joint moments of a pair.

    Fields:
        objective: of the theory.
        nodes, weights: ``(N, d)`` and ``(N,)``.
        smoothed: ``(N, N)``, Sf at the nodes is ``smoothed @ f``.
        modes: the optimum.
    """

    objective: SpectralObjective
    nodes: Tensor
    weights: Tensor
    smoothed: Tensor
    modes: TopModes

    def gap(self, h: LatentMap) -> float:
        """The loss of h above the optimum, plus by how much the exact constraints are violated.

        Zero exactly at the optimum: a map that violates a constraint has no loss, and the size of
        the violation stands for it.
        """
        values = h(self.nodes)
        loss, violation = self.terms(values)
        best, _ = self.terms(self.modes.optimum(self.nodes))
        return max(loss - best, 0.0) + violation if violation < TOLERANCE else violation

    @property
    def size(self) -> float:
        """The loss of the optimum on independent views, at least 1: what rounding is a share of."""
        values = self.modes.optimum(self.nodes)
        second = (values.T * self.weights) @ values
        loss, _ = spectral_terms(self.objective, second, torch.zeros_like(second), 0.0)
        return max(1.0, abs(loss))

    def linearise(self, h: LatentMap) -> Linearisation:
        """Refuse: fields are not compared for spectral objectives."""
        del h
        raise UnsupportedCondition("fields are not compared for spectral objectives")

    def terms(self, values: Tensor) -> tuple[float, float]:
        """The loss of h from its values at the nodes, and how far the constraints are violated."""
        if not self.objective.constant_mode:
            mean = self.weights @ values
            drift = 0.0 if self.objective.shifts else float(mean.square().sum())
            values = values - mean
        else:
            drift = 0.0
        weighted = values.T * self.weights
        second = weighted @ values
        cross = weighted @ (self.smoothed @ values)
        return spectral_terms(self.objective, second, cross, drift)


@singledispatch
def spectral_terms(
    objective: object,
    second: Tensor,  # noqa: ARG001
    cross: Tensor,  # noqa: ARG001
    drift: float,  # noqa: ARG001
) -> tuple[float, float]:
    """Return the population loss and by how much the exact constraints are violated.

    Arguments:
        objective: of the theory.
        second, cross: E hhᵀ and E hh̃ᵀ, ``(m, m)``, of centred h unless the constant is a mode.
        drift: the squared mean, 0 where the loss is blind to it.

    Raises:
        UnsupportedCondition: nothing is registered for the objective.
    """
    raise UnsupportedCondition(
        f"the population loss of the spectral objective '{objective}' is not known",
        cure=register_call("sith.numerics.exact.spectral_terms", objective),
    )


def _eye(like: Tensor) -> Tensor:
    return torch.eye(like.shape[1], dtype=like.dtype)


def _alignment(second: Tensor, cross: Tensor) -> float:
    """E‖h − h̃‖²."""
    return 2 * float((second - cross).trace())


def _violation(second: Tensor, drift: float) -> float:
    return drift + float((second - _eye(second)).square().sum())


@spectral_terms.register
def _(
    objective: SpectralContrastive,
    second: Tensor,
    cross: Tensor,
    drift: float,  # noqa: ARG001
) -> tuple[float, float]:
    spread = float((second - _eye(second)).square().sum())
    return float(objective.beta) * _alignment(second, cross) + spread, 0.0


@spectral_terms.register
def _(
    objective: BarlowTwins,  # noqa: ARG001
    second: Tensor,
    cross: Tensor,
    drift: float,
) -> tuple[float, float]:
    return float((cross - _eye(cross)).square().sum()), _violation(second, drift)


@spectral_terms.register(AlignmentWhitening)
@spectral_terms.register(VICReg)
def _(
    objective: AlignmentWhitening | VICReg,  # noqa: ARG001
    second: Tensor,
    cross: Tensor,
    drift: float,
) -> tuple[float, float]:
    return _alignment(second, cross), _violation(second, drift)


Nodes = tuple[Tensor, Tensor, Tensor]
"""Nodes ``(N, d)``, their weights ``(N,)``, and Sf at the nodes from f at the nodes ``(N, N)``."""


@singledispatch
def operator_nodes(pairs: object) -> Nodes:
    """Return nodes on which the operator of pairs is a matrix.

    Raises:
        UnsupportedCondition: nothing is registered for the pairs, or the dimension is too large.
    """
    raise UnsupportedCondition(
        f"quadrature of pairs '{pairs}'",
        cure=register_call("sith.numerics.exact.operator_nodes", pairs),
    )


@operator_nodes.register
def _(pairs: AugmentationGraph) -> Nodes:
    joint = torch.tensor([[float(x) for x in row] for row in pairs.joint], dtype=torch.float64)
    weights = joint.sum(1)
    return torch.eye(len(joint), dtype=torch.float64), weights, joint / weights[:, None]


@operator_nodes.register(OrnsteinUhlenbeck)
@operator_nodes.register(JacobiDiffusion)
def _(pairs: OrnsteinUhlenbeck | JacobiDiffusion) -> Nodes:
    lines = spectral_lines(pairs)
    dim = len(lines)
    if dim not in _NODES:
        raise UnsupportedCondition(
            f"quadrature of pairs '{pairs}'", allowed=f"d from {min(_NODES)} to {max(_NODES)}"
        )
    count = _NODES[dim]
    rules = [line.nodes(count) for line in lines]
    nodes = torch.cartesian_prod(*(z for z, _ in rules)).reshape(-1, dim)
    weights = reduce(torch.kron, [mass for _, mass in rules])
    return nodes, weights, reduce(torch.kron, [line.operator(count) for line in lines])


def spectral_problem(claim: Claim) -> SpectralProblem:
    """Return the problem of a claim.

    Raises:
        UnsupportedCondition: no nodes for the pairs, or the dimension is too large.
    """
    objective = claim.objective
    if not isinstance(objective, SpectralObjective):
        raise UnsupportedCondition(f"the objective '{objective}' is not spectral")
    modes = top_modes(claim.world, objective, claim.encoder.output.dim)
    return SpectralProblem(objective, *operator_nodes(claim.world.pairs), modes)
