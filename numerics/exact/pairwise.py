"""Population InfoNCE on quadrature nodes: loss, exact lower bound, and the gap between them.

The nodes with their weights are themselves a world: a finite one, with marginal w_j and
conditional P(j|i) ∝ p(z_j|z_i). On it the loss is
L(h) = Σ_i w_i [−Σ_j P(j|i) s_ij/τ + log Σ_j w_j e^{s_ij/τ}], the limit of InfoNCE for many
negatives less log M, and L(h) − L* = Σ_i w_i KL(P(·|i) ‖ softmax_j(log w_j + s_ij/τ)) ≥ 0 with
L* = −I(z; z̃). So the gap is exact up to rounding for every number of nodes; the number of nodes
matters only to the value of L* itself.
Source: van den Oord et al. (2018); Wang and Isola (2020), thm 1, for the limit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.exact.for_world import for_world
from sith.numerics.exact.newton import minimise
from sith.numerics.exact.problem import LatentMap, Linearisation
from sith.numerics.exact.quadrature import Quadrature
from sith.numerics.exact.rings import kept_rings
from sith.numerics.lowering.lower import lower
from sith.theory import Claim, UnsupportedCondition, World, latents, pair
from sith.theory.assumptions import PartlyKeptSphere
from sith.theory.objectives import BinaryNCE, DynamicsModel, InfoNCE

Score = Callable[[Tensor, Tensor], Tensor]
"""s(u_i, v_j)/τ: from ``(N, m)`` and ``(M, m)`` to ``(N, M)``, or to ``(q, N, M)`` features."""


@dataclass(frozen=True, slots=True)
class Pairwise:
    """InfoNCE of a world on nodes.

    Fields:
        quadrature: N nodes and weights w_j, the law of anchors and negatives.
        log_ratio: ``(N, N)``, log P(j|i) − log n_j, 0 where n_j = 0.
        score: the critic divided by the temperature; with `learned` features φ_k of a critic
            Σ_k θ_k φ_k with learned θ_k, which every evaluation minimises out.
        log_negatives: ``(N,)``, log n_j of the law of negatives, or ``(N, N)`` where every anchor
            has its own law, −∞ outside its support.
        fixed: with `learned` the part of the score that nothing learned multiplies.
        floor: lower bound of the θ_k.
    """

    quadrature: Quadrature
    log_ratio: Tensor
    score: Score
    learned: bool
    log_negatives: Tensor
    fixed: tuple[Score, ...] = ()
    floor: float = 0.0

    @property
    def nodes(self) -> Tensor:
        """Latents."""
        return self.quadrature.nodes

    @property
    def weights(self) -> Tensor:
        """Their probabilities."""
        return self.quadrature.weights

    @property
    def joint(self) -> Tensor:
        """w_i P(j|i), ``(N, N)``."""
        return self.weights[:, None] * self.log_negatives.exp() * self.log_ratio.exp()

    @property
    def optimum(self) -> float:
        """L* = −E KL(P(·|i) ‖ n), which is −I(z; z̃) where negatives follow the law of z̃."""
        return -float((self.joint * self.log_ratio).sum())

    def loss(self, h: LatentMap) -> float:
        """L(h), learned parameters of the critic minimised out."""
        return self.optimum + self.gap(h)

    def gap(self, h: LatentMap) -> float:
        """L(h) − L* ≥ 0, as a mean Kullback–Leibler divergence."""
        return float((self.joint * (self.log_ratio - self._log_model(self._scores(h)))).sum())

    def learned_parameters(self, h: LatentMap) -> Tensor:
        """The minimising θ, for example Λ̂; a convex problem."""
        features, fixed = self._features(h), self._fixed(h)
        start = torch.ones(features.shape[0], dtype=torch.float64)
        joint = self.joint

        def oracle(theta: Tensor) -> tuple[Tensor, Tensor, Tensor]:
            log_model = self._log_model(fixed + torch.tensordot(theta, features, dims=1))
            model = self.weights[:, None] * self.log_negatives.exp() * log_model.exp()
            loss = -(joint * log_model).sum()
            gradient = features.flatten(1) @ (model - joint).flatten()
            rows = model.sum(1, keepdim=True)
            centred = features - (model * features).sum(2, keepdim=True) / rows
            hessian = (centred * model).flatten(1) @ centred.flatten(1).T
            return loss, gradient, hessian

        return minimise(oracle, start, floor=self.floor)

    def linearise(self, h: LatentMap) -> Linearisation:
        """Rows √(w_i P(j|i)) (log model ratio − log ratio) at the θ of h."""
        root = self.joint.sqrt()
        if not self.learned:

            def plain(other: LatentMap) -> Tensor:
                scores = self.score(*[other(self.nodes)] * 2)
                return (root * (self._log_model(scores) - self.log_ratio)).reshape(-1)

            return Linearisation(plain, torch.zeros(root.numel(), 0, dtype=root.dtype))
        theta = self.learned_parameters(h)

        def defect(other: LatentMap) -> Tensor:
            scores = self._fixed(other) + torch.tensordot(theta, self._features(other), dims=1)
            return (root * (self._log_model(scores) - self.log_ratio)).reshape(-1)

        features = self._features(h)
        conditional = self.joint / self.weights[:, None]
        centred = features - (conditional * features).sum(2, keepdim=True)
        return Linearisation(defect, (root * centred).reshape(theta.numel(), -1).T)

    def _features(self, h: LatentMap) -> Tensor:
        values = h(self.nodes)
        return self.score(values, values)

    def _fixed(self, h: LatentMap) -> Tensor:
        values = h(self.nodes)
        parts = [score(values, values) for score in self.fixed]
        return sum(parts, torch.zeros_like(self.log_ratio))

    def _scores(self, h: LatentMap) -> Tensor:
        features = self._features(h)
        if not self.learned:
            return features
        scores: Tensor = self._fixed(h) + torch.tensordot(
            self.learned_parameters(h), features, dims=1
        )
        return scores

    def _log_model(self, scores: Tensor) -> Tensor:
        """log of the model's conditional over n_j: the scores less their log-partition."""
        return scores - (scores + self.log_negatives).logsumexp(1, keepdim=True)


