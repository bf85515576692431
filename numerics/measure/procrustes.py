"""Procrustes R², its gap to linear R², and the distance of the fitted map from orthogonal."""

from __future__ import annotations

import numpy as np

from sith.numerics.measure.affine import AffineMap, least_squares, pooled_r2
from sith.numerics.measure.linear_r2 import linear_r2
from sith.numerics.measure.samples import (
    Array,
    Samples,
    Score,
    Split,
    column_mean,
    halves,
    paired,
    require_rows,
    require_square,
    squared_norms,
    varying,
)


def orthogonal_fit(x: Array, target: Array, *, scale: bool, centre: bool) -> AffineMap:
    """Return the orthogonal map from x to target of least squared error.

    Schönemann (1966): with the singular value decomposition UΣVᵀ of xᵀ·target the map is UVᵀ,
    and the best scale is ΣΣᵢᵢ/‖x‖².

    Arguments:
        x, target: ``(..., n, d)``.
        scale: fit one positive scale too.
        centre: fit a shift too.
    """
    x_mean, target_mean = column_mean(x), column_mean(target)
    if not centre:
        x_mean, target_mean = np.zeros_like(x_mean), np.zeros_like(target_mean)
    x = x - x_mean[..., None, :]
    left, singular, right = np.linalg.svd(x.mT @ (target - target_mean[..., None, :]))
    matrix = left @ right
    if scale:
        square = np.einsum("...nd,...nd->...", x, x)
        size = np.divide(singular.sum(-1), square, out=np.zeros_like(square), where=square > 0)
        matrix = size[..., None, None] * matrix
    return AffineMap(matrix, target_mean - (x_mean[..., None, :] @ matrix)[..., 0, :])


def procrustes_r2(
    z: Samples,
    y: Samples,
    *,
    scale: bool = True,
    centre: bool = True,
    seed: int = 0,
    split: Split | None = None,
) -> Score:
    """Return the held-out R² of the best orthogonal prediction of z *from y*.

    The orthogonal map, with one positive scale and a shift where asked, is fitted on one half of
    the rows; R² on the other half is pooled over coordinates as in `linear_r2`.

    Range: at most 1; can be below 0, most of all without `scale` or `centre`.
    Invariant under orthogonal maps of y or z; with `scale` under one scale, with `centre` under
    shifts.  Where singular values vanish the map is not unique; one is taken.

    Arguments:
        z: latents, ``(N, d)`` or ``(S, N, d)``.
        y: representations of the same shape.
        scale: fit one scale; leave it out where the space fixes it, as the unit sphere does.
        centre: fit a shift.
        seed: of the split.
        split: the rows to fit on and to score, for rows that are not independent.

    Returns:
        A float, or ``(S,)``.

    Raises:
        InputError: the shapes do not fit or differ.
    """
    data = halves(z, y, seed=seed, split=split, extreme="samples" if scale else "kept")
    require_square(data.z_fit, data.y_fit)
    fitted = orthogonal_fit(data.y_fit, data.z_fit, scale=scale, centre=centre)
    return data.score(pooled_r2(data.z_test, fitted(data.y_test)))


def procrustes_gap(
    z: Samples,
    y: Samples,
    *,
    scale: bool = True,
    centre: bool = True,
    seed: int = 0,
    split: Split | None = None,
) -> Score:
    """Return linear R² − Procrustes R²: what a linear map gains over an orthogonal one.

    About 0 where the representation is an orthogonal image of the latents (up to the scale and
    shift asked for), positive for a shear or unequal scales.  It can be slightly below 0, since
    both terms are held out.  Arguments, result and errors are those of `procrustes_r2`.
    """
    exact = procrustes_r2(z, y, scale=scale, centre=centre, seed=seed, split=split)
    return linear_r2(z, y, seed=seed, split=split) - exact


def orthogonality_error(z: Samples, y: Samples, *, scale: bool = True) -> Score:
    """Return ‖AᵀA − I‖_F / √d for the least-squares map y ≈ A z + b.

    The map is fitted on all rows: it is an estimate, not a score, and has no held-out part.  With
    `scale`, A is first divided by ‖A‖_F / √d, so that tr AᵀA = d.  It says nothing about whether
    the relation is linear: read it beside `linear_r2`.

    Range: at least 0; 0 exactly for an isometry, also into more dimensions (m > d); 1 for A = 0.
    Noise in y adds about √(d/N) times its relative size.
    Invariant under orthogonal maps of y or z and under shifts; with `scale` under one scale.

    Arguments:
        z: latents, ``(N, d)`` or ``(S, N, d)``.
        y: representations, ``(N, m)`` or ``(S, N, m)``.
        scale: normalise one scale.

    Returns:
        A float, or ``(S,)``; NaN for a run with an entry that is not finite.

    Raises:
        InputError: the shapes do not fit, or there are fewer than d + 2 rows.
    """
    latents, codes, finite = paired(z, y)
    require_rows(latents.shape[-2], latents.shape[-1])
    matrix = least_squares(latents, codes).matrix
    mean = column_mean(codes)
    alive = varying(squared_norms(codes - mean[..., None, :]), codes.shape[-2], mean)
    matrix = np.where(alive[..., None, :], matrix, 0.0)
    dim = matrix.shape[-2]
    gram = matrix @ matrix.mT
    if scale:
        square = np.trace(gram, axis1=-2, axis2=-1)[..., None, None] / dim
        gram = np.divide(gram, square, out=np.zeros_like(gram), where=square > 0)
    error = np.linalg.norm(gram - np.eye(dim), axis=(-2, -1)) / np.sqrt(dim)
    result: Score = np.where(finite, error, np.nan)[()]
    return result
