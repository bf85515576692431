"""The fraction of variance that a prediction leaves, with collapsed coordinates counted as lost."""

from __future__ import annotations

import numpy as np

from sith.numerics.measure.affine import coordinate_r2, pooled_r2
from sith.numerics.measure.samples import Array


def pooled(target: Array, prediction: Array) -> float:
    """Σ residual² / Σ (target − mean)² over ``(n, d)``, cut to [0, 1]; 1 if nothing varies."""
    r2 = float(pooled_r2(target, prediction))
    return 1.0 if np.isnan(r2) else float(np.clip(1 - r2, 0, 1))


def by_coordinate(target: Array, prediction: Array) -> Array:
    """The same for each coordinate, ``(d,)``; 1 for a coordinate that does not vary.

    Members of a group are bijections, so a collapsed coordinate is no member's.
    """
    left: Array = np.clip(1 - coordinate_r2(target, prediction), 0, 1)
    return left


def averaged(target: Array, prediction: Array) -> float:
    """Mean of `by_coordinate`: no coordinate can hide behind another of larger scale."""
    return float(by_coordinate(target, prediction).mean())
