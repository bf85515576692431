"""Alignment after whitening, and the penalty that draws an embedding to be white."""

from __future__ import annotations

import torch
from torch import Tensor

from sith.numerics.losses.pairs import covariance, require_batch, require_pairs, require_weight


def whitened_alignment(h_a: Tensor, h_b: Tensor, *, epsilon: float = 0.0) -> Tensor:
    """mean_i (a_i - b_i)^T Σ^{-1} (a_i - b_i), Σ the mean covariance of the two views, per seed.

    Both views are centred and whitened together, by Σ = (Cov a + Cov b)/2 + ε I with 1/B.  Any
    whitening gives the value: W and QW with orthogonal Q align equally.  It is computed from the
    m×m matrices, as tr Σ^{-1} D.

    With ε = 0 unchanged by one invertible affine map of both views, and it is
    2 Σ_k (1 - r_k) with r_k the eigenvalues of Σ^{-1} (C + C^T)/2, C = Cov(a, b), for equal means:
    the constrained problem min E|h - h~|^2 subject to Cov h = I, whose optima span the leading
    eigenspace of the pair's operator.

    Arguments:
        h_a: embeddings, ``(S, B, m)``; B > m unless ε > 0.
        h_b: embeddings of the positives, same shape.
        epsilon: ridge, >= 0.

    Returns:
        ``(S,)``, at least 0; with ε = 0 and equal means at most 4m.

    Raises:
        ValueError: shapes do not fit, or Σ of a seed is singular; in a compiled function that
            seed's value is NaN instead.

    Source: Ermolov et al. (2021), whitening MSE, without their slicing and normalisation.
    """
    require_pairs(h_a, h_b)
    require_weight("epsilon", epsilon)
    pooled = (covariance(h_a, h_a) + covariance(h_b, h_b)) / 2
    pooled = pooled + epsilon * torch.eye(h_a.shape[-1], dtype=h_a.dtype, device=h_a.device)
    root, info = torch.linalg.cholesky_ex(pooled)
    singular = info != 0
    if torch.compiler.is_compiling():
        # A compiled step cannot raise: the seed's loss is NaN, and the loop calls it diverged.
        root = root.masked_fill(singular[:, None, None], float("nan"))
    elif bool(singular.any()):
        raise ValueError(
            f"the covariance of seed {singular.nonzero().flatten().tolist()} is singular; allowed: "
            "positive definite; use a batch larger than m, or epsilon > 0"
        )
    difference = h_a - h_b
    inner = difference.mT @ difference / h_a.shape[1]
    return torch.cholesky_solve(inner, root).diagonal(dim1=1, dim2=2).sum(-1)


def whitening_penalty(h: Tensor) -> Tensor:
    """|mean h|^2 + ‖Cov h - I‖_F^2, with 1/B, per seed.

    The soft form of the constraint E h = 0, Cov h = I.  Unchanged by orthogonal maps; unlike the
    terms of VICReg it is a function of the mean and the spectrum alone.  The code of
    klindtlab/lejepa-identifiability has the second term over m^2, with 1/(B - 1), and no first.

    Arguments:
        h: ``(S, B, m)``, B >= 2.

    Returns:
        ``(S,)``, at least 0.

    Raises:
        ValueError: the shape does not fit.
    """
    require_batch(h)
    identity = torch.eye(h.shape[-1], dtype=h.dtype, device=h.device)
    excess = covariance(h, h) - identity
    return h.mean(1).square().sum(-1) + excess.square().sum((1, 2))
