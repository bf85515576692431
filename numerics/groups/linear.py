"""Residual of invertible linear maps."""

from __future__ import annotations

from numerics.groups.unexplained import pooled
from numerics.measure.affine import least_squares, whitening
from numerics.measure.samples import Halves


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
