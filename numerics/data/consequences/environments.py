"""Environments and classes: how many there are, and the exact rank of what changes between them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import sympy as sp

from sith.numerics.data.consequences.evidence import Evidence, Observed
from sith.numerics.data.table import Array

DIGITS = 12
"""Significant digits of a table of floats."""


def exact_parameters(means: Array, variances: Array) -> tuple[tuple[sp.Rational, ...], ...]:
    """Return the natural parameters (μ/σ², −1/2σ²) of every environment, coordinate by coordinate.

    Floats are read to 12 significant digits, so that 0.1 is one tenth and 3·0.1 three tenths: the
    rounding of a product would otherwise make every table one of full rank.

    Arguments:
        means, variances: ``(E, d)``, variances above 0.
    """
    rows = []
    for mean, variance in zip(means, variances, strict=True):
        row: list[sp.Rational] = []
        for m, v in zip(mean, variance, strict=True):
            mu, sigma = _decimal(m), _decimal(v)
            row += [mu / sigma, -1 / (2 * sigma)]
        rows.append(tuple(row))
    return tuple(rows)


def variability(degrees: Sequence[int], data: Observed, dim: int) -> tuple[int, int, float]:
    """Return the exact rank of the differences λ(u) − λ(0), the rank needed, and their spread.

    The spread is the smallest singular value over the largest, columns scaled to unit length.

    Arguments:
        degrees: of the statistics of a coordinate: 1 for z, 2 for z².
        data: with a table of environments.
        dim: number of latents.
    """
    table = exact_parameters(data.means, data.variances)
    kept = [2 * i + (k - 1) for i in range(data.means.shape[1]) for k in degrees]
    rows = [[row[k] - table[0][k] for k in kept] for row in table[1:]]
    rank = int(sp.Matrix(rows).rank()) if rows else 0
    needed = dim * len(degrees)
    floats = np.array([[float(x) for x in row] for row in rows]).reshape(len(rows), len(kept))
    lengths = np.linalg.norm(floats, axis=0)
    singular = np.linalg.svd(floats / np.where(lengths > 0, lengths, 1.0), compute_uv=False)
    full = len(singular) >= needed and singular[0] > 0
    return rank, needed, float(singular[-1] / singular[0]) if full else 0.0


def varied(degrees: Sequence[int], data: Observed, seed: int) -> Evidence:
    """Whether the environments vary enough, from their table, or by their number from labels."""
    del seed
    d = data.z.shape[1]
    if len(data.means):
        rank, needed, spread = variability(degrees, data, d)
        words = f"rank {rank} of {needed}; smallest over largest singular value"
        return Evidence(1.0 if rank >= needed else 0.0, spread, words)
    count, needed = len(np.unique(data.labels)), d * len(degrees)
    return Evidence(
        1.0 if count - 1 >= needed else 0.0,
        float(count),
        f"{needed + 1} environments needed, found",
    )


def counted(needed: int, data: Observed, seed: int) -> Evidence:
    """Whether there are enough classes."""
    del seed
    count = len(np.unique(data.labels))
    return Evidence(
        1.0 if count >= needed else 0.0, float(count), f"{needed} classes needed, found"
    )


def _decimal(value: float) -> sp.Rational:
    exact = Fraction(f"{value:.{DIGITS}g}")
    return sp.Rational(exact.numerator, exact.denominator)
