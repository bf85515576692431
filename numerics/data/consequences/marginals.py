"""Marginals: uniform on the sphere or a box, normal, and independent coordinates."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri
from scipy.stats import chi2, kstest, norm, rankdata

from sith.numerics.data.consequences.drawn_null import drawn_null, share_beyond
from sith.numerics.data.consequences.evidence import Evidence, Observed
from sith.numerics.data.table import Array

NEAR = 0.5
"""Excess kurtosis below which a coordinate counts as close to normal; uniform −1.2, Laplace 3."""
FEW = 3000
"""Rows below which the law of a statistic is drawn instead of taken from its limit."""
OFF_SPHERE = 0.01
"""Relative spread of the norms above which rows are not on a sphere."""


def uniform_on_sphere(data: Observed, seed: int) -> Evidence:  # noqa: ARG001
    """Rayleigh's test of the mean and Bingham's of the second moments, the smaller p twice.

    Under uniformity d·N·|mean|² is about chi-squared with d degrees, and N·d(d+2)/2·(tr T² − 1/d)
    with (d−1)(d+2)/2. Source: Mardia and Jupp (2000), sections 10.4.1 and 10.7.1.
    """
    rows, d = data.z.shape
    norms = np.linalg.norm(data.z, axis=1)
    spread = float(norms.std() / norms.mean())
    if spread > OFF_SPHERE:
        return Evidence(0.0, spread, "rows are not on a sphere: relative spread of the norms")
    unit = data.z / norms[:, None]
    mean = float(np.linalg.norm(unit.mean(0)))
    second = unit.T @ unit / rows
    first = float(chi2.sf(d * rows * mean**2, d))
    excess = float((second**2).sum()) - 1 / d
    other = float(chi2.sf(rows * d * (d + 2) / 2 * excess, (d - 1) * (d + 2) / 2))
    return Evidence(min(1.0, 2 * min(first, other)), mean, "length of the mean direction")


def uniform_on_box(data: Observed, seed: int) -> Evidence:  # noqa: ARG001
    """Kolmogorov's test of every coordinate between its extremes, by Bonferroni's bound.

    Given the extremes of a uniform sample the other values are independent and uniform between
    them, so that no edge has to be known.
    """
    rows, d = data.z.shape
    distances, values = [], []
    for column in data.z.T:
        inner = np.sort(column)[1:-1]
        low, high = column.min(), column.max()
        place = (inner - low) / (high - low) if high > low else np.zeros(rows - 2)
        found = kstest(place, "uniform", method="asymp")
        distances.append(float(found.statistic))
        values.append(float(found.pvalue))
    return Evidence(
        min(1.0, d * min(values)), max(distances), "largest distance from a uniform marginal"
    )


def normal(data: Observed, seed: int) -> Evidence:  # noqa: ARG001
    """Mardia's tests of skewness and kurtosis, which no affine map changes; the smaller p twice.

    Source: Mardia (1970); the mean of the kurtosis is corrected for N. With fewer than `FEW` rows,
    where these laws err, the smaller p is compared with that of normal samples that are drawn.
    """
    p, effect = _mardia(data.z)
    if len(data.z) < FEW:
        p = share_beyond(p, drawn_null(_least_mardia, *data.z.shape), limit=p)
    return Evidence(p, effect, "relative excess kurtosis")


def _mardia(z: Array) -> tuple[float, float]:
    """The smaller p-value twice, and the relative excess kurtosis."""
    x = _whitened(z)
    rows, d = x.shape
    third = np.einsum("ni,nj,nk->ijk", x, x, x, optimize=True) / rows
    skewness = float((third**2).sum())
    fourth = float(((x**2).sum(1) ** 2).mean())
    first = float(chi2.sf(rows * skewness / 6, d * (d + 1) * (d + 2) / 6))
    centre = d * (d + 2) * (rows - 1) / (rows + 1)
    score = (fourth - centre) / np.sqrt(8 * d * (d + 2) / rows)
    other = float(2 * norm.sf(abs(score)))
    return min(1.0, 2 * min(first, other)), fourth / (d * (d + 2)) - 1


def _least_mardia(z: Array) -> float:
    return _mardia(z)[0]


def independent(data: Observed, seed: int) -> Evidence:  # noqa: ARG001
    """Correlations of the coordinates' normal scores and of their squares, by Bonferroni's bound.

    With fewer than `FEW` rows the law of the squares is far from normal, and the largest correlation
    is compared with that of independent samples that are drawn: ranks have one law for all of them.
    """
    if data.z.shape[1] < 2:
        return Evidence(1.0, 0.0, "one coordinate: nothing to be independent of")
    largest, p = _largest_correlation(data.z)
    if len(data.z) < FEW:
        p = share_beyond(-largest, drawn_null(_least_correlation, *data.z.shape), limit=p)
    return Evidence(p, largest, "largest correlation of values or squares")


def _largest_correlation(z: Array) -> tuple[float, float]:
    """The largest correlation of values or squares of different coordinates, and Bonferroni's p."""
    rows, d = z.shape
    scores = ndtri((rankdata(z, axis=0) - 0.5) / rows)
    squares = scores**2
    table = np.abs(np.corrcoef(np.concatenate((scores, squares), axis=1).T))
    # Pairs of different coordinates: of values, of squares, and of either with the other.
    owner = np.tile(np.arange(d), 2)
    upper = np.triu(owner[:, None] != owner[None, :], 1)
    largest, count = float(table[upper].max()), int(upper.sum())
    return largest, min(1.0, 2 * count * float(norm.sf(largest * np.sqrt(rows - 1))))


def _least_correlation(z: Array) -> float:
    return -_largest_correlation(z)[0]


def not_normal(data: Observed, seed: int) -> Evidence:  # noqa: ARG001
    """Whether at most one coordinate is close to normal, by the excess kurtosis.

    The p-value is of the hypothesis that the second smallest |excess kurtosis| is `NEAR` or more,
    with the standard error √(24/N) of a normal coordinate.
    """
    rows, d = data.z.shape
    if d < 2:
        return Evidence(1.0, 0.0, "one coordinate")
    x = (data.z - data.z.mean(0)) / data.z.std(0)
    excess = np.sort(np.abs((x**4).mean(0) - 3))
    error = float(np.sqrt(24 / rows))
    p = float(norm.cdf((excess[1] - NEAR) / error))
    low, high = max(float(excess[1]) - 2 * error, 0.0), float(excess[1]) + 2 * error
    return Evidence(p, float(excess[1]), "second smallest |excess kurtosis|", low, high)


def _whitened(z: Array) -> Array:
    centred = z - z.mean(0)
    values, vectors = np.linalg.eigh(centred.T @ centred / len(z))
    kept = values > 1e-10 * values[-1]
    result: Array = centred @ (vectors[:, kept] / np.sqrt(values[kept]))
    return result
