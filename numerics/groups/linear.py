"""Residuals of invertible linear maps: all, those of a linear span, those of determinant ±1."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sith.numerics.groups.unexplained import pooled
from sith.numerics.measure.affine import least_squares, whitening
from sith.numerics.measure.samples import Array, Halves


def linear_residual(data: Halves) -> float:
    """Fraction of the variance of whitened y left by the best linear map.

    Whitening by the covariance of the fitted half makes the value invariant under invertible
    linear maps of y.  A direction in which y is collapsed counts 1: an invertible map leaves none.
    """
    fitted = least_squares(data.z_fit, data.y_fit, centre=False)
    white = whitening(data.y_fit)
    left = pooled(data.y_test @ white, fitted(data.z_test) @ white)
    rank, dim = white.shape[1], white.shape[0]
    return float(1 - (1 - left) * rank / dim)


def span_residual(data: Halves, basis: Sequence[Array]) -> float:
    """The same for the maps y = Mz with M in the span of d × d matrices.

    The fit is in whitened y, so that the value is invariant under members that commute with the
    basis. A collapsed direction counts 1.
    """
    white = whitening(data.y_fit)
    columns = [(data.z_fit @ b.T @ white).ravel() for b in basis]
    target = (data.y_fit @ white).ravel()
    weights, *_ = np.linalg.lstsq(np.stack(columns, 1), target, rcond=None)
    matrix = np.tensordot(weights, np.stack(basis), axes=1)
    left = pooled(data.y_test @ white, data.z_test @ matrix.T @ white)
    rank, dim = white.shape[1], white.shape[0]
    return float(1 - (1 - left) * rank / dim)


def volume_residual(data: Halves) -> float:
    """(1 − s)² with s the smaller of |det M|^{1/d} and its inverse, M the linear fit of y.

    It is the fraction of variance that a fit of determinant ±1 leaves of a uniform scaling.
    """
    matrix = least_squares(data.z_fit, data.y_fit, centre=False).matrix
    logarithm = float(np.linalg.slogdet(matrix).logabsdet) / matrix.shape[0]
    return float((1 - np.exp(-abs(logarithm))) ** 2)
