"""The law of a statistic of normal samples, drawn, where its limit is not reached yet."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from sith.numerics.data.table import Array

DRAWN = 999
"""Samples that are drawn; the smallest p-value is 1/1000."""
SEED = 20_011
"""Of the samples: one law for every data set of a shape, so that it is drawn once."""


@lru_cache(maxsize=64)
def drawn_null(statistic: Callable[[Array], float], rows: int, dim: int) -> Array:
    """Return the statistic of samples ``(rows, dim)`` of independent standard normals, sorted.

    Arguments:
        statistic: small where the hypothesis is contradicted.
        rows, dim: shape of a sample.
    """
    rng = np.random.default_rng((SEED, rows, dim))
    values = [statistic(rng.standard_normal((rows, dim))) for _ in range(DRAWN)]
    drawn: Array = np.sort(np.array(values, dtype=np.float64))
    return drawn


def share_beyond(found: float, null: Array, *, limit: float) -> float:
    """Return the p-value (1 + #{null ≤ found})/(1 + number drawn): at most its level for any law.

    Arguments:
        found: the statistic of the data.
        null: from `drawn_null`.
        limit: the p-value of the limit law, which is taken, if it is smaller, beyond everything that
            was drawn: levels below 1/1000 rest on it.
    """
    below = int(np.searchsorted(null, found, side="right"))
    p = (1 + below) / (1 + len(null))
    return p if below else min(p, limit)
