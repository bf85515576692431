"""Pairs: exchangeable, isotropic, von Mises–Fisher, and directions that are never redrawn."""

from __future__ import annotations

import math

import numpy as np
from scipy.linalg import eigh
from scipy.optimize import brentq
from scipy.special import ive
from scipy.stats import chi2
from scipy.stats import f as fisher

from sith.numerics.data.consequences.evidence import Evidence, Observed
from sith.numerics.data.table import Array

FLIPS = 999
"""Swaps of the pairs at random; the smallest p-value is 1/1000."""
AT_ONCE = 111
"""Swaps held in memory at a time."""
KEPT = 1e-5
"""Variance of a difference over that of the samples below which a direction is kept."""
GRID = 4001
DISTINCT = 1.1
"""Ratio of neighbouring weights below which they count as equal."""


def exchangeable(data: Observed, seed: int) -> Evidence:
    """Whether (z, z̃) and (z̃, z) have one law, by swapping pairs at random: exact for any law.

    The statistic is the largest standardised mean of differences of coordinates, of their squares,
    and of the antisymmetric products z_i z̃_j − z_j z̃_i and z_i² z̃_j − z̃_i² z_j.
    """
    a, b = _scaled(data)
    d = a.shape[1]
    i, j = np.triu_indices(d, 1)
    features = np.concatenate(
        (
            a - b,
            a**2 - b**2,
            a[:, i] * b[:, j] - a[:, j] * b[:, i],
            ((a**2)[:, :, None] * b[:, None, :] - (b**2)[:, :, None] * a[:, None, :]).reshape(
                len(a), d * d
            ),
        ),
        axis=1,
    )
    size = np.sqrt((features**2).sum(0))
    features = features[:, size > 0] / size[size > 0]
    if not features.shape[1]:
        return Evidence(1.0, 0.0, "largest antisymmetric moment, in standard errors")
    rng = np.random.default_rng(seed)
    observed = float(np.abs(features.sum(0)).max())
    reached = 0
    for _ in range(FLIPS // AT_ONCE):
        signs = 1.0 - 2.0 * rng.integers(0, 2, size=(AT_ONCE, len(a)), dtype=np.int8)
        reached += int((np.abs(signs @ features).max(1) >= observed).sum())
    p = (1 + reached) / (1 + FLIPS)
    return Evidence(p, observed, "largest antisymmetric moment, in standard errors")


def isotropic(data: Observed, seed: int) -> Evidence:
    """Whether the partner is spread equally in all directions across z, whatever the marginal.

    With τ = z̃ − (z·z̃)z the conditional means of τ and of ττᵀ − |τ|²(I − zzᵀ)/(d−1) are 0 if the
    conditional is symmetric about z, as von Mises–Fisher is: Hotelling's test of their means. The
    effect is the ratio of the largest and the smallest variance of z̃ − z.
    """
    z = data.z / np.linalg.norm(data.z, axis=1, keepdims=True)
    partner = data.partner / np.linalg.norm(data.partner, axis=1, keepdims=True)
    rows, d = z.shape
    tangent = partner - (z * partner).sum(1, keepdims=True) * z
    square = (tangent**2).sum(1)[:, None, None] / max(d - 1, 1)
    plane = np.eye(d) - z[:, :, None] * z[:, None, :]
    moments = tangent[:, :, None] * tangent[:, None, :] - square * plane
    i, j = np.triu_indices(d)
    features = np.concatenate((tangent, moments[:, i, j]), axis=1)
    statistic, count = _hotelling(features)
    p = float(fisher.sf(statistic * (rows - count) / (count * (rows - 1)), count, rows - count))
    step = steps(data, seed)
    return Evidence(p, step.effect, step.meaning, step.low, step.high)


def steps(data: Observed, seed: int) -> Evidence:
    """Return the ratio of the largest and the smallest variance of z̃ − z; nothing is tested."""
    ratio, low, high = _ratio(*_second_moments(data), seed)
    return Evidence(1.0, ratio, "largest over smallest variance of z̃ − z", low, high)


def _hotelling(features: Array) -> tuple[float, int]:
    """Hotelling's statistic for means of 0, and the rank of the covariance."""
    mean = features.mean(0)
    values, vectors = np.linalg.eigh(np.cov(features.T))
    kept = values > 1e-10 * values[-1]
    turned = mean @ vectors[:, kept]
    return len(features) * float((turned**2 / values[kept]).sum()), int(kept.sum())


def anisotropic(data: Observed, seed: int) -> Evidence:
    """Whether neighbouring variances of z̃ − z differ, by a factor of `DISTINCT` at least.

    The p-value is that of the hypothesis that the smallest ratio of neighbours is as large, from
    the spread of its logarithm over 200 draws of the rows with replacement.
    """
    moments, d = _second_moments(data)
    values = _eigenvalues(moments.mean(0), d)
    gap = _least_gap(values)
    draws = np.array([_least_gap(_eigenvalues(m, d)) for m in _resampled(moments, seed)])
    # Equal eigenvalues repel in a sample: what resampling adds is taken off.
    corrected = max(2 * gap - float(draws.mean()), 0.0)
    spread = max(float(draws.std()), 1e-12)
    p = float(0.5 * math.erfc((math.log(DISTINCT) - corrected) / spread / math.sqrt(2)))
    return Evidence(
        p,
        math.exp(corrected),
        "smallest ratio of neighbouring variances of z̃ − z",
        math.exp(max(corrected - 2 * spread, 0.0)),
        math.exp(corrected + 2 * spread),
    )


def von_mises_fisher(data: Observed, seed: int) -> Evidence:  # noqa: ARG001
    """Whether z·z̃ has the law that a von Mises–Fisher conditional gives it, at the fitted κ.

    Neyman's smooth test: two Legendre polynomials of the distribution function of z·z̃, less their
    regressions on the score, have mean 0; chi-squared with 2 degrees. They are bounded, so that
    1,000 rows are enough for that law; moments of z·z̃ itself are not. The effect is κ.
    """
    d = data.z.shape[1]
    first = data.z / np.linalg.norm(data.z, axis=1, keepdims=True)
    second = data.partner / np.linalg.norm(data.partner, axis=1, keepdims=True)
    cosines = (first * second).sum(1)
    rows, mean = len(cosines), float(cosines.mean())
    kappa = concentration(mean, d)
    t, weights = _cosine_law(kappa, d)
    below = np.cumsum(weights) - weights / 2
    expected = np.array([float(t @ weights), 0.0, 0.0])
    centred = np.stack((t, *_legendre(below))) - expected[:, None]
    covariance = (centred * weights) @ centred.T
    slope = covariance[1:, 0] / covariance[0, 0]
    rest = covariance[1:, 1:] - np.outer(slope, covariance[0, 1:])
    # The points fall as the angle grows, and so do both here.
    place = np.interp(-cosines, -t, below)
    own = np.stack((cosines, *_legendre(place))).mean(1) - expected
    left = own[1:] - slope * own[0]
    statistic = rows * float(left @ np.linalg.pinv(rest, hermitian=True) @ left)
    error = 1.96 / math.sqrt(rows * float(covariance[0, 0]))
    return Evidence(
        float(chi2.sf(statistic, 2)), kappa, "concentration κ", kappa - error, kappa + error
    )


def _legendre(u: Array) -> tuple[Array, Array]:
    """The second and third Legendre polynomial on [0, 1], of variance 1 for uniform u."""
    second = math.sqrt(5) * (6 * u**2 - 6 * u + 1)
    third = math.sqrt(7) * (20 * u**3 - 30 * u**2 + 12 * u - 1)
    return second, third


def concentration(mean: float, dim: int) -> float:
    """Return the κ at which a von Mises–Fisher law has this mean cosine; 0 and 1e6 at the ends."""

    def excess(kappa: float) -> float:
        return float(ive(dim / 2, kappa) / ive(dim / 2 - 1, kappa)) - mean

    if excess(1e-8) >= 0:
        return 1e-8
    return float(brentq(excess, 1e-8, 1e6)) if excess(1e6) > 0 else 1e6


def kept_directions(data: Observed) -> tuple[int, float]:
    """Return how many directions are the same in both of a pair, and the least share of variance.

    The share is that of z̃ − z to twice that of z and z̃; no linear map changes it.
    """
    a, b = data.z, data.partner
    pooled = np.cov(np.concatenate((a, b)).T).reshape(a.shape[1], a.shape[1])
    difference = (b - a).T @ (b - a) / len(a)
    values, vectors = np.linalg.eigh(pooled)
    alive = values > 1e-10 * values[-1]
    frame = vectors[:, alive] / np.sqrt(values[alive])
    shares = eigh(frame.T @ difference @ frame, eigvals_only=True) / 2
    return int((shares < KEPT).sum()), float(shares[0])


def redrawn_everywhere(data: Observed, seed: int) -> Evidence:  # noqa: ARG001
    """Whether every direction changes within pairs; one that never does has no density there."""
    count, least = kept_directions(data)
    return Evidence(0.0 if count else 1.0, least, "least share of variance that is redrawn")


def _scaled(data: Observed) -> tuple[Array, Array]:
    both = np.concatenate((data.z, data.partner))
    mean, spread = both.mean(0), both.std(0)
    spread = np.where(spread > 0, spread, 1.0)
    return (data.z - mean) / spread, (data.partner - mean) / spread


def _second_moments(data: Observed) -> tuple[Array, int]:
    """Per row the entries of δδᵀ, the diagonal first."""
    difference = data.partner - data.z
    d = difference.shape[1]
    i, j = np.triu_indices(d, 1)
    return np.concatenate((difference**2, difference[:, i] * difference[:, j]), axis=1), d


def _eigenvalues(moments: Array, d: int) -> Array:
    matrix = np.diag(moments[:d])
    i, j = np.triu_indices(d, 1)
    matrix[i, j] = matrix[j, i] = moments[d:]
    values = np.linalg.eigvalsh(matrix)
    bounded: Array = np.maximum(values, 1e-15 * max(float(values[-1]), 1e-300))
    return bounded


def _resampled(moments: Array, seed: int) -> Array:
    rng = np.random.default_rng(seed)
    rows = len(moments)
    counts = rng.multinomial(rows, np.full(rows, 1 / rows), size=200)
    result: Array = counts @ moments / rows
    return result


def _ratio(moments: Array, d: int, seed: int) -> tuple[float, float, float]:
    def ratio(m: Array) -> float:
        values = _eigenvalues(m, d)
        return float(values[-1] / values[0])

    draws = np.array([ratio(m) for m in _resampled(moments, seed)])
    low, high = np.quantile(draws, (0.025, 0.975))
    return ratio(moments.mean(0)), float(low), float(high)


def _least_gap(values: Array) -> float:
    return float(np.diff(np.log(values)).min()) if len(values) > 1 else math.inf


def _cosine_law(kappa: float, d: int) -> tuple[Array, Array]:
    """Points cos θ and weights of the density ∝ exp(κ cos θ) sin^{d−2} θ."""
    # Most of the mass is within a few 1/√κ of the pole.
    reach = min(math.pi, 12 * math.sqrt((d + 1) / max(kappa, 1e-8)))
    theta = (np.arange(GRID) + 0.5) * reach / GRID
    logs = kappa * (np.cos(theta) - 1) + (d - 2) * np.log(np.sin(theta))
    weights = np.exp(logs - logs.max())
    return np.cos(theta), weights / weights.sum()
