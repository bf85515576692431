"""Objectives of the law of single observations: does a map preserve it, or independence?

Likelihood: h is optimal exactly where log p(h(z)) + log|det J_h(z)| = log p(z).
Independence: the outputs of h are independent exactly where their joint characteristic function
is the product of the marginal ones, tested at fixed frequencies.
Source: Hyvärinen and Pajunen (1999), thm 1; Locatello et al. (2019), thm 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

import torch
from torch import Tensor

from sith.numerics.exact.for_world import for_world
from sith.numerics.exact.problem import LatentMap, Linearisation
from sith.numerics.exact.quadrature import Quadrature
from sith.numerics.lowering.lower import lower
from sith.theory import Claim, UnsupportedCondition, latents
from sith.theory.assumptions import confined_coordinates
from sith.theory.dispatch import register_call
from sith.theory.objectives import Independence, Likelihood, ScoreMatching

FREQUENCIES = 64
UNITS = 16
"""Of rounding in a difference of log-densities, each of a few operations at the nodes."""
HIGHEST = 0.7
"""Frequencies are drawn from N(0, HIGHEST²): within what the nodes integrate to rounding error."""


@dataclass(frozen=True, slots=True)
class LawPreserved:
    """Likelihood with the true prior; the gap is the mean squared change-of-variables residual.

    Fields:
        quadrature: nodes of the prior.
        log_density: ``(N, d) -> (N,)``, up to a constant.
        confined: the coordinates in which latents fill (0, 1), and so do the outputs of h.
    """

    quadrature: Quadrature
    log_density: Callable[[Tensor], Tensor]
    confined: tuple[int, ...] = ()

    @property
    def nodes(self) -> Tensor:
        """Latents."""
        return self.quadrature.nodes

    @property
    def weights(self) -> Tensor:
        """Their probabilities."""
        return self.quadrature.weights

    @property
    def scale(self) -> float:
        """What a defect is a share of: 1, or the spread of the log-density where that is smaller."""
        spread = float(self.log_density(self.nodes).std())
        return min(1.0, spread) if spread > 0 else 1.0

    @property
    def rounding(self) -> float:
        """Rounding of log-densities that are large beside their spread, of which the identity has none.

        In mean square, as the defect: the law's own weights leave out nodes far from its mass.
        """
        size = float(self.quadrature.mean(self.log_density(self.nodes).square()).sqrt())
        return UNITS * torch.finfo(torch.float64).eps * size / self.scale

    def own_defect(self, h: LatentMap) -> float:
        """The root mean square of the residual inside the box, as a share of `scale`."""
        return float(torch.linalg.vector_norm(self.linearise(h).defect(h))) / self.scale

    def residual(self, h: LatentMap) -> Tensor:
        """log p(h(z)) + log|det J_h(z)| − log p(z), ``(N,)``; infinite where an edge is left."""
        found = self._change(h)
        values = h(self.nodes)[:, list(self.confined)]
        return found.masked_fill(((values < 0) | (values > 1)).any(1), -math.inf)

    def gap(self, h: LatentMap) -> float:
        """E[residual²], 0 exactly where h preserves the law at the nodes."""
        return float(self.quadrature.mean(self.residual(h).square()))

    def linearise(self, h: LatentMap) -> Linearisation:  # noqa: ARG002
        """Rows √w_i residual_i, inside the box: fields are not held tangent to its faces."""
        root = self.weights.sqrt()
        return Linearisation(
            lambda other: root * self._change(other), self.nodes.new_zeros(self.quadrature.size, 0)
        )

    def _change(self, h: LatentMap) -> Tensor:
        volume: Tensor = torch.linalg.slogdet(jacobian(h, self.nodes)).logabsdet
        return self.log_density(h(self.nodes)) + volume - self.log_density(self.nodes)


@dataclass(frozen=True, slots=True)
class OutputsIndependent:
    """Mutual independence of the outputs; the gap is the mean squared characteristic residual.

    Fields:
        quadrature: nodes of the prior; the residual is as accurate as its integrals of e^{i t·h}.
        frequencies: ``(T, m)``, at which characteristic functions are compared.
    """

    quadrature: Quadrature
    frequencies: Tensor

    by_loss_alone = True
    """Its defect is as accurate as the nodes: what is unclear on few may be rounding on more."""

    @property
    def nodes(self) -> Tensor:
        """Latents."""
        return self.quadrature.nodes

    @property
    def weights(self) -> Tensor:
        """Their probabilities."""
        return self.quadrature.weights

    def residual(self, h: LatentMap) -> Tensor:
        """E e^{i t·h} − Π_k E e^{i t_k h_k}, ``(T,)``, complex."""
        phase = h(self.nodes)[:, None] * self.frequencies
        return self._mean_wave(phase.sum(2)) - self._mean_wave(phase).prod(1)

    def gap(self, h: LatentMap) -> float:
        """Mean of |residual|²."""
        return float(self.residual(h).abs().square().mean())

    def own_defect(self, h: LatentMap) -> float:
        """The root mean square of |residual|."""
        return math.sqrt(self.gap(h))

    def _mean_wave(self, phase: Tensor) -> Tensor:
        return torch.complex(self.quadrature.mean(phase.cos()), self.quadrature.mean(phase.sin()))

    def linearise(self, h: LatentMap) -> Linearisation:  # noqa: ARG002
        """Real and imaginary parts of the residual."""

        def defect(other: LatentMap) -> Tensor:
            found = self.residual(other)
            return torch.cat((found.real, found.imag))

        return Linearisation(defect, self.nodes.new_zeros(2 * len(self.frequencies), 0))


def law(claim: Claim, count: int) -> LawPreserved | OutputsIndependent:
    """The problem of a claim with objective Likelihood or Independence.

    Raises:
        UnsupportedCondition: another objective, or no quadrature for the world.
    """
    return law_problem_of(claim.objective, claim, for_world(claim.world, count))


@singledispatch
def law_problem_of(
    objective: Any,
    claim: Claim,  # noqa: ARG001
    quadrature: Quadrature,  # noqa: ARG001
) -> LawPreserved | OutputsIndependent:
    """The problem of an objective of the law of single observations, on the nodes of a quadrature.

    Raises:
        UnsupportedCondition: no function is registered for the objective's type.
    """
    raise UnsupportedCondition(
        f"the objective {objective}",
        allowed="Likelihood, ScoreMatching or Independence",
        cure=register_call("sith.numerics.exact.law_problem_of", objective),
    )


@law_problem_of.register
def _likelihood(
    objective: Likelihood | ScoreMatching,  # noqa: ARG001
    claim: Claim,
    quadrature: Quadrature,
) -> LawPreserved:
    z = latents(claim.dim)
    log_density = lower(claim.world.prior.log_density(z), z)
    return LawPreserved(quadrature, log_density, confined_coordinates(claim.world.space))


@law_problem_of.register
def _independence(
    objective: Independence,  # noqa: ARG001
    claim: Claim,
    quadrature: Quadrature,
) -> OutputsIndependent:
    generator = torch.Generator().manual_seed(0)
    shape = (FREQUENCIES, claim.encoder.output.dim)
    frequencies = HIGHEST * torch.randn(shape, generator=generator, dtype=torch.float64)
    return OutputsIndependent(quadrature, frequencies)


def jacobian(h: LatentMap, points: Tensor) -> Tensor:
    """J_h at points ``(N, d)``: ``(N, m, d)``."""
    free = points.detach().requires_grad_()
    values = h(free)
    rows = []
    for k in range(values.shape[1]):
        # Rows of h are independent, so the gradient of the sum holds every point's gradient.
        (slope,) = torch.autograd.grad(values[:, k].sum(), free, retain_graph=True)
        rows.append(slope)
    return torch.stack(rows, 1)


def cross_derivative(h: LatentMap, quadrature: Quadrature) -> float:
    """Share of E‖J_h‖² outside the best one-coordinate-per-output pattern; 0 if componentwise."""
    squares = quadrature.mean(jacobian(h, quadrature.nodes).square())
    return float(1 - squares.max(1).values.sum() / squares.sum())
