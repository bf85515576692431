"""The mean of a score over seeds, with a two-sided confidence interval."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import t as student

from sith.theory.errors import InputError


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over runs with a two-sided interval for the expected score.

    Fields:
        mean: over the finite runs; NaN if there is none.
        low, high: ends of the interval; −inf and inf with fewer than two finite runs, from which
            nothing follows about the spread.  They may lie outside the range of the score.
        n: number of finite runs.
        failed: number of runs whose score is not finite.  They are left out of the mean, so a
            reader must look here first: the survivors of a diverging method are no fair sample.
        level: confidence level.
    """

    mean: float
    low: float
    high: float
    n: int
    failed: int = 0
    level: float = 0.95

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON; numbers that are not finite become None."""
        return {
            "mean": _finite(self.mean),
            "low": _finite(self.low),
            "high": _finite(self.high),
            "n": self.n,
            "failed": self.failed,
            "level": self.level,
        }

    def __str__(self) -> str:
        """Mean, interval, and runs that failed."""
        text = f"{self.mean:.4f} [{self.low:.4f}, {self.high:.4f}] (n = {self.n})"
        failed = f"; {self.failed} of {self.n + self.failed} runs not finite" if self.failed else ""
        return text + failed


def interval(values: Iterable[float] | float, *, level: float = 0.95) -> Interval:
    """Return the mean of one value per seed with its Student-t interval.

    mean ± t·s/√n, with s the standard deviation (n − 1) and t the quantile of n − 1 degrees of
    freedom.  Exact coverage for normal values; for a score near its bound the values are skewed
    and the coverage is approximate.

    Arguments:
        values: one score per independent seed, not per sample.
        level: two-sided confidence level, between 0 and 1.

    Raises:
        InputError: there are no values, they have more than one axis, or the level is out of
            range.
    """
    scores = np.atleast_1d(np.asarray(values, dtype=np.float64))
    if scores.ndim != 1 or not scores.size:
        raise InputError(f"values of shape {scores.shape}", allowed="one value for each seed")
    if not 0 < level < 1:
        raise InputError(f"level = {level}", allowed="between 0 and 1", cure="use 0.95")
    kept = scores[np.isfinite(scores)]
    n = len(kept)
    failed = len(scores) - n
    mean = float(kept.mean()) if n else math.nan
    if n < 2:
        return Interval(mean, -math.inf, math.inf, n, failed, level)
    half = float(student.ppf((1 + level) / 2, n - 1) * kept.std(ddof=1) / math.sqrt(n))
    return Interval(mean, mean - half, mean + half, n, failed, level)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
