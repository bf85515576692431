"""How fast a measurement falls: its slope on logarithmic axes, one for each seed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sith.theory import InputError


def log_slope(x: Sequence[float], y: Sequence[float]) -> float:
    """Return the least-squares slope of log y against log x.

    Where y is x^a times noise whose relative law does not depend on x, its mean is a.

    Arguments:
        x: positive and finite, at least two different values.
        y: positive and finite, one for each x.

    Raises:
        InputError: a value is out of range.
    """
    points = np.stack((np.asarray(x, dtype=float), np.asarray(y, dtype=float)))
    if points.shape[1] < 2 or not np.isfinite(points).all() or not (points > 0).all():
        raise InputError(
            f"x = {list(x)}, y = {list(y)}", allowed="positive, finite, two points or more"
        )
    if np.ptp(points[0]) == 0:
        raise InputError(f"x = {list(x)}", allowed="at least two different values")
    spread = np.cov(np.log(points))
    return float(spread[0, 1] / spread[0, 0])
