"""Softmax cross-entropy against class or instance embeddings."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from sith.numerics.losses.row_logsumexp import row_logsumexp


def cross_entropy(
    h: Tensor,
    labels: Tensor,
    w: Tensor,
    *,
    beta: float = 1.0,
    unit_rows: bool = False,
) -> Tensor:
    """mean_i of -beta <w_{y_i}, h_i> + log sum_c exp(beta <w_c, h_i>), per seed.

    With one label per training sample this is DIET; with shared labels, classification.  There is
    no bias in the head.  A large score matrix is computed in blocks and not kept.

    Arguments:
        h: embeddings, ``(S, B, m)``.
        labels: int64, ``(S, B)``, each in [0, n_labels).
        w: class or instance embeddings, ``(S, n_labels, m)``.
        beta: the inverse temperature, finite and positive.
        unit_rows: divide every w_c by its length first.

    Returns:
        ``(S,)``.

    Raises:
        ValueError: shapes do not fit or beta is out of range.

    Source: Reizinger et al., Cross-entropy is all you need to invert the data generating process
    (2024), the loss of Theorem 1C.
    """
    if h.ndim != 3 or w.ndim != 3 or w.shape[0] != h.shape[0] or w.shape[2] != h.shape[2]:
        raise ValueError(
            f"h {tuple(h.shape)} and w {tuple(w.shape)}; allowed: (S, B, m) and (S, n_labels, m); "
            "use one table of embeddings per seed"
        )
    if labels.shape != h.shape[:2] or labels.dtype != torch.int64:
        raise ValueError(
            f"labels are {labels.dtype} {tuple(labels.shape)}; allowed: torch.int64 "
            f"{tuple(h.shape[:2])}; one label per sample"
        )
    if not 0 < beta < math.inf:
        raise ValueError(f"beta = {beta}; allowed: finite and > 0; use for example 1.0")
    rows = F.normalize(w, dim=-1) if unit_rows else w
    scaled = beta * h
    own = rows.gather(1, labels.unsqueeze(-1).expand(-1, -1, rows.shape[-1]))
    return (row_logsumexp(scaled, rows) - (scaled * own).sum(-1)).mean(-1)
