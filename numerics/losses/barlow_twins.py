"""Barlow Twins: the cross-correlation of the two views is drawn to the identity."""

from __future__ import annotations

import torch
from torch import Tensor

from sith.numerics.losses.pairs import covariance, require_pairs, require_weight


def barlow_twins(
    h_a: Tensor, h_b: Tensor, *, redundancy_weight: float = 5e-3, epsilon: float = 1e-5
) -> Tensor:
    """Σ_k (1 - R_kk)^2 + λ Σ_{k≠l} R_kl^2, with R the cross-correlation over the batch, per seed.

    R_kl = Cov(a_k, b_l) / sqrt((Var a_k + ε)(Var b_l + ε)), all with 1/B.

    With ε = 0 unchanged by shifts and positive scales of each coordinate of a and of b, by common
    signs and by a common permutation.  Rotations change it.

    Arguments:
        h_a: embeddings, ``(S, B, m)``, B >= 2.
        h_b: embeddings of the positives, same shape.
        redundancy_weight: λ >= 0.
        epsilon: >= 0; the paper has 0, its code the 1e-5 of batch normalisation.  With 0 a
            coordinate that does not vary gives NaN.

    Returns:
        ``(S,)``, at least 0.

    Raises:
        ValueError: shapes do not fit or a number is out of range.

    Source: Zbontar et al. (2021).
    """
    require_pairs(h_a, h_b)
    require_weight("redundancy_weight", redundancy_weight)
    require_weight("epsilon", epsilon)
    spread_a, spread_b = (h.var(1, correction=0).add(epsilon).sqrt() for h in (h_a, h_b))
    matrix = covariance(h_a, h_b) / (spread_a.unsqueeze(2) * spread_b.unsqueeze(1))
    own = matrix.diagonal(dim1=1, dim2=2)
    off = matrix - torch.diag_embed(own)
    return (1 - own).square().sum(-1) + redundancy_weight * off.square().sum((1, 2))
