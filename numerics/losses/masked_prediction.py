"""Masked prediction: the conditional cross-entropy of hidden bits in a mixture of product laws."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def masked_prediction(
    x: Tensor,
    visible: Tensor,
    log_weights: Tensor,
    logits: Tensor,
    *,
    row_weights: Tensor | None = None,
) -> Tensor:
    """mean_i of the mean over hidden j of −log q(x_ij | the visible coordinates of row i), per seed.

    The model is q(x) = Σ_k π_k Π_j Bernoulli(x_j; σ(logits_kj)), π the softmax of `log_weights`.
    Given the visible coordinates the weights become the posterior of the component, and a hidden
    coordinate is 1 with the posterior mean of σ(logits_kj).

    Arguments:
        x: bits as 0 and 1 in a floating dtype, ``(S, B, N)``; hidden ones are targets only.
        visible: bool, ``(S, B, N)``; every row hides at least one coordinate, and may hide all.
        log_weights: ``(S, K)``, up to a shift for each seed.
        logits: ``(S, K, N)``, the log-odds of a 1 in each component.
        row_weights: ``(S, B)`` or ``(B,)``, in place of 1/B: probabilities of the rows make the
            loss that of a finite population.

    Returns:
        ``(S,)``, in nats.

    Raises:
        ValueError: shapes do not fit, or a row hides nothing.

    Source: the loss of masked language models; Cai and Shi (2026) for mixtures of two modes.
    """
    seeds, rows = _require(x, visible, log_weights, logits, row_weights)
    seen = visible.to(x.dtype)
    # log p_k(x_j) = x_j log σ(l) + (1 − x_j) log σ(−l) = x_j l + log σ(−l)
    evidence = torch.bmm(seen * x, logits.mT) + torch.bmm(seen, F.logsigmoid(-logits).mT)
    posterior = torch.log_softmax(log_weights.unsqueeze(1) + evidence, -1).unsqueeze(-1)
    one = torch.logsumexp(posterior + F.logsigmoid(logits).unsqueeze(1), 2)
    zero = torch.logsumexp(posterior + F.logsigmoid(-logits).unsqueeze(1), 2)
    hidden = 1 - seen
    found = (hidden * (x * one + (1 - x) * zero)).sum(-1) / hidden.sum(-1)
    if row_weights is None:
        return -found.mean(-1)
    return -(row_weights.expand(seeds, rows) * found).sum(-1)


def _require(
    x: Tensor, visible: Tensor, log_weights: Tensor, logits: Tensor, row_weights: Tensor | None
) -> tuple[int, int]:
    if x.ndim != 3 or visible.shape != x.shape or visible.dtype != torch.bool:
        raise ValueError(
            f"x {tuple(x.shape)} and visible {tuple(visible.shape)} of {visible.dtype}; allowed: "
            "equal (S, B, N), visible of torch.bool; the axes are seed, sample, coordinate"
        )
    seeds, rows, bits = x.shape
    components = log_weights.shape[-1]
    if log_weights.shape != (seeds, components) or logits.shape != (seeds, components, bits):
        raise ValueError(
            f"log_weights {tuple(log_weights.shape)} and logits {tuple(logits.shape)}; allowed: "
            f"({seeds}, K) and ({seeds}, K, {bits}); give one mixture per seed"
        )
    if row_weights is not None and row_weights.shape not in ((rows,), (seeds, rows)):
        raise ValueError(
            f"row_weights {tuple(row_weights.shape)}; allowed: ({rows},) or ({seeds}, {rows}); "
            "give one weight per row"
        )
    if bool(visible.all(-1).any()):
        raise ValueError(
            "visible has a row without a hidden coordinate; allowed: one or more; mask"
        )
    return seeds, rows