def pairwise(claim: Claim, count: int) -> Pairwise:
    """InfoNCE of a claim's world on `count` nodes a coordinate.

    Negatives follow the stated marginal of the latents, as in the theorems, or the marginal
    restricted to the support of the pair.

    Raises:
        UnsupportedCondition: no quadrature, or a critic that is not linear in what it learns.
    """
    if not isinstance(claim.objective, InfoNCE):
        raise UnsupportedCondition(f"the objective {claim.objective}", allowed="InfoNCE")
    if isinstance(claim.objective.critic, DynamicsModel):
        return _dynamics(claim.world, claim.objective.critic, count)
    score, learned = critic_score(claim.objective, claim.encoder.output.dim)
    pairs = claim.world.pairs
    if claim.objective.within_support and isinstance(pairs, PartlyKeptSphere):
        rings = kept_rings(claim.world, pairs, count)
        return Pairwise(rings.quadrature, rings.log_ratio, score, learned, rings.log_negatives)
    quadrature = for_world(claim.world, count)
    ratio = log_ratio(claim.world, quadrature)
    return Pairwise(quadrature, ratio, score, learned, quadrature.weights.log())


def _dynamics(world: World, critic: DynamicsModel, count: int) -> Pairwise:
    """A learned model of the dynamics, with the correction α for the law of negatives.

    Negatives follow the law of z̃, and α is minus its log-density. ‖f̂(u)‖² depends on the anchor
    alone, so that the rest of the score, ⟨Âu + ĉ, v⟩ − ‖v‖²/2, is linear in Â and ĉ.
    """
    quadrature = for_world(world, count)
    log_conditional = log_ratio(world, quadrature) + quadrature.weights.log()
    log_negatives = (log_conditional + quadrature.weights.log()[:, None]).logsumexp(0)
    ratio = log_conditional - log_negatives
    correction = quadrature.reference.log() - log_negatives

    def rest(u: Tensor, v: Tensor) -> Tensor:
        return (correction - v.square().sum(-1) / 2).expand(len(u), -1)

    def features(u: Tensor, v: Tensor) -> Tensor:
        products = torch.einsum("nj,mi->ijnm", u, v).flatten(0, 1)
        shifts = v.T[:, None].expand(-1, len(u), -1)
        return torch.cat((products, shifts)) if critic.shift else products

    if not critic.learned:
        score: Score = lambda u, v: u @ v.T + rest(u, v)
        return Pairwise(quadrature, ratio, score, learned=False, log_negatives=log_negatives)
    return Pairwise(quadrature, ratio, features, True, log_negatives, (rest,), -torch.inf)


