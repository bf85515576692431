"""Checks of the arguments that several losses share."""

from __future__ import annotations

import math

from torch import Tensor


def require_pairs(h_a: Tensor, h_b: Tensor, *, rows: int = 2) -> None:
    """Refuse embeddings that are not paired row by row.

    Arguments:
        h_a, h_b: should be of equal shape ``(S, B, m)``.
        rows: the smallest batch B allowed.

    Raises:
        ValueError: they are not.
    """
    if h_a.ndim != 3 or h_a.shape != h_b.shape or h_a.shape[1] < rows:
        raise ValueError(
            f"shapes {tuple(h_a.shape)} and {tuple(h_b.shape)}; allowed: equal (S, B >= {rows}, m);"
            " row i of the second is the positive of row i of the first"
        )


def require_batch(h: Tensor, *, rows: int = 2) -> None:
    """Refuse anything but ``(S, B, m)`` with B >= `rows`.

    Raises:
        ValueError: another shape.
    """
    if h.ndim != 3 or h.shape[1] < rows:
        raise ValueError(
            f"shape {tuple(h.shape)}; allowed: (S, B >= {rows}, m); "
            "the axes are seed, sample, coordinate"
        )


def require_weight(name: str, value: float) -> None:
    """Refuse a weight that is negative or not finite.

    Raises:
        ValueError: it is.
    """
    if not 0 <= value < math.inf:
        raise ValueError(f"{name} = {value}; allowed: finite and >= 0; use for example 1.0")


def require_positive(name: str, value: float) -> None:
    """Refuse a number that is not finite and positive.

    Raises:
        ValueError: it is not.
    """
    if not 0 < value < math.inf:
        raise ValueError(f"{name} = {value}; allowed: finite and > 0; use for example 1.0")


def covariance(a: Tensor, b: Tensor, *, correction: int = 0) -> Tensor:
    """Cross-covariance of the columns over the batch, with 1/(B - correction).

    Arguments:
        a: ``(S, B, m)``.
        b: ``(S, B, k)``.

    Returns:
        ``(S, m, k)``.
    """
    a = a - a.mean(1, keepdim=True)
    b = b - b.mean(1, keepdim=True)
    return a.mT @ b / (a.shape[1] - correction)
