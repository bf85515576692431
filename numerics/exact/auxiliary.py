"""Population loss of objectives with an auxiliary variable: environments and labels u of latents.

Every one is multinomial logistic regression of u on features φ(h): for the conditional likelihood
and the conditional energy it is the profile likelihood over the free base measure, and the Jacobian
of h belongs to the base. The gap is E KL(p(u|z) ‖ softmax_u(⟨w_u, φ(h(z))⟩ + b_u)) with w and b
minimised out, a convex problem.
Source: Prentice and Pyke (1979) and Qin (1998) for the profile likelihood.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import singledispatch

import sympy as sp
import torch
from torch import Tensor

from sith.numerics.exact.for_world import for_world
from sith.numerics.exact.labels import Labels
from sith.numerics.exact.problem import LatentMap, Linearisation
from sith.numerics.exact.quadrature import Quadrature
from sith.numerics.lowering.lower import lower, lower_map
from sith.theory import Claim, UnsupportedCondition, World, latents
from sith.theory.assumptions import ExponentialFamily, SoftmaxLabels
from sith.theory.dispatch import register_call
from sith.theory.objectives import (
    ConditionalEnergy,
    ConditionalLikelihood,
    EnvironmentClassification,
)

LOGISTIC = (ConditionalEnergy, ConditionalLikelihood, EnvironmentClassification)
"""Objectives whose head is linear in known features of h."""


@dataclass(frozen=True, slots=True)
class Environments:
    """Logistic regression of the environment or label.

    Fields:
        regression: cross-entropy over u with free rows.
        features: φ, with a last column of ones where biases are learned, ``(N, m) -> (N, k)``.
    """

    regression: Labels
    features: Callable[[Tensor], Tensor]

    @property
    def nodes(self) -> Tensor:
        """Latents."""
        return self.regression.nodes

    @property
    def weights(self) -> Tensor:
        """Their probabilities, the mixture over environments."""
        return self.regression.weights

    @property
    def optimum(self) -> float:
        """H(u|z)."""
        return self.regression.optimum

    def gap(self, h: LatentMap) -> float:
        """The cross-entropy less the conditional entropy, ≥ 0."""
        return self.regression.gap(self._after(h))

    def linearise(self, h: LatentMap) -> Linearisation:
        """The regression's condition on φ∘h, its rows held at those of h."""
        inner = self.regression.linearise(self._after(h))
        return Linearisation(lambda other: inner.defect(self._after(other)), inner.nuisance)

    def _after(self, h: LatentMap) -> LatentMap:
        return lambda z: self.features(h(z))


def environments(claim: Claim, count: int) -> Environments:
    """The regression of a claim on `count` nodes a coordinate.

    Raises:
        UnsupportedCondition: another objective, pairs without environments, or no quadrature.
    """
    head = linear_head(claim.objective)
    quadrature, log_posterior = posterior(claim.world, count)
    rows = log_posterior.new_zeros(log_posterior.shape[1], claim.dim)
    regression = Labels(quadrature, log_posterior, rows, unit_rows=False, beta=None)
    known = lower_map(statistics(claim), latents(claim.encoder.output.dim))

    def features(h: Tensor) -> Tensor:
        found = known(h)
        return torch.cat((found, torch.ones_like(found[:, :1])), 1) if head.biased else found

    return Environments(regression, features)


def posterior(world: World, count: int) -> tuple[Quadrature, Tensor]:
    """Nodes of the marginal of z, and log p(u|z) at them, ``(N, n)``.

    Environments are equally likely, and each has its law on the nodes; labels follow their softmax.

    Raises:
        UnsupportedCondition: the world has neither, or no quadrature.
    """
    return posterior_of(world.pairs, world, count)


@singledispatch
def posterior_of(pairs: object, world: World, count: int) -> tuple[Quadrature, Tensor]:  # noqa: ARG001
    """Return what `posterior` does, for the pairs of a world.

    Raises:
        UnsupportedCondition: nothing is registered for the pairs.
    """
    raise UnsupportedCondition(
        f"pairs '{pairs}' have no environments or labels",
        cure=register_call("sith.numerics.exact.posterior_of", pairs),
    )


@posterior_of.register
def _(pairs: SoftmaxLabels, world: World, count: int) -> tuple[Quadrature, Tensor]:
    rule = for_world(world, count)
    vectors = torch.tensor([[float(x) for x in g] for g in pairs.vectors], dtype=torch.float64)
    return rule, (rule.nodes @ vectors.T).log_softmax(1)


@posterior_of.register
def _(pairs: ExponentialFamily, world: World, count: int) -> tuple[Quadrature, Tensor]:
    rule, z = for_world(world, count), latents(world.dim)
    exponents = [lower(pairs.exponent(u), z)(rule.nodes) for u in range(len(pairs.parameters))]
    laws = (torch.stack(exponents, -1) + rule.weights.log()[:, None]).log_softmax(0)
    marginal = laws.logsumexp(1).softmax(0)
    return Quadrature(rule.nodes, marginal, rule.reference), laws.log_softmax(1)


@dataclass(frozen=True, slots=True)
class LinearHead:
    """What the logits of an objective are linear in.

    Fields:
        statistics: the statistics of the world's exponential family, at h; h itself if not.
        biased: whether a bias is learned for each environment.
    """

    statistics: bool
    biased: bool


@singledispatch
def linear_head(objective: object) -> LinearHead:
    """Return the head of an objective.

    Raises:
        UnsupportedCondition: nothing is registered for the objective.
    """
    raise UnsupportedCondition(
        f"the head of '{objective}' is not linear in known features",
        cure=register_call("sith.numerics.exact.linear_head", objective),
    )


@linear_head.register
def _(objective: ConditionalLikelihood) -> LinearHead:
    if objective.supports:
        raise UnsupportedCondition(f"no linear head that keeps entries of '{objective}' at 0")
    return LinearHead(statistics=True, biased=True)


@linear_head.register
def _(objective: ConditionalEnergy) -> LinearHead:
    return LinearHead(statistics=objective.augmented, biased=True)


@linear_head.register
def _(objective: EnvironmentClassification) -> LinearHead:
    return LinearHead(statistics=objective.statistics, biased=objective.bias)


def statistics(claim: Claim) -> tuple[sp.Expr, ...]:
    """What the head is linear in: h itself, or the statistics of the world's family at h."""
    pairs = claim.world.pairs
    if linear_head(claim.objective).statistics and isinstance(pairs, ExponentialFamily):
        return pairs.flat
    return tuple(latents(claim.encoder.output.dim))
