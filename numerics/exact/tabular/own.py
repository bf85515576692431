"""The population loss of tables for an objective of the user's own."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from sith.numerics.exact.tabular.world import FiniteWorld
from sith.numerics.lowering.own_critic import OwnCritic, own_critic
from sith.numerics.lowering.own_loss import OwnLoss, own_loss
from sith.theory import Claim


@dataclass(frozen=True, slots=True)
class OwnTable:
    """The integrand at the critic's scores, less the loss of the best constant score."""

    loss: OwnLoss
    critic: OwnCritic

    def learned(self, dim: int) -> int:  # noqa: ARG002
        """The critic's parameters."""
        return self.critic.learned

    def value(self, h: Tensor, world: FiniteWorld, learned: Tensor) -> Tensor:
        """The loss on all pairs of points; on slots, on all triples."""
        return self._of(self.critic.scores(h, h, learned), world)

    def settled(self, h: Tensor, world: FiniteWorld) -> Tensor:  # noqa: ARG002
        """H itself."""
        return h

    def lower_bound(self, world: FiniteWorld, dim: int) -> float:  # noqa: ARG002
        """The lowest loss over all tables of scores."""
        best = self.loss.optimal_scores(self._ratio(world))
        return float(self._of(best[None], world)[0])

    def _of(self, scores: Tensor, world: FiniteWorld) -> Tensor:
        laws = world.weights, world.negatives
        return self.loss.of_tables(scores, self._ratio(world), *laws) - self.loss.at_constant()

    @staticmethod
    def _ratio(world: FiniteWorld) -> Tensor:
        return world.joint / (world.weights[:, None] * world.negatives)


def own_table(claim: Claim) -> OwnTable:
    """The loss of tables of a claim with an integrand of the user's own."""
    outputs = claim.encoder.output.dim
    loss = own_loss(claim.objective, outputs, tables=True)
    return OwnTable(loss, own_critic(claim.objective, outputs))
