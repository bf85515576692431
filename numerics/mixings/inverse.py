"""A numerical inverse of any smooth mixing, by damped Gauss-Newton steps."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from sith.numerics.losses.likelihood import value_and_jacobian

_HALVINGS = 12


def numerical_inverse(
    mixing: Callable[[Tensor], Tensor], x: Tensor, start: Tensor, *, steps: int = 60
) -> Tensor:
    """Latents whose observations are x, as nearly as the steps get.

    Rows are solved apart: each takes the Gauss-Newton step, halved until the distance to x falls.
    A row may end in a local minimum; compare `mixing` of the result with x.

    Arguments:
        mixing: ``(S, B, dim) -> (S, B, observed_dim)``, rows independent.
        x: observations, ``(S, B, observed_dim)``, float64.
        start: first latents, ``(S, B, dim)``, float64.
        steps: at least 1.

    Raises:
        ValueError: the dtype is not float64, or there are no steps.
    """
    if x.dtype != torch.float64 or start.dtype != torch.float64:
        raise ValueError(f"x is {x.dtype}, start {start.dtype}; allowed: float64; convert both")
    if steps < 1:
        raise ValueError(f"steps = {steps}; allowed: integers >= 1; use for example 60")
    z = start.clone()
    with torch.no_grad():
        for _ in range(steps):
            value, jacobian = value_and_jacobian(mixing, z)
            rest = x - value
            step = torch.linalg.lstsq(jacobian, rest.unsqueeze(-1)).solution.squeeze(-1)
            before = rest.square().sum(-1)
            size = torch.ones_like(before)
            for _ in range(_HALVINGS):
                after = (x - mixing(z + size.unsqueeze(-1) * step)).square().sum(-1)
                worse = ~(after < before)
                size = torch.where(worse, size / 2, size)
            z = torch.where(worse.unsqueeze(-1), z, z + size.unsqueeze(-1) * step)
    return z
