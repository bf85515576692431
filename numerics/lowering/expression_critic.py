"""A critic given as a sympy expression, lowered to torch."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp
import torch
from torch import Tensor

from sith.numerics.lowering.lower import Lowered, lower
from sith.theory import ExpressionCritic


@dataclass(frozen=True, slots=True)
class LoweredCritic:
    """s(u, v) from an `ExpressionCritic`, divided by the temperature.

    The scores of a batch need a tensor of B × B × 2m numbers per seed: meant for small batches.
    """

    function: Lowered
    temperature: float

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

    def features(self, u: Tensor, v: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Refuse: `bilinear` is False."""
        raise NotImplementedError("an expression critic has no features; ask `bilinear` first")


@dataclass(frozen=True, slots=True)
class QuadraticCritic:
    """s(u, v) = uᵀCv + p(u) + q(v) with p and q polynomials of degree two, over the temperature.

    `cross` is C as nested tuples; scores of a batch are one matrix product.
    """

    cross: tuple[tuple[float, ...], ...]
    left: Lowered
    right: Lowered
    temperature: float

    @property
    def bilinear(self) -> bool:
        """Scores factor through `features`."""
        return True

    def paired(self, u: Tensor, v: Tensor) -> Tensor:
        """s(u_i, v_i), shape ``(S, B)``."""
        mixed = ((u @ u.new_tensor(self.cross)) * v).sum(-1)
        return (mixed + self.left(u) + self.right(v)) / self.temperature

    def scores(self, u: Tensor, v: Tensor) -> Tensor:
        """s(u_i, v_j), shape ``(S, A, B)``."""
        a, b, r = self.features(u, v)
        return a @ b.transpose(-1, -2) + r.unsqueeze(-1)

    def features(self, u: Tensor, v: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """a, b, r with s(u_i, v_j) = <a_i, b_j> + r_i; r has shape ``(S, A)``."""
        one = torch.ones_like(u[..., :1])
        a = torch.cat((u @ u.new_tensor(self.cross), one), dim=-1) / self.temperature
        b = torch.cat((v, self.right(v).unsqueeze(-1)), dim=-1)
        return a, b, self.left(u) / self.temperature


def lower_critic(critic: ExpressionCritic, temperature: float) -> LoweredCritic | QuadraticCritic:
    """Lower an expression; one of degree two in its points becomes a matrix product."""
    both = (*critic.u, *critic.v)
    expression = sp.expand(critic.expression)
    if not expression.is_polynomial(*both) or sp.Poly(expression, *both).total_degree() > 2:
        return LoweredCritic(lower(expression, both), temperature)
    mixed = [[sp.diff(expression, a, b) for b in critic.v] for a in critic.u]
    no_u, no_v = dict.fromkeys(critic.u, sp.Integer(0)), dict.fromkeys(critic.v, sp.Integer(0))
    left = expression.xreplace(no_v)
    right = expression.xreplace(no_u) - expression.xreplace(no_u).xreplace(no_v)
    return QuadraticCritic(
        tuple(tuple(float(x) for x in row) for row in mixed),
        lower(left, critic.u),
        lower(right, critic.v),
        temperature,
    )