def log_ratio(world: World, quadrature: Quadrature) -> Tensor:
    """log P(j|i) − log w_j on the nodes, ``(N, N)``, with P(j|i) ∝ p(z_j|z_i).

    Raises `UnsupportedCondition` for pairs without a density on the space.
    """
    if isinstance(world.pairs, PartlyKeptSphere):
        raise UnsupportedCondition(f"pairs '{world.pairs}' have no density p(z̃|z) on the space")
    z, zt = pair(world.dim)
    log_conditional = lower(world.pairs.log_conditional(z, zt), (*z, *zt))
    nodes = quadrature.nodes
    reference = log_conditional(_grid(nodes, nodes)) + quadrature.reference.log()
    return reference.log_softmax(1) - quadrature.weights.log()


def critic_score(objective: InfoNCE | BinaryNCE, dim: int) -> tuple[Score, bool]:
    """The critic over the temperature as a torch function, and whether it returns features."""
    u, v = latents(dim, "u"), latents(dim, "v")
    expression = objective.critic.score(u, v) / objective.temperature
    parameters = objective.critic.parameters(dim)
    if not parameters:
        function = lower(expression, (*u, *v))
        return lambda a, b: function(_grid(a, b)), False
    slopes = [expression.diff(p) for p in parameters]
    remainder = (expression - sum(p * s for p, s in zip(parameters, slopes, strict=True))).expand()
    if remainder != 0 or any(s.free_symbols & set(parameters) for s in slopes):
        raise UnsupportedCondition(
            f"the critic {objective.critic} is not linear in its parameters",
            allowed="critics without learned parameters, or linear in them",
        )
    features = [lower(s, (*u, *v)) for s in slopes]

    def score(a: Tensor, b: Tensor) -> Tensor:
        points = _grid(a, b)
        return torch.stack([f(points) for f in features])

    return score, True


def optimal_loss(claim: Claim, count: int = 12) -> float:
    """L* = −I(z; z̃): the infimum of the limit loss, reached where the model is well specified.

    The loss is E[−s/τ] + E log E⁻ e^{s/τ}, that is, InfoNCE with M negatives less log M for
    large M.
    """
    return pairwise(claim, count).optimum


def loss_with_partners(
    h: LatentMap, score: Score, quadrature: Quadrature, partners: Tensor, conditional: Tensor
) -> float:
    """The limit loss where the conditional lives on a subset, given by nodes of its own.

    Arguments:
        h: map of the latents.
        score: the critic over the temperature, without learned parameters.
        quadrature: N nodes of the marginal.
        partners: ``(N, K, d)``, nodes of p(·|z_i).
        conditional: ``(N, K)``, their probabilities, rows of sum 1.
    """
    anchors = h(quadrature.nodes)
    positive = torch.stack(
        [score(anchors[i : i + 1], h(partners[i]))[0] for i in range(quadrature.size)]
    )
    spread = (score(anchors, anchors) + quadrature.weights.log()).logsumexp(1)
    return float(quadrature.mean(spread - (conditional * positive).sum(1)))


def _grid(u: Tensor, v: Tensor) -> Tensor:
    """All pairs, ``(N, M, 2m)``."""
    shape = (u.shape[0], v.shape[0], -1)
    return torch.cat((u[:, None].expand(shape), v[None].expand(shape)), -1)
