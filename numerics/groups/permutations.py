"""Residuals of the permutation groups: one latent for each output, up to nothing, sign or scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sith.numerics.groups.unexplained import averaged, pooled
from sith.numerics.measure.mcc import match
from sith.numerics.measure.samples import Array, Halves


def permutation_residual(data: Halves) -> float:
    """Fraction of variance left by the best permutation of the latents.

    Squared distances of columns are fitted by the Hungarian algorithm; among permutations,
    least Σ‖yⱼ − zᵢ‖² is largest Σ⟨zᵢ, yⱼ⟩.
    """
    outputs = match(data.z_fit.T @ data.y_fit)
    return pooled(data.y_test, _place(data.z_test, outputs, np.ones(len(outputs))))


def sign_flip_residual(data: Halves) -> float:
    """Fraction of variance left by the best signs: those of ⟨zᵢ, yᵢ⟩."""
    products = (data.z_fit * data.y_fit).sum(0)
    return pooled(data.y_test, data.z_test * np.where(products < 0, -1.0, 1.0))


def signed_permutation_residual(data: Halves) -> float:
    """Fraction of variance left by the best signed permutation: largest Σ|⟨zᵢ, yⱼ⟩|."""
    products = data.z_fit.T @ data.y_fit
    outputs = match(np.abs(products))
    taken = products[np.arange(len(outputs)), outputs]
    return pooled(data.y_test, _place(data.z_test, outputs, np.where(taken < 0, -1.0, 1.0)))


def generalised_permutation_residual(data: Halves) -> float:
    """Mean over outputs of the fraction of variance left by one scaled latent each.

    The matching maximises Σ ⟨zᵢ, yⱼ⟩² / ‖zᵢ‖² relative to the variance of yⱼ, so that the
    scales of the outputs do not matter.
    """
    products = data.z_fit.T @ data.y_fit
    lengths = np.maximum((data.z_fit**2).sum(0), np.finfo(np.float64).tiny)
    variances = ((data.y_fit - data.y_fit.mean(0)) ** 2).sum(0)
    gains = products**2 / lengths[:, None]
    outputs = match(np.divide(gains, variances, out=np.zeros_like(gains), where=variances > 0))
    factors = products[np.arange(len(outputs)), outputs] / lengths
    return averaged(data.y_test, _place(data.z_test, outputs, factors))


def _place(z: Array, outputs: NDArray[np.intp], factors: Array) -> Array:
    """Column outputs[i] of the result is factors[i] times column i of z."""
    placed = np.empty_like(z)
    placed[:, outputs] = z * factors
    return placed
