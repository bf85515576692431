"""Critics of the theory as critics of torch."""

from __future__ import annotations

from sith.numerics.losses import Critic, InnerProduct, PowerDistance
from sith.numerics.lowering.expression_critic import lower_critic
from sith.theory import UnsupportedCondition, objectives


def torch_critic(critic: objectives.AbstractCritic, temperature: float) -> Critic:
    """Return s(u, v)/τ for a critic without learned parameters.

    Raises:
        UnsupportedCondition: another kind of critic.
    """
    if isinstance(critic, objectives.NegativeNorm):
        return PowerDistance(float(critic.p), float(critic.alpha), temperature)
    if isinstance(critic, objectives.ExpressionCritic):
        return lower_critic(critic, temperature)
    if isinstance(critic, objectives.InnerProduct):
        return InnerProduct(temperature)
    raise UnsupportedCondition(
        f"no torch function for the critic {critic}",
        allowed="InnerProduct, NegativeNorm and ExpressionCritic",
    )
