"""Linear pairs: canonical correlations that are equal, distinct, or positive."""

from __future__ import annotations

import math

import numpy as np

from sith.numerics.data.consequences.evidence import Evidence, Observed
from sith.numerics.data.table import Array

SIMULATED = 999
"""Simulated data sets; the smallest p-value is 1/1000."""


def canonical_correlations(z: Array, partner: Array) -> Array:
    """Return the eigenvalues of the whitened, symmetrised cross-covariance, falling."""
    both = np.concatenate((z, partner))
    mean = both.mean(0)
    a, b = z - mean, partner - mean
    covariance = (a.T @ a + b.T @ b) / (2 * len(z))
    values, vectors = np.linalg.eigh(covariance)
    alive = values > 1e-10 * values[-1]
    frame = vectors[:, alive] / np.sqrt(values[alive])
    cross = frame.T @ (a.T @ b + b.T @ a) @ frame / (2 * len(z))
    result: Array = np.linalg.eigvalsh(cross)[::-1]
    return result


def equal_correlations(data: Observed, seed: int) -> Evidence:
    """Whether all canonical correlations are equal, against simulated normal pairs that have them so."""
    found = canonical_correlations(data.z, data.partner)
    spread = float(found[0] - found[-1])
    null = _simulated(float(found.mean()), len(found), len(data.z), seed)
    p = (1 + int((null >= spread).sum())) / (1 + SIMULATED)
    return Evidence(p, spread, "largest less smallest correlation within pairs")


def distinct_correlations(data: Observed, seed: int) -> Evidence:
    """Whether neighbouring canonical correlations differ by 0.02 at least; the p-value is of that."""
    found = canonical_correlations(data.z, data.partner)
    if len(found) < 2:
        return Evidence(1.0, math.inf, "one correlation")
    gap = float((found[:-1] - found[1:]).min())
    rng = np.random.default_rng(seed)
    draws = []
    for _ in range(100):
        rows = rng.integers(0, len(data.z), len(data.z))
        own = canonical_correlations(data.z[rows], data.partner[rows])
        draws.append(float((own[:-1] - own[1:]).min()))
    spread = max(float(np.std(draws)), 1e-12)
    corrected = max(2 * gap - float(np.mean(draws)), 0.0)
    p = 0.5 * math.erfc((0.02 - corrected) / spread / math.sqrt(2))
    return Evidence(
        float(p),
        corrected,
        "smallest gap between neighbouring correlations",
        max(corrected - 2 * spread, 0.0),
        corrected + 2 * spread,
    )


def positive_correlations(data: Observed, seed: int) -> Evidence:  # noqa: ARG001
    """Whether no direction is anticorrelated within pairs, as in a positive definite operator."""
    found = canonical_correlations(data.z, data.partner)
    error = (1 - float(found[-1]) ** 2) / math.sqrt(len(data.z))
    p = 0.5 * math.erfc(-float(found[-1]) / error / math.sqrt(2))
    # The smallest of d estimates lies below their common mean: Bonferroni's bound.
    p = min(1.0, len(found) * p)
    low, high = float(found[-1]) - 2 * error, float(found[-1]) + 2 * error
    return Evidence(p, float(found[-1]), "smallest correlation within pairs", low, high)


def dependent_pairs(data: Observed, seed: int) -> Evidence:  # noqa: ARG001
    """Whether every coordinate depends on its past: the smallest |correlation|, none of it 0.

    The p-value is of the hypothesis that the smallest is 0.1 at least in values or squares.
    """
    rows = len(data.z)
    a = (data.z - data.z.mean(0)) / data.z.std(0)
    b = (data.partner - data.partner.mean(0)) / data.partner.std(0)
    size = np.abs((a * b).mean(0))
    squares = a**2 - 1, b**2 - 1
    spread = squares[0].std(0) * squares[1].std(0)
    other = np.abs((squares[0] * squares[1]).mean(0)) / np.where(spread > 0, spread, 1.0)
    least = float(np.maximum(size, other).min())
    p = 0.5 * math.erfc((0.1 - least) * math.sqrt(rows) / math.sqrt(2))
    return Evidence(float(p), least, "smallest correlation of a coordinate within pairs")


def _simulated(rho: float, d: int, rows: int, seed: int) -> Array:
    rng = np.random.default_rng(seed)
    rho = float(np.clip(rho, -0.999, 0.999))
    spreads = []
    for _ in range(SIMULATED):
        # Only the sums of squares matter, and they are drawn as such: Bartlett's decomposition.
        root = np.triu(rng.standard_normal((2 * d, 2 * d)), 1)
        root[np.diag_indices(2 * d)] = np.sqrt(rng.chisquare(rows - np.arange(2 * d)))
        x, noise = root[:, :d], root[:, d:]
        own = _from_rows(x, rho * x + math.sqrt(1 - rho**2) * noise)
        spreads.append(float(own[0] - own[-1]))
    return np.array(spreads)


def _from_rows(x: Array, y: Array) -> Array:
    """Canonical correlations from matrices whose products are the sums of squares."""
    covariance = (x.T @ x + y.T @ y) / 2
    values, vectors = np.linalg.eigh(covariance)
    frame = vectors / np.sqrt(values)
    cross = frame.T @ (x.T @ y + y.T @ x) @ frame / 2
    result: Array = np.linalg.eigvalsh(cross)[::-1]
    return result
