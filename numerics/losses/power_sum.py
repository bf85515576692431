"""Σ_k |u_ik - v_jk|^p for all pairs of rows, one coordinate at a time and in place."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


def power_sum(u: Tensor, v: Tensor, p: float) -> Tensor:
    """Σ_k |u_ik - v_jk|^p, differentiable twice; nothing of size A·B·m is formed or kept.

    The derivative at equal coordinates is 0. A second derivative does keep a tensor of A·B·m; below
    p = 2 it is NaN at equal coordinates.

    Arguments:
        u: ``(S, A, m)``.
        v: ``(S, B, m)``.
        p: >= 1.

    Returns:
        ``(S, A, B)``.
    """
    result: Tensor = _PowerSum.apply(u, v, p)  # type: ignore[no-untyped-call]
    return result


class _PowerSum(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, u: Tensor, v: Tensor, p: float) -> Tensor:
        ctx.save_for_backward(u, v)
        ctx.p = p
        total = u.new_zeros((u.shape[0], u.shape[1], v.shape[1]))
        difference = torch.empty_like(total)
        for x, y in _coordinates(u, v):
            torch.sub(x, y, out=difference)
            total += difference.abs_() if p == 1 else difference.abs_().pow_(p)
        return total

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor, Tensor, None]:
        u, v = ctx.saved_tensors
        p = ctx.p
        if torch.is_grad_enabled():
            # The gradient is to be differentiated: by operations that can be.
            gap = u.unsqueeze(2) - v.unsqueeze(1)
            slopes = p * gap.abs().pow(p - 1) * gap.sign() * upstream.unsqueeze(3)
            return slopes.sum(2), -slopes.sum(1), None
        grad_u, grad_v = torch.empty_like(u), torch.empty_like(v)
        difference = torch.empty_like(upstream)
        for k, (x, y) in enumerate(_coordinates(u, v)):
            torch.sub(x, y, out=difference)
            if p == 1:
                slope = difference.sign_()
            else:
                sign = difference.sign()
                slope = difference.abs_().pow_(p - 1).mul_(sign).mul_(p)
            slope *= upstream
            grad_u[:, :, k] = slope.sum(2)
            grad_v[:, :, k] = slope.sum(1).neg_()
        return grad_u, grad_v, None


def _coordinates(u: Tensor, v: Tensor) -> zip[tuple[Tensor, Tensor]]:
    """The k-th coordinates as ``(S, A, 1)`` and ``(S, 1, B)``, the long axis contiguous."""
    columns = v.mT.contiguous().unsqueeze(2)
    return zip(u.unsqueeze(3).unbind(2), columns.unbind(1), strict=True)
