"""Canonical correlations of two representations: their mean (mCCA), and SVCCA."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sith.numerics.measure.affine import RANK, whitening
from sith.numerics.measure.checked import finite_pair, require_spread
from sith.numerics.measure.samples import Array, Samples, Score, Split, column_mean, divided
from sith.theory.errors import InputError


@dataclass(frozen=True, slots=True)
class Canonical:
    """Canonical correlations, fitted on one half of the rows and evaluated on the other.

    Fields:
        value: mean of `held_out`; a float, or ``(S,)``.  1 up to rounding if the retained subspace of the
            smaller representation is an affine image of the other; about 0 if independent.
        held_out: one array for each run: correlations of the canonical pairs on the scored half,
            in [−1, 1], in the order of the fitted ones.
        fitted: the same on the fitted half, falling, in [0, 1] up to rounding.  For independent
            samples their mean is of order √(max(r_x, r_y)/n), so it is not the score.
        ranks: per run, the directions retained of x and of y, ``(2,)`` or ``(S, 2)``.
        variance: the variance threshold; 1 keeps every direction that varies.
    """

    value: Score
    held_out: tuple[Array, ...]
    fitted: tuple[Array, ...]
    ranks: NDArray[np.intp]
    variance: float

    def to_dict(self) -> dict[str, Any]:
        """Return the correlations as plain data."""
        return {
            "value": np.asarray(self.value).tolist(),
            "held_out": [run.tolist() for run in self.held_out],
            "fitted": [run.tolist() for run in self.fitted],
            "ranks": self.ranks.tolist(),
            "variance": self.variance,
        }


def mean_cca(x: Samples, y: Samples, *, seed: int = 0, split: Split | None = None) -> Canonical:
    """Return the mean canonical correlation of two representations, held out.

    Invariant under invertible affine maps of x or y, a common permutation of x and y's rows up to
    the split, and swapping x and y.  A value of 1 shows an affine relation and nothing about its
    matrix: neither orthogonality nor a matching of coordinates.

    Arguments:
        x: representations, ``(N, d)`` or ``(S, N, d)``; N/2 ≥ d + m + 2.
        y: representations, ``(N, m)`` or ``(S, N, m)``.
        seed: of the split.
        split: the rows to fit on and to score, for rows that are not independent.

    Raises:
        InputError: the shapes do not fit, there are too few rows, an entry is not finite, or all
            rows of one coincide.

    Source: Hotelling (1936); as a similarity, ρ̄ in table 1 of Kornblith et al. (2019).
    """
    return _canonical(x, y, 1.0, seed, split)


def svcca(
    x: Samples,
    y: Samples,
    *,
    variance: float = 0.99,
    seed: int = 0,
    split: Split | None = None,
) -> Canonical:
    """Return SVCCA: `mean_cca` of the leading principal components of each, held out.

    Of each representation the fewest components are kept that carry the share `variance` of the
    total variance of the fitted half.  Invariant under orthogonal maps, one scale and shifts of x
    or y.  Not invariant under other linear maps, which change what is kept.  A value of 1 shows an
    affine relation of the directions kept only.

    Arguments:
        x: representations, ``(N, d)`` or ``(S, N, d)``; N/2 at least 2 more than the directions
            kept of x and y together.
        y: representations, ``(N, m)`` or ``(S, N, m)``.
        variance: the share kept, above 0 and at most 1.
        seed: of the split.
        split: the rows to fit on and to score, for rows that are not independent.

    Raises:
        InputError: as `mean_cca`, or the share is out of range.

    Source: Raghu et al. (2017); they keep 0.99 and score the fitted samples.
    """
    if not 0 < variance <= 1:
        raise InputError(f"variance = {variance}", allowed="0 < variance <= 1", cure="use 0.99")
    return _canonical(x, y, variance, seed, split)


def _canonical(
    x: Samples, y: Samples, variance: float, seed: int, split: Split | None
) -> Canonical:
    first, second = finite_pair(x, y, each=variance == 1)
    fit, test = divided(first.shape[-2], seed=seed, split=split)
    require_spread(first[..., fit, :], "x")
    require_spread(second[..., fit, :], "y")
    if first.ndim == 2:
        held, own, ranks = _run(first, second, fit, test, variance)
        return Canonical(np.float64(held.mean()), (held,), (own,), np.array(ranks), variance)
    runs = [_run(a, b, fit, test, variance) for a, b in zip(first, second, strict=True)]
    value = np.array([held.mean() for held, _, _ in runs])
    held_out, fitted, kept = zip(*runs, strict=True)
    return Canonical(value, held_out, fitted, np.array(kept), variance)


def _run(
    x: Array, y: Array, fit: NDArray[np.intp], test: NDArray[np.intp], variance: float
) -> tuple[Array, Array, tuple[int, int]]:
    """Held-out and fitted correlations, and the ranks kept."""
    codes = []
    projections = [
        sample @ _leading(sample[fit] - column_mean(sample[fit]), variance) for sample in (x, y)
    ]
    _require_rows(len(fit), projections[0].shape[1] + projections[1].shape[1])
    for projected in projections:
        scale = whitening(projected[fit])
        codes.append((projected - column_mean(projected[fit])) @ scale)
    a, b = codes
    left, fitted, right = np.linalg.svd(a[fit].T @ b[fit] / len(fit), full_matrices=False)
    u, v = a[test] @ left, b[test] @ right.T
    u, v = u - u.mean(0), v - v.mean(0)
    lengths = np.sqrt((u**2).sum(0) * (v**2).sum(0))
    held_out = np.divide((u * v).sum(0), lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return held_out, fitted, (a.shape[1], b.shape[1])


def _require_rows(rows: int, columns: int) -> None:
    """Refuse fitted correlations that are large by themselves; what counts is what was kept."""
    if rows < columns + 2:
        raise InputError(
            f"{rows} fitted samples for {columns} directions of the two together",
            allowed=f"at least {columns + 2}, which is {2 * columns + 4} in all",
            cure="draw more samples, or keep a smaller share of the variance with svcca",
        )


def _leading(centred: Array, variance: float) -> Array:
    """The identity, or the fewest principal directions with the share of the variance."""
    if variance == 1:
        return np.eye(centred.shape[1])
    _, singular, vectors = np.linalg.svd(centred, full_matrices=False)
    share = np.cumsum(singular**2) / (singular**2).sum()
    # A share that is reached up to rounding is reached.
    count = int(np.searchsorted(share, variance - RANK)) + 1
    return vectors[:count].T
