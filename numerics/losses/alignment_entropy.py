"""Alignment and entropy: E|h - h~|^2 - H(h), for embeddings in the open unit box."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from sith.numerics.losses.row_logsumexp import row_logsumexp


def alignment_entropy(h_a: Tensor, h_b: Tensor, *, bandwidth: float = 0.1) -> Tensor:
    """mean_i |a_i - b_i|^2 minus the kernel estimate of the entropy, per seed.

    The entropy is the average of the estimates from h_a and from h_b, which have the same law in
    the theory; see `kernel_entropy` for the estimator and its bias.

    Arguments:
        h_a: embeddings in (0, 1)^m, ``(S, B, m)``, B >= 2.
        h_b: embeddings of the positives, same shape.
        bandwidth: the kernel's standard deviation, finite and positive.

    Returns:
        ``(S,)``.

    Raises:
        ValueError: shapes do not fit or the bandwidth is out of range.

    Source: von Kuegelgen et al., Self-supervised learning with data augmentations provably
    isolates content from style (2021), the loss of Theorem 4.4.
    """
    if h_a.ndim != 3 or h_a.shape != h_b.shape:
        raise ValueError(
            f"shapes {tuple(h_a.shape)} and {tuple(h_b.shape)}; allowed: equal (S, B, m); "
            "row i of the second is the positive of row i of the first"
        )
    alignment = (h_a - h_b).square().sum(-1).mean(-1)
    entropy = (kernel_entropy(h_a, bandwidth) + kernel_entropy(h_b, bandwidth)) / 2
    return alignment - entropy


def kernel_entropy(h: Tensor, bandwidth: float = 0.1) -> Tensor:
    """Leave-one-out Gaussian kernel estimate of the differential entropy, in nats, per seed.

    H^ = -mean_i log[(B - 1)^{-1} sum_{j != i} N(h_i; h_j, bandwidth^2 I)].

    Bias: as B grows H^ tends to the cross-entropy of the law of h against the law of
    h + bandwidth * noise, which is at least H(h), with excess of order bandwidth^2 for a smooth
    density and of order bandwidth for one that is cut off at the faces of the box (a uniform law
    scores about 0.96 m bandwidth above its entropy 0).  For finite B, Jensen's inequality
    adds a further positive term of order 1/(B bandwidth^m).  Gradients are those of the
    estimate; its maximiser piles a little mass up at the faces.

    Arguments:
        h: ``(S, B, m)``, B >= 2.
        bandwidth: finite and positive.

    Returns:
        ``(S,)``.

    Raises:
        ValueError: B < 2 or the bandwidth is out of range.
    """
    if not 0 < bandwidth < math.inf:
        raise ValueError(f"bandwidth = {bandwidth}; allowed: finite and > 0; use for example 0.1")
    _, count, m = h.shape
    scaled = h / bandwidth
    squares = scaled.square().sum(-1, keepdim=True) / 2
    # -|u - v|^2/2 = <u, v> - |v|^2/2 - |u|^2/2: the first two as one inner product.
    a = torch.cat((scaled, torch.ones_like(squares)), -1)
    b = torch.cat((scaled, -squares), -1)
    log_kernel = row_logsumexp(a, b, exclude_diagonal=True) - squares.squeeze(-1)
    constant = math.log(count - 1) + m * math.log(bandwidth * math.sqrt(2 * math.pi))
    return constant - log_kernel.mean(-1)
