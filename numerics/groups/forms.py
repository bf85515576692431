"""Which quadratic form trained maps keep, and the smallest difference in it that they show.

In the coordinates of the stated form S a map N is orthogonal, and the traceless part of NᵀN − I is
zero. If the maps keep S' = S^{1/2}(I + X)S^{1/2} instead, it is X − QᵀXQ to first order, Q the
orthogonal part of N. Training also leaves errors that all seeds share: of the latents' side they
add a constant B, of the outputs' side −QᵀCQ. Both are fitted by least squares over the seeds, and
another form is B = C = X: only where both parts are there, and alike, is another form seen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.stats import f as fisher
from scipy.stats import ncf

from sith.numerics.measure.samples import Array
from sith.theory.errors import InputError

LEVEL = 0.01
"""Chance that a form is rejected although the maps keep it, for normal errors of one size."""

POWER = 0.95
"""Chance with which a difference of the size of the resolution is seen."""


@dataclass(frozen=True, slots=True)
class FormFit:
    """The form that maps of several seeds keep, relative to the stated one.

    Fields:
        source, output: coordinates of B and C in a basis of the traceless symmetric matrices.
        covariance: of both, from the scatter over seeds; infinite where it is not determined.
        freedom: degrees of freedom of the scatter.
        dim: d.
    """

    source: Array
    output: Array
    covariance: Array
    freedom: int
    dim: int

    @property
    def determined(self) -> bool:
        """Whether the seeds turn the axes enough, and are enough, to say anything of the form."""
        return bool(self.freedom > 0 and np.isfinite(self.covariance).all())

    @property
    def resolution(self) -> float:
        """Smallest (largest ratio of squared axes) − 1 that is seen with chance `POWER`.

        It is the relative difference of the two forms along the direction that the seeds show
        least; infinite where nothing is determined.
        """
        if not self.determined:
            return math.inf
        count = len(self.source)
        worst = max(
            float(np.linalg.eigvalsh(self.covariance[part, part])[-1])
            for part in (slice(count), slice(count, None))
        )
        # A traceless X of norm r has axes at most √2 r apart.
        return math.sqrt(2 * _noncentrality(count, self.freedom) * worst)

    def rejects(self, form: Array) -> bool:
        """Say whether a form is rejected: neither side of the maps' errors alone explains it.

        Arguments:
            form: coordinates of X, from `coordinates`; zeros for the stated form.
        """
        if not self.determined:
            return False
        count = len(self.source)
        sides = ((self.source, slice(count)), (self.output, slice(count, None)))
        return all(
            self._p(value - form, self.covariance[part, part]) < LEVEL for value, part in sides
        )

    @property
    def is_a_form(self) -> bool:
        """Whether B and C are alike, as they are where the maps keep a form."""
        count = len(self.source)
        blocks = self.covariance
        spread = (
            blocks[:count, :count]
            + blocks[count:, count:]
            - blocks[:count, count:]
            - blocks[count:, :count]
        )
        return self.determined and self._p(self.source - self.output, spread) >= LEVEL

    @property
    def ratio(self) -> float:
        """The estimated relative difference of squared axes, from the mean of B and C."""
        values = np.linalg.eigvalsh(from_coordinates((self.source + self.output) / 2, self.dim))
        return float(values[-1] - values[0])

    def _p(self, value: Array, covariance: Array) -> float:
        statistic = float(value @ np.linalg.pinv(covariance, hermitian=True) @ value) / len(value)
        return float(fisher.sf(statistic, len(value), self.freedom))


def fit_form(maps: Sequence[Array], form: Array) -> FormFit:
    """Fit the form that linear maps keep.

    Arguments:
        maps: one ``(d, d)`` matrix per seed, outputs as rows.
        form: the stated S, ``(d, d)``, symmetric positive definite.

    Raises:
        InputError: d is 1, where there is one form up to scale, or there are no maps.
    """
    dim = len(form)
    if dim < 2 or not maps:
        raise InputError(f"{len(maps)} maps of R^{dim}", allowed="maps of R^2 and above")
    root = _power(form, 0.5)
    inverse = _power(form, -0.5)
    rows, targets = [], []
    count = dim * (dim + 1) // 2 - 1
    for matrix in maps:
        turned = root @ matrix @ inverse
        left, _, right = np.linalg.svd(turned)
        orthogonal = left @ right
        targets.append(to_coordinates(turned.T @ turned))
        images = [
            to_coordinates(orthogonal.T @ from_coordinates(unit, dim) @ orthogonal)
            for unit in np.eye(count)
        ]
        rows.append(np.hstack((np.eye(count), -np.stack(images, 1))))
    design, target = np.vstack(rows), np.concatenate(targets)
    freedom = len(target) - 2 * count
    found, _, rank, values = np.linalg.lstsq(design, target, rcond=1e-6)
    fitted: Array = np.asarray(found, dtype=np.float64)
    covariance = np.full((2 * count, 2 * count), math.inf)
    if rank == 2 * count and freedom > 0 and values[-1] > 0:
        error = target - design @ fitted
        covariance = float(error @ error) / freedom * np.linalg.inv(design.T @ design)
    return FormFit(fitted[:count], fitted[count:], covariance, freedom, dim)


def relative_form(other: Array, form: Array) -> Array:
    """Return the coordinates of X with S' = S^{1/2}(I + X)S^{1/2} up to scale, X traceless.

    Arguments:
        other: S'.
        form: S.
    """
    inverse = _power(form, -0.5)
    moved = inverse @ other @ inverse
    return to_coordinates(moved * len(form) / np.trace(moved))


def to_coordinates(matrix: Array) -> Array:
    """Coordinates of the traceless symmetric part in an orthonormal basis."""
    dim = len(matrix)
    symmetric = (matrix + matrix.T) / 2
    upper = np.triu_indices(dim, 1)
    diagonal = _contrasts(dim) @ symmetric.diagonal()
    coordinates: Array = np.concatenate((diagonal, math.sqrt(2) * symmetric[upper]))
    return coordinates


def from_coordinates(coordinates: Array, dim: int) -> Array:
    """The traceless symmetric matrix with these coordinates."""
    matrix = np.diag(_contrasts(dim).T @ coordinates[: dim - 1])
    upper = np.triu_indices(dim, 1)
    matrix[upper] += coordinates[dim - 1 :] / math.sqrt(2)
    matrix.T[upper] = matrix[upper]
    return matrix


def _contrasts(dim: int) -> Array:
    """Orthonormal rows that add up to zero, ``(d − 1, d)`` (Helmert)."""
    rows = np.zeros((dim - 1, dim))
    for k in range(1, dim):
        rows[k - 1, :k] = 1
        rows[k - 1, k] = -k
    unit: Array = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def _power(matrix: Array, power: float) -> Array:
    values, vectors = np.linalg.eigh(matrix)
    result: Array = (vectors * values**power) @ vectors.T
    return result


@cache
def _noncentrality(count: int, freedom: int) -> float:
    """Return the λ at which the F test of level `LEVEL` rejects with chance `POWER`, by bisection."""
    limit = fisher.isf(LEVEL, count, freedom)
    low, high = 0.0, 1.0
    while ncf.sf(limit, count, freedom, high) < POWER:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (
            (low, middle) if ncf.sf(limit, count, freedom, middle) >= POWER else (middle, high)
        )
    return high
