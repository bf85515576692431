"""The empirical characteristic function at equally spaced points, with two trigonometric calls."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

_BLOCK = 2**16


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
        cos_one, sin_one = torch.cos(step * x), torch.sin(step * x)
        ctx.save_for_backward(cos_one, sin_one)
        ctx.step, ctx.count = step, count
        cos_sums = x.new_zeros((count, x.shape[0], x.shape[2]))
        sin_sums = torch.zeros_like(cos_sums)
        for c, s in _parts(cos_one, sin_one):
            cos, sin, spare = c.clone(), s.clone(), torch.empty_like(c)
            cos_sums[0] += cos.sum(1)
            sin_sums[0] += sin.sum(1)
            for k in range(1, count):
                cos, sin, spare = _turn(cos, sin, c, s, spare)
                cos_sums[k] += cos.sum(1)
                sin_sums[k] += sin.sum(1)
        rows = x.shape[1]
        return (cos_sums / rows).movedim(0, 1), (sin_sums / rows).movedim(0, 1)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, up_cos: Tensor, up_sin: Tensor) -> tuple[Tensor, None, None]:
        cos_one, sin_one = ctx.saved_tensors
        # d/dθ Σ_k (u_k cos kθ + v_k sin kθ) = Re Σ_k k (v_k + i u_k) e^{ikθ}, a polynomial in
        # e^{iθ}.
        orders = torch.arange(1, ctx.count + 1, dtype=up_cos.dtype, device=up_cos.device)
        orders = orders[:, None] * (ctx.step / cos_one.shape[1])
        real, imaginary = orders * up_sin, orders * up_cos
        gradients = []
        for c, s in _parts(cos_one, sin_one):
            total, other, spare = torch.zeros_like(c), torch.zeros_like(c), torch.empty_like(c)
            for k in range(ctx.count - 1, -1, -1):
                total += real[:, k, None]
                other += imaginary[:, k, None]
                total, other, spare = _turn(total, other, c, s, spare)
            gradients.append(total)
        return torch.cat(gradients, 1), None, None


def _parts(cos: Tensor, sin: Tensor) -> zip[tuple[Tensor, Tensor]]:
    """Blocks of rows that stay in the cache."""
    entries = _BLOCK * (512 if cos.is_cuda else 1)
    rows = max(1, entries // (cos.shape[0] * cos.shape[2]))
    return zip(cos.split(rows, 1), sin.split(rows, 1), strict=True)


def _turn(
    real: Tensor, imaginary: Tensor, cos: Tensor, sin: Tensor, spare: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """(real + i imaginary)(cos + i sin), in place, and the tensor that is free afterwards."""
    torch.mul(real, cos, out=spare)
    spare.addcmul_(imaginary, sin, value=-1)
    imaginary.mul_(cos).addcmul_(real, sin)
    return spare, imaginary, real
