"""A critic given as a sympy expression, lowered to torch."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from numerics.lower import Lowered, lower
from theory import ExpressionCritic


@dataclass(frozen=True, slots=True)
class LoweredCritic:
    """s(u, v) from an `ExpressionCritic`, divided by the temperature.

    The scores of a batch need a tensor of B × B × 2m numbers per seed: meant for small batches.
    """

    function: Lowered
    temperature: float

    @classmethod
    def of(cls, critic: ExpressionCritic, temperature: float) -> LoweredCritic:
        """Lower the expression."""
        return cls(lower(critic.expression, (*critic.u, *critic.v)), temperature)

    @property
    def bilinear(self) -> bool:
        """No factorisation is known."""
        return False

    def paired(self, u: Tensor, v: Tensor) -> Tensor:
        """s(u_i, v_i), shape ``(S, B)``."""
        return self.function(torch.cat((u, v), dim=-1)) / self.temperature

    def scores(self, u: Tensor, v: Tensor) -> Tensor:
        """s(u_i, v_j), shape ``(S, A, B)``."""
        left = u.unsqueeze(-2).expand(*u.shape[:-1], v.shape[-2], u.shape[-1])
        right = v.unsqueeze(-3).expand(*u.shape[:-1], v.shape[-2], v.shape[-1])
        return self.function(torch.cat((left, right), dim=-1)) / self.temperature

    def features(self, u: Tensor, v: Tensor) -> tuple[Tensor, Tensor, Tensor]:  # noqa: ARG002
        """Refuse: `bilinear` is False."""
        raise NotImplementedError("an expression critic has no features; ask `bilinear` first")
