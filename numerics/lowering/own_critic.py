"""A critic of the user's own in torch, with its learned parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp
import torch
from torch import Tensor

from sith.numerics.losses import Critic
from sith.numerics.lowering.critic import torch_critic
from sith.numerics.lowering.lower import Lowered, lower
from sith.theory import ExpressionCritic, InnerProduct, NegativeNorm, latents


@dataclass(frozen=True, slots=True)
class OwnCritic:
    """s(u, v; θ)/τ + b: a critic with q learned parameters θ, and a learned offset b where asked for.

    Fields:
        plain: the torch critic where nothing but the offset is learned; else ().
        function: of (u, v, θ) otherwise; else ().
        positive: which parameters are positive, and are learned by their logarithms.
        offset: whether b is learned, as the last parameter.
    """

    plain: tuple[Critic, ...]
    function: tuple[Lowered, ...]
    positive: tuple[bool, ...]
    offset: bool

    @property
    def learned(self) -> int:
        """Number of learned parameters."""
        return len(self.positive) + self.offset

    def paired(self, u: Tensor, v: Tensor, theta: Tensor) -> Tensor:
        """Scores ``(S, B)`` of ``(S, B, m)`` with parameters ``(S, q)``, which start at 0."""
        if self.plain:
            return self.plain[0].paired(u, v) + self._offset(theta)[:, :, 0]
        return self._values(torch.cat((u, v), -1), theta[:, None]) + self._offset(theta)[:, :, 0]

    def scores(self, u: Tensor, v: Tensor, theta: Tensor) -> Tensor:
        """Scores ``(S, A, B)`` of ``(S, A, m)`` and ``(S, B, m)``."""
        if self.plain:
            return self.plain[0].scores(u, v) + self._offset(theta)
        left = u.unsqueeze(-2).expand(*u.shape[:-1], v.shape[-2], u.shape[-1])
        right = v.unsqueeze(-3).expand(*u.shape[:-1], v.shape[-2], v.shape[-1])
        both = torch.cat((left, right), -1)
        return self._values(both, theta[:, None, None]) + self._offset(theta)

    def _offset(self, theta: Tensor) -> Tensor:
        """b, ``(S, 1, 1)``, or 0."""
        if self.offset:
            return theta[:, -1, None, None]
        return theta.new_zeros(theta.shape[0], 1, 1)

    def _values(self, points: Tensor, theta: Tensor) -> Tensor:
        raw = theta[..., : len(self.positive)]
        known = [x.exp() if p else x for x, p in zip(raw.unbind(-1), self.positive, strict=True)]
        columns = [x.expand(points.shape[:-1])[..., None] for x in known]
        return self.function[0](torch.cat((points, *columns), -1))


def own_critic(objective: Any, outputs: int) -> OwnCritic:
    """Lower the critic of an objective of the user's own, over its temperature.

    Raises:
        UnsupportedCondition: the critic uses a function without a counterpart in torch.
    """
    critic = objective.critic
    tau = getattr(objective, "temperature", sp.Integer(1))
    offset = bool(getattr(objective, "offset", False))
    if isinstance(critic, ExpressionCritic | InnerProduct | NegativeNorm):
        return OwnCritic((torch_critic(critic, float(tau)),), (), (), offset)
    u, v, learned = latents(outputs, "u"), latents(outputs, "v"), critic.parameters(outputs)
    function = lower(critic.score(u, v) / tau, (*u, *v, *learned))
    return OwnCritic((), (function,), tuple(bool(x.is_positive) for x in learned), offset)
