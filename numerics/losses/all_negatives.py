"""Contrastive losses whose negatives are all other rows of both views: NT-Xent and decoupled."""

from __future__ import annotations

import torch
from torch import Tensor

from sith.numerics.losses.infonce import Critic
from sith.numerics.losses.pairs import require_pairs
from sith.numerics.losses.row_logsumexp import row_logsumexp


def nt_xent(h_a: Tensor, h_b: Tensor, critic: Critic) -> Tensor:
    """mean over the 2B rows of -s(u, u~) + log Σ_{v ≠ u} exp s(u, v), per seed.

    v runs over the rows of both views but u itself: the positive and 2B - 2 negatives.
    Arguments, errors and memory as `decoupled_infonce`.

    Source: Chen et al. (2020), SimCLR, with the critic in place of cosine/τ.
    """
    _require(h_a, h_b, critic)
    both = torch.cat((h_a, h_b), 1)
    return _spread(both, both, critic).mean(-1) - critic.paired(h_a, h_b).mean(-1)


def decoupled_infonce(h_a: Tensor, h_b: Tensor, critic: Critic) -> Tensor:
    """`nt_xent` without the positive in the sum, per seed.

    mean over the 2B rows of -s(u, u~) + log Σ_{v ≠ u, u~} exp s(u, v): 2B - 2 terms.  No gradient
    is damped by an easy positive, and the value can be negative; for bounded scores both losses
    have the same limit as B grows, once the log of the number of terms is taken off.

    Unchanged by what leaves the critic unchanged, by swapping the views and by permuting the rows.
    A large score matrix is computed in blocks and not kept.

    Arguments:
        h_a: embeddings, ``(S, B, m)``, B >= 2.
        h_b: embeddings of the positives, same shape.
        critic: a score that is an inner product of features (`Critic.bilinear`).

    Returns:
        ``(S,)``.

    Raises:
        ValueError: shapes do not fit, or the critic has no features.

    Source: Yeh et al. (2022), decoupled contrastive learning, the loss L_DC.
    """
    _require(h_a, h_b, critic)
    # Of the four blocks of scores the diagonals are left out: of aa and bb the row itself, of ab
    # and ba its positive.
    from_a = torch.logaddexp(_spread(h_a, h_b, critic), _spread(h_a, h_a, critic))
    from_b = torch.logaddexp(_spread(h_b, h_a, critic), _spread(h_b, h_b, critic))
    return ((from_a + from_b) / 2 - critic.paired(h_a, h_b)).mean(-1)


def _spread(u: Tensor, v: Tensor, critic: Critic) -> Tensor:
    """log Σ_{j≠i} exp s(u_i, v_j), ``(S, B)``."""
    a, b, r = critic.features(u, v)
    return row_logsumexp(a, b, exclude_diagonal=True) + r


def _require(h_a: Tensor, h_b: Tensor, critic: Critic) -> None:
    require_pairs(h_a, h_b)
    if not critic.bilinear:
        raise ValueError(
            f"critic {critic!r} has no features; allowed: InnerProduct, PowerDistance(2, 2), "
            "DiagonalMetric; use infonce for others"
        )
