"""Ranks and normal scores of coordinates, which no increasing map of a coordinate changes."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata

from sith.numerics.measure.samples import Array


def ranks(fit: Array, test: Array) -> tuple[Array, Array]:
    """Ranks of each column in the joined sample, scaled into (0, 1).

    Equal values share their average rank; a constant column becomes 1/2.

    Arguments:
        fit, test: ``(n, d)`` and ``(k, d)``.
    """
    joined = np.concatenate((fit, test))
    ranked = (rankdata(joined, axis=0) - 0.5) / len(joined)
    return ranked[: len(fit)], ranked[len(fit) :]


def normal_scores(fit: Array, test: Array) -> tuple[Array, Array]:
    """The standard normal quantiles of `ranks`."""
    first, second = ranks(fit, test)
    return ndtri(first), ndtri(second)
