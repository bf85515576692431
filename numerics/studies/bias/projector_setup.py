"""The settings of the study of projectors, and what its prediction says at them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import Measurement
from sith.theory import prediction

PREDICTION = prediction("projector")

DIM = 3
RATE = 0.6
FEW, MANY = (1, 2), (4, 6)
RATES = (0.85, 0.6, 0.475)
"""Of three latents; powers and products of the first two come before the third."""

DEGREE = 5
WIDTH = 4
RANKS = (1, 2)
FEATURES = 9
"""Hermite modes of three latents up to degree two."""

SCALES = (0.02, 0.2, 1.0)
APART = (0.8, 0.4, 0.2)
SMALL = 1e-4
GROUP = 50

EQUAL, UNEQUAL = (0.5, 0.5), (0.8, 0.2)
CLOSE = (0.8, 0.5)
"""Of networks that are stopped early: some still hold both latents, at a loss gap."""

EARLY = 300
NETWORK_WIDTH = 6
NETWORKS = ((EQUAL, 1), (EQUAL, 2), (EQUAL, 3), (UNEQUAL, 2))
TOGETHER = 6
SETTLED = 0.03
"""Loss gap per output below which a network counts: a missed mode costs 0.125 or more."""


def formula(name: str, **values: float) -> float:
    """Return the value of a formula of the prediction."""
    return float(evaluate(PREDICTION.formula(name), **values))


def entries(measurements: Sequence[Measurement], name: str, **where: Any) -> list[Any]:
    """Every entry of a list in the results whose settings are as given."""
    return [
        x
        for m in measurements
        if all(m.settings.get(k) == v for k, v in where.items())
        for x in m.result[name]
    ]


def entry(latent: int) -> int:
    """The number of modes whose eigenvalue is at least the latent's own rate."""
    every = itertools.product(range(DEGREE + 1), repeat=DIM)
    values = (math.prod(r**n for r, n in zip(RATES, own, strict=True)) for own in every if any(own))
    return sum(value >= RATES[latent] for value in values)


def latents_by_outputs(measurements: Sequence[Measurement]) -> np.ndarray:
    """R² of each latent, one row for each number of outputs."""
    return np.array(
        [
            np.mean(entries(measurements, "shares", part="rates", outputs=m), axis=0)
            for m in range(1, 8)
        ]
    )


def ceiling(rates: tuple[float, float], gap: Any) -> Any:
    """Return the largest R² of two latents from two outputs at a loss gap per output.

    For rates whose two largest modes are the first latent and a function of it.
    """
    first, late = rates
    values = {"g": 2 * np.maximum(gap, 0.0), "kappa": late, "lambda": first**2}
    share = evaluate(PREDICTION.formula("late_share"), **values)
    return np.minimum(1.0, (1 + share) / 2)


def excess(measurements: Sequence[Measurement], rates: tuple[float, float]) -> list[float]:
    """Return R² of every network of two outputs above what its loss gap allows."""
    own = {"part": "network", "rates": list(rates), "outputs": 2}
    scores, gaps = (entries(measurements, name, **own) for name in ("projector", "gap"))
    return [r - float(ceiling(rates, g)) for r, g in zip(scores, gaps, strict=True)]
