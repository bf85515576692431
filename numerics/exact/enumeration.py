"""InfoNCE with a finite number of negatives, exactly, in a small finite world."""

from __future__ import annotations

import math
from collections import Counter
from itertools import combinations_with_replacement

import torch
from torch import Tensor

from sith.numerics.exact.newton import minimise
from sith.theory import InputError

LARGEST_SUM = 2_000_000


def loss_with_negatives(
    joint: Tensor, scores: Tensor, negatives: int, marginal: Tensor | None = None
) -> Tensor:
    """E[−log e^{s(x, y)} / (e^{s(x, y)} + Σ_{k≤M} e^{s(x, y_k)})], y_k drawn from the marginal of y.

    Differentiable in the scores. Negatives are exchangeable: the sum runs over multisets of them.
    For every M ≥ 1 a free critic is optimal exactly at s = log p(y|x)/p(y) + c(x).

    Arguments:
        joint: ``(A, B)``, p(x, y), positive entries of sum 1.
        scores: ``(..., A, B)``, s(x, y).
        negatives: M ≥ 1.
        marginal: ``(B,)``, the law of negatives; the marginal of y by default.

    Raises:
        InputError: M < 1, or more than `LARGEST_SUM` terms.

    Source: Ma and Collins (2018), ranking NCE; van den Oord et al. (2018).
    """
    rows, columns = joint.shape
    terms = math.comb(columns + negatives - 1, negatives) if negatives >= 1 else 0
    if negatives < 1 or rows * columns * terms > LARGEST_SUM:
        raise InputError(
            f"M = {negatives} negatives for a {rows}×{columns} world",
            allowed=f"M ≥ 1 with at most {LARGEST_SUM} terms",
        )
    bags = list(combinations_with_replacement(range(columns), negatives))
    orders = [math.factorial(negatives) // _repeats(bag) for bag in bags]
    drawn = torch.tensor(bags, device=joint.device)
    law = joint.sum(0) if marginal is None else marginal
    chance = law[drawn].prod(1) * torch.tensor(orders, dtype=law.dtype, device=law.device)
    others = scores[..., drawn].logsumexp(-1)
    spread = torch.logaddexp(scores[..., None], others[..., None, :])
    expected = ((spread - scores[..., None]) * chance).sum(-1)
    return (joint * expected).sum((-2, -1))


def optimal_scores(joint: Tensor, negatives: int) -> Tensor:
    """The scores ``(A, B)`` of a free critic that minimise `loss_with_negatives`, by Newton steps.

    Defined up to c(x); the steps start at 0 and leave the row means there.
    """

    def loss(flat: Tensor) -> Tensor:
        return loss_with_negatives(joint, flat.reshape(joint.shape), negatives)

    def oracle(flat: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        leaf = flat.detach().requires_grad_()
        value = loss(leaf)
        (gradient,) = torch.autograd.grad(value, leaf)
        hessian = torch.autograd.functional.hessian(loss, flat)
        return value.detach(), gradient, hessian

    start = torch.zeros(joint.numel(), dtype=torch.float64)
    return minimise(oracle, start).reshape(joint.shape)


def _repeats(bag: tuple[int, ...]) -> int:
    """How many orders of a multiset coincide with a given one."""
    return math.prod(math.factorial(count) for count in Counter(bag).values())
