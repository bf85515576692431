"""Block R²: how much of one block of coordinates a smooth function of another predicts."""

from __future__ import annotations

import numpy as np
from scipy.linalg import eigh
from scipy.spatial.distance import cdist

from sith.numerics.measure.affine import pooled_r2
from sith.numerics.measure.ranks import normal_scores
from sith.numerics.measure.samples import (
    Array,
    Samples,
    Score,
    Split,
    halves,
    squared_norms,
    varying,
)
from sith.theory.errors import InputError

RIDGES = (1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-2, 1.0)
"""Ridges tried, per fitted sample."""


def block_r2(
    z_block: Samples,
    y_block: Samples,
    *,
    limit: int = 2000,
    seed: int = 0,
    split: Split | None = None,
) -> Score:
    """Return the held-out R² of a kernel ridge prediction of z_block *from y_block*.

    Gaussian kernel, its width the median distance of the fitted points.  Its features are the
    standardised coordinates of y_block or their normal scores, which undo saturation and heavy
    tails; they and the ridge are chosen per target coordinate by the leave-one-out error of the
    fitted half.  R² on the other half is pooled over the coordinates of z_block, as in `linear_r2`.

    The other direction is the same call with the arguments swapped.  Only both directions
    together speak of a bijection: y = z² is predicted from z, and does not predict it.

    Range: at most 1.  Near 1 where z_block is a smooth function of y_block that `limit`/2 points
    resolve, about 0 where they are independent.  A value well below 1 may also mean that the
    function is rough.  NaN where z_block does not vary or an entry is not finite.
    Invariant under shifts and nonzero scales of the coordinates of y_block, and under shifts and
    one scale of z_block; under other smooth bijections of y_block or rotations of z_block only as
    far as the kernel resolves them.

    Arguments:
        z_block: the predicted coordinates, ``(N, d)`` or ``(S, N, d)``.
        y_block: the coordinates predicted from, ``(N, m)`` or ``(S, N, m)``.
        limit: at most this many rows are used; the cost grows with its cube.
        seed: of the split.
        split: the rows to fit on and to score, for rows that are not independent.

    Returns:
        A float, or ``(S,)``.

    Raises:
        InputError: the shapes do not fit, or fewer than 16 rows are left.

    Source: the nonlinear block scores of von Kügelgen et al. (2021).
    """
    data = halves(z_block, y_block, seed=seed, split=split, extreme="columns")
    used = limit // 2
    scores = [
        pooled_r2(
            run.z_test[:used],
            kernel_ridge(run.y_fit[:used], run.z_fit[:used], run.y_test[:used]),
        )
        for run in data.runs()
    ]
    return data.score(np.reshape(scores, data.finite.shape))


def kernel_ridge(x: Array, target: Array, x_new: Array) -> Array:
    """Fit target on x by kernel ridge regression and predict at x_new.

    Arguments:
        x: ``(n, m)``, n >= 8, in random order.
        target: ``(n, d)``.
        x_new: ``(k, m)``.

    Returns:
        ``(k, d)``, within the range of each fitted target; its mean where x does not vary.

    Raises:
        InputError: fewer than 8 rows to fit on.
    """
    if len(x) < 8:
        raise InputError(f"{len(x)} samples to fit on", allowed="at least 8", cure="draw more")
    mean, target_mean = x.mean(0), target.mean(0)
    alive = varying(squared_norms(x - mean), len(x), mean)
    if not alive.any():
        return np.tile(target_mean, (len(x_new), 1))
    x, x_new = x[:, alive], x_new[:, alive]
    spread = x.std(0)
    standardised = (x / spread, x_new / spread)
    target = target - target_mean
    best = np.full(target.shape[1], np.inf)
    prediction = np.empty((len(x_new), target.shape[1]))
    for points, new in (standardised, normal_scores(x, x_new)):
        squares = cdist(points, points, "sqeuclidean")
        width = np.median(squares[squares > 0])
        weights, errors = _best_ridge(np.exp(squares / (-2 * width)), target)
        better = errors < best
        best = np.where(better, errors, best)
        new_kernel = np.exp(cdist(new, points, "sqeuclidean") / (-2 * width))
        prediction[:, better] = new_kernel @ weights[:, better]
    # A point outside the fitted ones is extrapolated without bound; the fitted targets bound it.
    bounded: Array = np.clip(prediction, target.min(0), target.max(0)) + target_mean
    return bounded


def _best_ridge(kernel: Array, target: Array) -> tuple[Array, Array]:
    """Weights ``(n, d)`` at each column's best ridge, and its leave-one-out error ``(d,)``."""
    values, vectors = eigh(kernel, overwrite_a=True, check_finite=False, driver="evd")
    turned = vectors.T @ target
    squared = vectors**2
    best = np.full(target.shape[1], np.inf)
    weights = np.zeros_like(target)
    for ridge in RIDGES:
        inverse = 1 / (np.maximum(values, 0) + ridge * len(values))
        candidate = vectors @ (inverse[:, None] * turned)
        # Leaving row i out changes its residual to αᵢ / ((K + λ)⁻¹)ᵢᵢ.
        errors = squared_norms(candidate / (squared @ inverse)[:, None])
        better = errors < best
        best = np.where(better, errors, best)
        weights[:, better] = candidate[:, better]
    return weights, best
