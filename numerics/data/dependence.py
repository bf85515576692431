"""Whether rows depend on their neighbours or repeat: then random rows are not held out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import norm, rankdata

from sith.numerics.data.table import Array
from sith.numerics.measure.conversion import moderate

LEVEL = 1e-3
"""False-alarm rate of the test of neighbouring rows."""
LAGS = 10
WIDEST = 32
"""Coordinates looked at; of wider samples so many random projections are."""
SMALL = 0.1
"""Autocorrelation below which rows count as far apart."""


@dataclass(frozen=True, slots=True)
class Dependence:
    """What the order of the rows and their repetitions say.

    Fields:
        p_value: that rows are exchangeable, from the rank autocorrelations at lags 1 to 10 of all
            coordinates, by Bonferroni's bound; asymptotically at most of its level.
        largest: the largest absolute autocorrelation at those lags.
        length: rows after which all autocorrelations are small; N if that is not reached in N/4.
        repeated: number of rows that occur before, exactly, in all tables together.
        items: the item of every row, equal for rows that repeat, ``(N,)``.
    """

    p_value: float
    largest: float
    length: int
    repeated: int
    items: NDArray[np.intp]

    @property
    def ordered(self) -> bool:
        """Whether neighbouring rows depend on each other."""
        return self.p_value < LEVEL

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "p_value": self.p_value,
            "largest_autocorrelation": self.largest,
            "length": self.length,
            "repeated_rows": self.repeated,
        }


def dependence(*samples: Array, seed: int = 0) -> Dependence:
    """Test whether rows, in the order of the file, are exchangeable, and count those that repeat.

    Arguments:
        samples: arrays ``(N, d)`` of the same rows.
        seed: of the random projections of wide samples.
    """
    sized = [moderate(s, each=True) for s in samples]
    columns = np.concatenate([_narrow(s, seed) for s in sized], axis=1)
    columns = columns[:, columns.std(0) > 0]
    items, repeated = _items(samples)
    rows = len(columns)
    if columns.shape[1] == 0 or rows < 4 * LAGS:
        return Dependence(1.0, 0.0, 1, repeated, items)
    scores = ndtri((rankdata(columns, axis=0) - 0.5) / rows)
    scores = scores - scores.mean(0)
    reach = max(LAGS, rows // 4)
    correlations = np.abs(_autocorrelations(scores, reach))
    near = correlations[1 : LAGS + 1]
    count = near.size
    # Under exchangeability an autocorrelation has mean −1/(N − 1) and variance about 1/N.
    p = min(1.0, 2 * count * float(norm.sf(max(near.max() * np.sqrt(rows) - 1 / np.sqrt(rows), 0))))
    level = max(SMALL, 4 / np.sqrt(rows))
    below = np.flatnonzero(correlations.max(1) < level)
    length = int(below[0]) if len(below) else rows
    return Dependence(p, float(near.max()), length, repeated, items)


def _narrow(sample: Array, seed: int) -> Array:
    if sample.shape[1] <= WIDEST:
        return sample
    spread = sample.std(0)
    directions = np.random.default_rng(seed).standard_normal((sample.shape[1], WIDEST))
    directions /= np.where(spread > 0, spread, 1.0)[:, None]
    projected: Array = (sample - sample.mean(0)) @ directions
    return projected


def _autocorrelations(x: Array, reach: int) -> Array:
    """Autocorrelations at lags 0 to `reach` of every column, by the fast Fourier transform."""
    size = 1 << (2 * len(x) - 1).bit_length()
    power = np.abs(np.fft.rfft(x, size, axis=0)) ** 2
    sums = np.fft.irfft(power, size, axis=0)[: reach + 1]
    result: Array = sums / np.where(sums[0] > 0, sums[0], 1.0)
    return result


def _items(samples: tuple[Array, ...]) -> tuple[NDArray[np.intp], int]:
    joined = np.ascontiguousarray(np.concatenate(samples, axis=1))
    # Rows as bytes: to sort them so is many times faster than column by column.
    keys = joined.view(np.dtype((np.void, joined.dtype.itemsize * joined.shape[1])))[:, 0]
    _, index = np.unique(keys, return_inverse=True)
    items = np.asarray(index, dtype=np.intp)
    return items, len(items) - int(items.max()) - 1
