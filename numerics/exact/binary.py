"""Population binary NCE on quadrature nodes: true against independent pairs.

On the nodes the loss is Σ_ij P_ij log(1 + e^{−s_ij}) + w_i w_j log(1 + e^{s_ij}). It is lowest, over
all tables s, at s_ij = log P_ij/(w_i w_j), so that the gap to that value is exact up to rounding.
Source: Gutmann and Hyvärinen (2010).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor

from sith.numerics.exact.for_world import for_world
from sith.numerics.exact.newton import minimise
from sith.numerics.exact.pairwise import Score, critic_score, log_ratio
from sith.numerics.exact.problem import LatentMap, Linearisation
from sith.numerics.exact.quadrature import Quadrature
from sith.theory import Claim, UnsupportedCondition
from sith.theory.objectives import BinaryNCE


@dataclass(frozen=True, slots=True)
class Binary:
    """Binary NCE of a world on nodes.

    Fields:
        quadrature: N nodes and weights w_j.
        log_ratio: ``(N, N)``, log P(j|i) − log w_j.
        score: the critic over the temperature, without learned parameters.
        offset: whether a constant b is added to the score and minimised out.
    """

    quadrature: Quadrature
    log_ratio: Tensor
    score: Score
    offset: bool

    @property
    def nodes(self) -> Tensor:
        """Latents."""
        return self.quadrature.nodes

    @property
    def weights(self) -> Tensor:
        """Their probabilities."""
        return self.quadrature.weights

    @property
    def independent(self) -> Tensor:
        """w_i w_j, ``(N, N)``."""
        return self.weights[:, None] * self.weights

    @property
    def optimum(self) -> float:
        """The loss of the true ratio."""
        return float(self._losses(self.log_ratio).sum())

    def gap(self, h: LatentMap) -> float:
        """The loss less that of the true ratio, ≥ 0."""
        scores = self._scores(h)
        return float(
            (self._losses(scores + self._best(scores)) - self._losses(self.log_ratio)).sum()
        )

    def linearise(self, h: LatentMap) -> Linearisation:
        """Rows √c (s + b − log ratio), c the curvature of the loss at the true ratio."""
        root = (self.independent * self.log_ratio.sigmoid()).sqrt()
        best = self._best(self._scores(h))

        def defect(other: LatentMap) -> Tensor:
            return (root * (self._scores(other) + best - self.log_ratio)).reshape(-1)

        width = 1 if self.offset else 0
        return Linearisation(defect, root.reshape(-1, 1)[:, :width])

    def _scores(self, h: LatentMap) -> Tensor:
        values = h(self.nodes)
        return self.score(values, values)

    def _losses(self, scores: Tensor) -> Tensor:
        true = self.independent * self.log_ratio.exp()
        return true * F.softplus(-scores) + self.independent * F.softplus(scores)

    def _best(self, scores: Tensor) -> Tensor:
        """The offset that minimises the loss, ``(1,)``; 0 where there is none."""
        zero = scores.new_zeros(1)
        if not self.offset:
            return zero
        true, other = self.independent * self.log_ratio.exp(), self.independent

        def oracle(b: Tensor) -> tuple[Tensor, Tensor, Tensor]:
            model = (scores + b).sigmoid()
            slope = (other * model - true * (1 - model)).sum()
            curve = ((other + true) * model * (1 - model)).sum()
            return self._losses(scores + b).sum(), slope.reshape(1), curve.reshape(1, 1)

        return minimise(oracle, zero)


def binary(claim: Claim, count: int) -> Binary:
    """Binary NCE of a claim's world on `count` nodes a coordinate.

    Raises:
        UnsupportedCondition: another objective, a critic with learned parameters, or no quadrature.
    """
    objective = claim.objective
    if not isinstance(objective, BinaryNCE):
        raise UnsupportedCondition(f"the objective {objective}", allowed="BinaryNCE")
    score, learned = critic_score(objective, claim.encoder.output.dim)
    if learned:
        raise UnsupportedCondition(f"binary NCE with the learned critic {objective.critic}")
    quadrature = for_world(claim.world, count)
    return Binary(quadrature, log_ratio(claim.world, quadrature), score, objective.offset)
