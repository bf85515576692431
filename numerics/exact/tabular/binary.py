"""Binary NCE of tables: true against independent pairs of a finite world."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from sith.numerics.exact.tabular.world import FiniteWorld
from sith.numerics.losses import Critic


@dataclass(frozen=True, slots=True)
class BinaryContrastive:
    """E log(1 + e^{−s}) + E⁻ log(1 + e^s) − 2 log 2, of loss 0 for the score 0.

    Fields:
        critic: over the temperature, without learned parameters.
        offset: whether a constant is added to the score; it is then the learned parameter.

    Source: Gutmann and Hyvärinen (2010).
    """

    critic: Callable[[], Critic]
    offset: bool

    def learned(self, dim: int) -> int:  # noqa: ARG002
        """The offset."""
        return int(self.offset)

    def value(self, h: Tensor, world: FiniteWorld, learned: Tensor) -> Tensor:
        """Both terms over all pairs of nodes."""
        scores = self.critic().scores(h, h)
        if self.offset:
            scores = scores + learned[..., :1, None]
        independent = world.weights[:, None] * world.negatives
        terms = world.joint * F.softplus(-scores) + independent * F.softplus(scores)
        return terms.sum((-2, -1)) - 2 * math.log(2)

    def settled(self, h: Tensor, world: FiniteWorld) -> Tensor:  # noqa: ARG002
        """H itself."""
        return h

    def lower_bound(self, world: FiniteWorld, dim: int) -> float:  # noqa: ARG002
        """The loss of the score log P_ij/(w_i n_j), the best of all; −2 times a divergence."""
        independent = world.weights[:, None] * world.negatives
        both = independent + world.joint
        true = torch.where(world.joint > 0, world.joint * (world.joint / both).log(), 0.0)
        other = independent * (independent / both).log()
        return -float((true + other).sum()) - 2 * math.log(2)
