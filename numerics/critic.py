"""Critics of the theory as critics of torch."""

from __future__ import annotations

from numerics.expression_critic import lower_critic
from numerics.losses import Critic, InnerProduct, PowerDistance
from theory.objectives import AbstractCritic, ExpressionCritic, NegativeNorm


def torch_critic(critic: AbstractCritic, temperature: float) -> Critic:
    """Return s(u, v)/τ for a critic without learned parameters; others are taken as u·v."""
    if isinstance(critic, NegativeNorm):
        return PowerDistance(float(critic.p), float(critic.alpha), temperature)
    if isinstance(critic, ExpressionCritic):
        return lower_critic(critic, temperature)
    return InnerProduct(temperature)
