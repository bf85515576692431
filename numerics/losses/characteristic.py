"""The empirical characteristic function at equally spaced points, with two trigonometric calls."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable


def characteristic_function(x: Tensor, step: float, count: int) -> tuple[Tensor, Tensor]:
    """mean_i cos(t_k x_i) and mean_i sin(t_k x_i) at t_k = k·step, k = 1 ... count.

    cos and sin of step·x are computed once; the others follow by the addition theorem
    e^{i(k+1)θ} = e^{ikθ} e^{iθ}, whose error grows like k times rounding.  Going back, the sums
    over k are formed by Horner's rule, so nothing of size count times x is kept.

    Arguments:
        x: ``(S, B, A)``, A columns that are treated apart; differentiable once.
        step: > 0.
        count: >= 1.

    Returns:
        Two tensors ``(S, count, A)``.
    """
    result: tuple[Tensor, Tensor] = _Characteristic.apply(x, step, count)  # type: ignore[no-untyped-call]
    return result


class _Characteristic(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, step: float, count: int) -> tuple[Tensor, Tensor]:
        angle = step * x
        cos_one, sin_one = angle.cos(), angle.sin()
        ctx.save_for_backward(cos_one, sin_one)
        ctx.step, ctx.count = step, count
        cos, sin = cos_one, sin_one
        cos_means, sin_means = [cos.mean(1)], [sin.mean(1)]
        for _ in range(count - 1):
            turned = torch.addcmul(cos * cos_one, sin, sin_one, value=-1)
            sin = torch.addcmul(sin * cos_one, cos, sin_one)
            cos = turned
            cos_means.append(cos.mean(1))
            sin_means.append(sin.mean(1))
        return torch.stack(cos_means, 1), torch.stack(sin_means, 1)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, up_cos: Tensor, up_sin: Tensor) -> tuple[Tensor, None, None]:
        cos_one, sin_one = ctx.saved_tensors
        # d/dθ Σ_k (u_k cos kθ + v_k sin kθ) = Re Σ_k k (v_k + i u_k) e^{ikθ}, a polynomial in
        # e^{iθ}.
        orders = torch.arange(1, ctx.count + 1, dtype=up_cos.dtype, device=up_cos.device)
        real, imaginary = orders[:, None] * up_sin, orders[:, None] * up_cos
        total_re = torch.zeros_like(cos_one)
        total_im = torch.zeros_like(cos_one)
        for k in range(ctx.count - 1, -1, -1):
            total_re = total_re + real[:, k, None]
            total_im = total_im + imaginary[:, k, None]
            turned = torch.addcmul(total_re * cos_one, total_im, sin_one, value=-1)
            total_im = torch.addcmul(total_im * cos_one, total_re, sin_one)
            total_re = turned
        return total_re * (ctx.step / cos_one.shape[1]), None, None
