"""InfoNCE with a finite number of negatives, exactly, in a small finite world."""

from __future__ import annotations

from itertools import product

import torch
from torch import Tensor

from theory import InputError

LARGEST_SUM = 2_000_000


def loss_with_negatives(joint: Tensor, scores: Tensor, negatives: int) -> Tensor:
    """E[−log e^{s(x, y)} / (e^{s(x, y)} + Σ_{k≤M} e^{s(x, y_k)})], y_k drawn from the marginal of y.

    Differentiable in the scores. For every M ≥ 1 a free critic is optimal exactly at
    s = log p(y|x)/p(y) + c(x).

    Arguments:
        joint: ``(A, B)``, p(x, y), positive entries of sum 1.
        scores: ``(A, B)``, s(x, y).
        negatives: M ≥ 1.

    Raises:
        InputError: M < 1, or more than `LARGEST_SUM` terms.

    Source: Ma and Collins (2018), ranking NCE; van den Oord et al. (2018).
    """
    rows, columns = joint.shape
    if negatives < 1 or rows * columns ** (negatives + 1) > LARGEST_SUM:
        raise InputError(
            f"M = {negatives} negatives for a {rows}×{columns} world",
            allowed=f"M ≥ 1 with at most {LARGEST_SUM} terms",
        )
    marginal = joint.sum(0)
    drawn = torch.tensor(list(product(range(columns), repeat=negatives)))
    chance = marginal[drawn].prod(1)
    others = scores[:, drawn].logsumexp(2)
    spread = torch.logaddexp(scores[:, :, None], others[:, None])
    return (joint[:, :, None] * chance * (spread - scores[:, :, None])).sum()
