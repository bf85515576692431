"""The population loss of an objective of the user's own, on quadrature nodes.

The nodes are a finite world, and the integrand is minimal at a known table of scores, so that the
gap to that table is exact up to rounding for every number of nodes. A loss on slots is enumerated
with two of them, over all pairs of nodes for every anchor.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from sith.numerics.exact.binary import binary
from sith.numerics.exact.for_world import for_world
from sith.numerics.exact.newton import minimise
from sith.numerics.exact.pairwise import critic_score, log_ratio, pairwise
from sith.numerics.exact.problem import LatentMap, Linearisation, PopulationProblem
from sith.numerics.exact.quadrature import Quadrature
from sith.numerics.lowering.own_critic import OwnCritic, own_critic
from sith.numerics.lowering.own_loss import OwnLoss, own_loss
from sith.numerics.worlds.space_parts import grid_dim
from sith.theory import Claim, UnsupportedCondition
from sith.theory.assumptions import Sphere
from sith.theory.objectives import BinaryNCE, InfoNCE, kind_of, standard_objective

Features = Callable[[Tensor], tuple[Tensor, Tensor]]

_PAIR_NODES = {1: 40, 2: 14, 3: 6}
_SPHERE_NODES = {2: 64, 3: 12}
_SLOT_NODES = {1: 20, 2: 6, 3: 3}
_SLOT_SPHERE_NODES = {2: 24, 3: 6}


@dataclass(frozen=True, slots=True)
class OwnProblem:
    """A loss of the user's own on nodes.

    Fields:
        quadrature: N nodes and weights w_j.
        ratio: ``(N, N)``, P(j|i)/w_j.
        loss, critic: the user's own, lowered.
        standard: the library objective with the same minimisers, whose linearisation serves.
        features: of values of h, the fixed part of the score and the parts that learned parameters
            multiply; () where nothing is learned.
        floor: lower bound of the learned parameters.
    """

    quadrature: Quadrature
    ratio: Tensor
    loss: OwnLoss
    critic: OwnCritic
    standard: PopulationProblem
    features: tuple[Features, ...] = ()
    floor: float = -math.inf

    @property
    def nodes(self) -> Tensor:
        """Latents."""
        return self.quadrature.nodes

    @property
    def weights(self) -> Tensor:
        """Their probabilities."""
        return self.quadrature.weights

    @property
    def optimum(self) -> float:
        """The lowest loss over all tables of scores, less that of the best constant score."""
        return self._of(self.loss.optimal_scores(self.ratio)) - self.loss.at_constant()

    def gap(self, h: LatentMap) -> float:
        """The loss of h less the lowest one over all tables, learned parameters minimised out."""
        values = h(self.nodes)
        return self._of(self._scores(values)) - self._of(self.loss.optimal_scores(self.ratio))

    def linearise(self, h: LatentMap) -> Linearisation:
        """The condition near h."""
        return self.standard.linearise(h)

    def _of(self, scores: Tensor) -> float:
        return float(self.loss.of_tables(scores[None], self.ratio, self.weights, self.weights)[0])

    def _scores(self, values: Tensor) -> Tensor:
        """The critic's scores at its best parameters, in which it is linear."""
        if not self.features:
            plain = values[None]
            return self.critic.scores(plain, plain, values.new_zeros(1, 0))[0]
        fixed, features = self.features[0](values)
        weights = self.weights[:, None] * self.weights

        def oracle(theta: Tensor) -> tuple[Tensor, Tensor, Tensor]:
            scores = (fixed + torch.tensordot(theta, features, dims=1))[..., None]
            slope, curve = (
                (self.ratio * one(scores) + two(scores)) * weights
                for one, two in (self.loss.slopes, self.loss.curves)
            )
            gradient = features.flatten(1) @ slope.flatten()
            hessian = (features * curve).flatten(1) @ features.flatten(1).T
            loss = torch.tensor(self._of(scores[..., 0]), dtype=torch.float64)
            return loss, gradient, hessian

        best: Tensor = minimise(oracle, fixed.new_ones(len(features)), floor=self.floor)
        total: Tensor = fixed + torch.tensordot(best, features, dims=1)
        return total


def _features(claim: Claim, critic: OwnCritic) -> tuple[Features, ...]:
    """Return the parts of the score that learned parameters multiply, () where nothing is learned."""
    if not critic.learned:
        return ()
    if kind_of(claim.objective) != "pointwise_binary":
        raise UnsupportedCondition(f"the exact loss of '{claim.objective}' with a learned critic")
    score, learned = critic_score(claim.objective, claim.encoder.output.dim)

    def parts(values: Tensor) -> tuple[Tensor, Tensor]:
        found = score(values, values)
        fixed = torch.zeros_like(found[0]) if learned else found
        constant = torch.ones(int(critic.offset), *fixed.shape, dtype=fixed.dtype)
        return fixed, torch.cat((found, constant)) if learned else constant

    return (parts,)


def own_problem(claim: Claim, count: int) -> OwnProblem:
    """The loss of a claim of the user's own on `count` nodes a coordinate.

    Raises:
        UnsupportedCondition: no quadrature, or an integrand without a counterpart in torch.
    """
    outputs = claim.encoder.output.dim
    standard = claim.replace(objective=standard_objective(claim.objective, outputs))
    critic = own_critic(claim.objective, outputs)
    positive = bool(critic.positive) and all(critic.positive) and not critic.offset
    build = binary if isinstance(standard.objective, BinaryNCE) else pairwise
    quadrature = for_world(claim.world, count)
    return OwnProblem(
        quadrature,
        log_ratio(claim.world, quadrature).exp(),
        own_loss(claim.objective, outputs, tables=True),
        critic,
        build(standard, count),
        _features(claim, critic),
        0.0 if positive else -math.inf,
    )


def own_nodes(claim: Claim) -> int:
    """The default number of nodes a coordinate; raises `UnsupportedCondition` without any."""
    slots = own_loss(claim.objective, claim.encoder.output.dim, tables=True).slots > 1
    round_space = isinstance(claim.world.space, Sphere)
    few = _SLOT_SPHERE_NODES if round_space else _SLOT_NODES
    table = few if slots else _SPHERE_NODES if round_space else _PAIR_NODES
    if grid_dim(claim.world.space) not in table:
        raise UnsupportedCondition(
            f"quadrature on the {claim.world.space}", allowed=f"d from {min(table)} to {max(table)}"
        )
    return table[grid_dim(claim.world.space)]


def paired_stand_in(claim: Claim) -> Claim:
    """The claim with InfoNCE of the same critic and temperature, for its nodes and base map."""
    objective = standard_objective(claim.objective, claim.encoder.output.dim)
    if isinstance(objective, BinaryNCE):
        objective = InfoNCE(objective.critic, objective.temperature)
    return claim.replace(objective=replace(objective, negatives=0))
