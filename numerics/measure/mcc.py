"""Mean correlation coefficient under the best matching of latents and outputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.stats import rankdata

from sith.numerics.measure.conversion import moderate
from sith.numerics.measure.samples import (
    Array,
    Samples,
    Score,
    Split,
    column_mean,
    halves,
    squared_norms,
    varying,
)
from sith.theory.errors import InputError

Correlation = Literal["pearson", "spearman"]


@dataclass(frozen=True, slots=True)
class Matching:
    """Mean correlation coefficient, and the matching it was taken over.

    Fields:
        mcc: mean over the latents of |correlation| with their output; a float, or ``(S,)``.
        assignment: the output matched to each latent, ``(d,)`` or ``(S, d)``; −1 for a latent
            without one.
        correlations: the signed correlations of the matched pairs on the scored half, of the same
            shape; 0 for a latent without an output.
    """

    mcc: Score
    assignment: NDArray[np.intp]
    correlations: Array

    def to_dict(self) -> dict[str, Any]:
        """Return the matching as plain data."""
        return {
            "mcc": np.asarray(self.mcc).tolist(),
            "assignment": self.assignment.tolist(),
            "correlations": self.correlations.tolist(),
        }


def mcc(
    z: Samples,
    y: Samples,
    kind: Correlation = "pearson",
    *,
    seed: int = 0,
    split: Split | None = None,
) -> Matching:
    """Match every latent to one output and average the absolute correlations.

    The matching maximises Σ |corr(zᵢ, yⱼ)| on one half of the rows (Hungarian algorithm); the
    correlations are those of the other half.

    Range: 0 to 1.  For independent z and y about √(2/(πn)) with n scored rows.
    Invariant under permutations, signs, nonzero scales and shifts of the coordinates of y or z;
    for Spearman under any strictly monotone maps of them.
    Ties: equal values share their average rank; equally good matchings are broken by index; a
    coordinate that does not vary has correlation 0.
    With fewer outputs than latents, the latents left over count 0.

    Arguments:
        z: latents, ``(N, d)`` or ``(S, N, d)``.
        y: representations, ``(N, m)`` or ``(S, N, m)``.
        kind: correlation of values ("pearson") or of ranks ("spearman").
        seed: of the split.
        split: the rows to match on and to score, for rows that are not independent.

    Raises:
        InputError: the shapes do not fit, or `kind` is neither.

    Source: Hyvärinen and Morioka (2016); the absolute value is of the correlation, not of its
    arguments.
    """
    if kind not in {"pearson", "spearman"}:
        raise InputError(f"kind = {kind!r}", allowed="'pearson' or 'spearman'")
    data = halves(z, y, seed=seed, split=split, extreme="columns")
    assignment = match(np.abs(correlation(data.z_fit, data.y_fit, kind)))
    scored = correlation(data.z_test, data.y_test, kind)
    taken = np.take_along_axis(scored, np.maximum(assignment, 0)[..., None], -1)[..., 0]
    taken = np.where(assignment >= 0, taken, 0.0)
    finite = data.finite[..., None]
    return Matching(
        data.score(np.abs(taken).mean(-1)),
        np.where(finite, assignment, -1),
        np.where(finite, taken, np.nan),
    )


def correlation(z: Array, y: Array, kind: Correlation = "pearson") -> Array:
    """Return the correlations of the columns of z and y, ``(..., d, m)``; 0 for constant columns."""
    if kind == "spearman":
        z, y = rankdata(z, axis=-2), rankdata(y, axis=-2)
    first, first_inverse = _centred(moderate(z, each=True))
    second, second_inverse = _centred(moderate(y, each=True))
    cosines: Array = first_inverse[..., :, None] * (first.mT @ second)
    bounded: Array = np.clip(cosines * second_inverse[..., None, :], -1.0, 1.0)
    return bounded


def match(gain: Array) -> NDArray[np.intp]:
    """Return, for each row of ``(..., d, m)``, its column in a matching of largest total gain."""
    assignment = np.full(gain.shape[:-1], -1, dtype=np.intp)
    for run in np.ndindex(gain.shape[:-2]):
        rows, columns = linear_sum_assignment(gain[run], maximize=True)
        assignment[run][rows] = columns
    return assignment


def _centred(x: Array) -> tuple[Array, Array]:
    """The centred columns, and the inverse of their lengths (0 for a constant one)."""
    mean = column_mean(x)
    x = x - mean[..., None, :]
    squares = squared_norms(x)
    alive = varying(squares, x.shape[-2], mean)
    return x, np.divide(1.0, np.sqrt(squares), out=np.zeros_like(squares), where=alive)
