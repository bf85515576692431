"""What is asked of a network and of a mixing of the user's own alike: a map of one row."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from sith.theory import InputError

FEW = 5
"""Rows that are mapped alone, and must have the values that they have among others."""

SAME = 1e-8
"""Largest difference of values that are equal but for rounding, relative to the largest; float64."""


def require_map_of_rows(
    subject: str,
    f: Callable[[Tensor], Tensor],
    x: Tensor,
    y: Tensor,
    *,
    size: float = SAME,
    rows: str,
    allowed: str,
) -> None:
    """Require that each row of values depends on its own row alone.

    Arguments:
        subject: what depends, in words.
        f: from rows ``(S, N, d)`` to values ``(S, N, m)``.
        x, y: rows and their values.
        size: difference that counts as none, a share of the largest value.
        rows: what the rows are, in words.
        allowed: what is asked for.

    Raises:
        InputError: two calls differ, or a few rows alone have other values.
    """
    with torch.no_grad():
        again, few = f(x), f(x[:, :FEW])
    for other, mine, fault in (
        (again, y, "on chance: two calls differ"),
        (few, y[:, :FEW], f"on the other {rows} of a batch"),
    ):
        if bool(((other - mine).abs() > size * y.abs().max()).any()):
            raise InputError(f"{subject} depends {fault}", allowed=allowed)
