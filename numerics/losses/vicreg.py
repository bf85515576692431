"""VICReg: invariance, a hinge on the standard deviations, and a penalty on covariances."""

from __future__ import annotations

import torch
from torch import Tensor

from sith.numerics.losses.pairs import (
    covariance,
    require_batch,
    require_pairs,
    require_positive,
    require_weight,
)


def vicreg(
    h_a: Tensor,
    h_b: Tensor,
    *,
    invariance_weight: float = 25.0,
    variance_weight: float = 25.0,
    covariance_weight: float = 1.0,
    target: float = 1.0,
    epsilon: float = 1e-4,
) -> Tensor:
    """λ mean_i |a_i - b_i|^2 + μ [v(a) + v(b)] + ν [c(a) + c(b)], per seed.

    v is `variance_hinge` and c is `covariance_penalty`.  The invariance is summed over coordinates
    as in the paper; the authors' code averages over them instead, so its 25 is 25/m here.

    Unchanged by a common permutation of the coordinates, signs, and separate shifts of a and b if
    the invariance weight is 0; with it, by common shifts.  Rotations change v and c, so the hinge
    is not a function of the spectrum.

    Arguments:
        h_a: embeddings, ``(S, B, m)``, B >= 2.
        h_b: embeddings of the positives, same shape.
        invariance_weight: λ >= 0.
        variance_weight: μ >= 0.
        covariance_weight: ν >= 0.
        target: γ, the standard deviation that the hinge asks for, > 0.
        epsilon: added to the variances, > 0: the root has no finite slope at 0.

    Returns:
        ``(S,)``.

    Raises:
        ValueError: shapes do not fit or a weight is out of range.

    Source: Bardes, Ponce and LeCun (2022).
    """
    require_pairs(h_a, h_b)
    require_weight("invariance_weight", invariance_weight)
    require_weight("variance_weight", variance_weight)
    require_weight("covariance_weight", covariance_weight)
    invariance = (h_a - h_b).square().sum(-1).mean(-1)
    options = {"target": target, "epsilon": epsilon}
    hinge = variance_hinge(h_a, **options) + variance_hinge(h_b, **options)
    penalty = covariance_penalty(h_a) + covariance_penalty(h_b)
    return invariance_weight * invariance + variance_weight * hinge + covariance_weight * penalty


def variance_hinge(h: Tensor, *, target: float = 1.0, epsilon: float = 1e-4) -> Tensor:
    """mean_k max(0, target - sqrt(Var_k + epsilon)), with the variance over B - 1, per seed.

    Arguments:
        h: ``(S, B, m)``, B >= 2.
        target: > 0.
        epsilon: > 0.

    Returns:
        ``(S,)``, from 0 to `target`.

    Raises:
        ValueError: the shape or a number is out of range.
    """
    require_batch(h)
    require_positive("target", target)
    require_positive("epsilon", epsilon)
    deviations = (h.var(1) + epsilon).sqrt()
    return torch.relu(target - deviations).mean(-1)


def covariance_penalty(h: Tensor) -> Tensor:
    """Σ_{k≠l} C_kl^2 / m, with the covariance over B - 1, per seed.

    Arguments:
        h: ``(S, B, m)``, B >= 2.

    Returns:
        ``(S,)``, at least 0.

    Raises:
        ValueError: the shape does not fit.
    """
    require_batch(h)
    matrix = covariance(h, h, correction=1)
    off = matrix - torch.diag_embed(matrix.diagonal(dim1=1, dim2=2))
    return off.square().sum((1, 2)) / h.shape[-1]
