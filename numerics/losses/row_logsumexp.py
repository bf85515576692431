"""log sum_j exp <a_i, b_j> for every row i, without keeping a large score matrix."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

# Score matrices up to this many entries are kept for the backward pass; larger ones are computed
# in blocks of rows and computed again going back.
_KEPT = 2**23
_BLOCK = 2**20


def row_logsumexp(a: Tensor, b: Tensor, *, exclude_diagonal: bool = False) -> Tensor:
    """log sum_j exp <a_i, b_j>, differentiable twice in a and b.

    A second derivative keeps the whole score matrix.

    Arguments:
        a: ``(S, A, m)``.
        b: ``(S, B, m)``, same dtype and device.
        exclude_diagonal: leave out j = i; needs A = B >= 2.

    Returns:
        ``(S, A)``.

    Raises:
        ValueError: the shapes do not fit.
    """
    if a.ndim != 3 or b.ndim != 3 or a.shape[0] != b.shape[0] or a.shape[2] != b.shape[2]:
        raise ValueError(
            f"shapes {tuple(a.shape)} and {tuple(b.shape)}; allowed: (S, A, m) and (S, B, m); "
            "the axes are seed, sample, coordinate"
        )
    if exclude_diagonal and (a.shape[1] != b.shape[1] or a.shape[1] < 2):
        raise ValueError(
            f"{a.shape[1]} rows and {b.shape[1]} columns; allowed: equal and >= 2 without the "
            "diagonal; use a larger batch"
        )
    result: Tensor = _RowLogSumExp.apply(a, b, exclude_diagonal)  # type: ignore[no-untyped-call]
    return result


def logsumexp(scores: Tensor) -> Tensor:
    """log sum_j exp scores_ij over the last axis, differentiable once.

    The value and gradient of `torch.logsumexp`, without its cost where terms underflow.
    """
    result: Tensor = _LogSumExp.apply(scores)  # type: ignore[no-untyped-call]
    return result


def exp_(scores: Tensor) -> Tensor:
    """exp in place, for scores of which only those near 0 matter.

    Below the smallest normal number exp takes a path that costs up to fifty times as much, and so
    do products with its results.  There the result is a number that is nothing beside 1: e^-78 in
    single precision.
    """
    smallest = torch.finfo(scores.dtype).tiny
    # Half precision has no room for such a floor.
    return (scores.clamp_(min=0.9 * math.log(smallest)) if smallest < 1e-30 else scores).exp_()


class _LogSumExp(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, scores: Tensor) -> Tensor:
        top = scores.amax(-1, keepdim=True)
        weights = exp_(scores - top)
        total = weights.sum(-1, keepdim=True)
        ctx.save_for_backward(weights, total)
        return (total.log() + top).squeeze(-1)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, upstream: Tensor) -> Tensor:
        weights, total = ctx.saved_tensors
        gradient: Tensor = weights * (upstream.unsqueeze(-1) / total)
        return gradient


class _RowLogSumExp(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, a: Tensor, b: Tensor, exclude_diagonal: bool) -> Tensor:
        ctx.exclude_diagonal = exclude_diagonal
        ctx.kept = a.shape[0] * a.shape[1] * b.shape[1] <= _KEPT
        rows = a.shape[1] if ctx.kept else _rows(a, b)
        parts = []
        weights = None
        for start in range(0, a.shape[1], rows):
            weights = _scores(a, b, start, rows, exclude_diagonal)
            top = weights.amax(-1, keepdim=True)
            exp_(weights.sub_(top))
            total = weights.sum(-1, keepdim=True)
            parts.append((total.log() + top).squeeze(-1))
            ctx.total = total
        result = torch.cat(parts, 1)
        if ctx.kept:
            ctx.save_for_backward(a, b, weights)
        else:
            ctx.save_for_backward(a, b, result)
        return result

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor, Tensor, None]:
        a, b, saved = ctx.saved_tensors
        if torch.is_grad_enabled():
            # The gradient is to be differentiated: from its inputs, by operations that can be.
            soft = _scores(a, b, 0, a.shape[1], ctx.exclude_diagonal).softmax(-1)
            scaled = upstream.unsqueeze(-1) * soft
            return torch.bmm(scaled, b), torch.bmm(scaled.mT, a), None
        if ctx.kept:
            scale = upstream.unsqueeze(-1) / ctx.total
            return scale * torch.bmm(saved, b), torch.bmm(saved.mT, scale * a), None
        grad_a, grad_b = torch.empty_like(a), torch.zeros_like(b)
        rows = _rows(a, b)
        for start in range(0, a.shape[1], rows):
            part = slice(start, start + rows)
            weights = _scores(a, b, start, rows, ctx.exclude_diagonal)
            exp_(weights.sub_(saved[:, part].unsqueeze(-1)))
            scale = upstream[:, part].unsqueeze(-1)
            grad_a[:, part] = scale * torch.bmm(weights, b)
            grad_b.baddbmm_(weights.mT, scale * a[:, part])
        return grad_a, grad_b, None


def _rows(a: Tensor, b: Tensor) -> int:
    return max(1, _BLOCK * (32 if a.is_cuda else 1) // (a.shape[0] * b.shape[1]))


def _scores(a: Tensor, b: Tensor, start: int, rows: int, exclude_diagonal: bool) -> Tensor:
    scores = torch.bmm(a[:, start : start + rows], b.mT)
    if exclude_diagonal:
        scores.diagonal(offset=start, dim1=1, dim2=2).fill_(float("-inf"))
    return scores
