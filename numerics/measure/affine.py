"""Affine maps fitted by least squares, and the variance that a prediction explains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sith.numerics.measure.samples import Array, column_mean, squared_norms, varying

# Directions of the unit-diagonal Gram matrix below this fraction of the largest are dropped.
RANK = 1e-12
# The Gram matrix squares condition numbers: below this fraction, singular values decide.
DOUBTFUL = 1e-7
# Singular values of columns of unit length below this fraction of the largest are rounding.
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class AffineMap:
    """x ↦ x·matrix + shift on rows; matrix ``(..., m, d)``, shift ``(..., d)``."""

    matrix: Array
    shift: Array

    def __call__(self, x: Array) -> Array:
        """Apply the map to rows ``(..., n, m)``."""
        result: Array = x @ self.matrix + self.shift[..., None, :]
        return result


def least_squares(x: Array, target: Array, *, centre: bool = True) -> AffineMap:
    """Return the affine (linear without `centre`) map from x to target of least squared error.

    The normal equations are solved with x centred and its columns scaled to unit length.
    Directions in which x does not vary get no weight, so a collapsed x predicts the mean.

    Arguments:
        x: ``(..., n, m)``.
        target: ``(..., n, d)``.
        centre: fit a shift.
    """
    x_mean, target_mean = column_mean(x), column_mean(target)
    if not centre:
        x_mean, target_mean = np.zeros_like(x_mean), np.zeros_like(target_mean)
    x = x - x_mean[..., None, :]
    gram = x.mT @ x
    squares = np.diagonal(gram, axis1=-2, axis2=-1)
    alive = varying(squares, x.shape[-2], x_mean)
    scaling = np.divide(1.0, np.sqrt(squares), out=np.zeros_like(squares), where=alive)[..., None]
    values, vectors = np.linalg.eigh(scaling * gram * scaling.mT)
    target = target - target_mean[..., None, :]
    if (values[..., :1] < DOUBTFUL * values[..., -1:]).any() and x.shape[-2] >= x.shape[-1]:
        matrix = scaling * _pseudo_inverse(x * scaling.mT) @ target
    else:
        kept = (values > RANK * values[..., -1:]) & (values > 0)
        inverse = np.divide(1.0, values, out=np.zeros_like(values), where=kept)
        right = scaling * (x.mT @ target)
        matrix = scaling * (vectors @ (inverse[..., :, None] * (vectors.mT @ right)))
    shift = target_mean - (x_mean[..., None, :] @ matrix)[..., 0, :]
    return AffineMap(matrix, shift)


def _pseudo_inverse(x: Array) -> Array:
    """The pseudo-inverse ``(..., m, n)`` of x ``(..., n, m)``, whose columns have unit length."""
    left, singular, right = np.linalg.svd(x, full_matrices=False)
    kept = singular > ROUNDING * singular[..., :1]
    inverse = np.divide(1.0, singular, out=np.zeros_like(singular), where=kept)
    result: Array = right.mT @ (inverse[..., :, None] * left.mT)
    return result


def whitening(x: Array) -> Array:
    """Return W with cov(xW) = I, up to a rotation; directions in which x is constant are left out.

    Arguments:
        x: ``(n, m)``.

    Returns:
        ``(m, r)`` with r the number of directions in which x varies.
    """
    mean = column_mean(x)
    centred = x - mean
    squares = squared_norms(centred)
    alive = varying(squares, len(x), mean)
    scaling = np.divide(1.0, np.sqrt(squares), out=np.zeros_like(squares), where=alive)
    centred = centred * scaling
    values, vectors = np.linalg.eigh(centred.T @ centred / len(x))
    if values[0] < DOUBTFUL * values[-1] and len(x) >= x.shape[1]:
        _, singular, right = np.linalg.svd(centred, full_matrices=False)
        real = singular > ROUNDING * singular[0]
        spread: Array = scaling[:, None] * right[real].T * (np.sqrt(len(x)) / singular[real])
        return spread
    kept = (values > RANK * values[-1]) & (values > 0)
    white: Array = scaling[:, None] * vectors[:, kept] / np.sqrt(values[kept])
    return white


def pooled_r2(target: Array, prediction: Array) -> Array:
    """1 − Σ residual² / Σ (target − its mean)², both sums over rows and coordinates.

    Arguments:
        target, prediction: ``(..., n, d)``.

    Returns:
        ``(...)``; at most 1; NaN where no coordinate of the target varies.
    """
    left, total, alive = _squares(target, prediction)
    left, total = left.sum(-1), total.sum(-1)
    return _one_minus(left, total, np.asarray(alive.any(-1)), np.nan)


def coordinate_r2(target: Array, prediction: Array) -> Array:
    """1 − Σ residual² / Σ (target − its mean)² for each coordinate.

    Arguments:
        target, prediction: ``(..., n, d)``.

    Returns:
        ``(..., d)``; at most 1; 0 for a coordinate that does not vary.
    """
    left, total, alive = _squares(target, prediction)
    return _one_minus(left, total, alive, 1.0)


def _squares(target: Array, prediction: Array) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Per coordinate: residual and total sum of squares, and whether the target varies."""
    mean = column_mean(target)
    total = squared_norms(target - mean[..., None, :])
    left = squared_norms(target - prediction)
    return left, total, varying(total, target.shape[-2], mean)


def _one_minus(left: Array, total: Array, alive: NDArray[np.bool_], otherwise: float) -> Array:
    ratio = np.divide(left, total, out=np.full_like(left, otherwise), where=alive)
    difference: Array = 1.0 - ratio
    return difference
