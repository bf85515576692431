"""Masked prediction of two modes, exact and trained: what is measured."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import sympy as sp

from sith.numerics.experiments import masked_prediction_study, population_rows
from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import Measurement, Result, Settings
from sith.theory import prediction
from sith.theory.masked import (
    TwoModes,
    curvature,
    curvature_bounds,
    discrepancy,
    discrepancy_bounds,
)

PREDICTION = prediction("mode_blindness")

MODES = TwoModes(sp.Rational(4, 5), sp.Rational(1, 2))

FAR, NEAR = sp.Rational(9, 10), sp.Rational(11, 20)
"""Weights λ: of the excess loss, and of the start of training."""

VISIBLE = tuple(range(0, 65, 4))

WINDOWS = ((32, 64), (48, 96), (64, 128))
"""From m to 2m visible coordinates; the rate is fitted over each."""

RATE, TOLERANCE = 8.0, 0.01

WORDS, BATCH, BATCH_RATE = 200_000, 4096, 4.0


def measure(settings: Settings) -> Result:
    """Return the result of one measurement; `settings` names its part."""
    if settings["part"] == "exact":
        return _exact()
    visible = int(settings["visible"])
    if settings["part"] == "steps":
        run = masked_prediction_study(
            MODES, NEAR, (visible,), learning_rate=RATE, tolerance=TOLERANCE
        ).rows[0]
        return {"steps": run.steps, "reached": float(run.reached)}
    rng = np.random.default_rng([visible, 11])
    copies = int(settings["copies"])
    if settings["part"] == "error":
        return {"squares": _estimates(visible, copies, rng)}
    return {"squares": _stationary(visible, copies, rng)}


def _exact() -> Result:
    """Exact numbers in doubles: excess loss, curvature, their bounds, and the fitted windows."""
    rows = []
    for m in VISIBLE:
        row = []
        for value, bounds in (
            (discrepancy(MODES, FAR, m), discrepancy_bounds(MODES, FAR, m)),
            (curvature(MODES, m), curvature_bounds(MODES, m)),
        ):
            row.append([float(x.evalf(20)) for x in (bounds.lower, value, bounds.upper)])
        rows.append(row)
    fits = [_fit(first, last) for first, last in WINDOWS]
    return {"rows": rows, "rates": [f[0] for f in fits], "powers": [f[1] for f in fits]}


def _fit(first: int, last: int) -> tuple[float, float]:
    """r of √m D_m ~ e^{−rm}, and p of D_m ~ m^{−p} ρ^m, by least squares over even m."""
    visible = np.arange(first, last + 1, 4)
    logs = np.array([float(sp.log(discrepancy(MODES, FAR, int(m)).evalf(25))) for m in visible])
    rate = -np.polyfit(visible, logs + np.log(visible) / 2, 1)[0]
    decay = float(evaluate(PREDICTION.formula("rate"), theta=float(MODES.theta)))
    power = -np.polyfit(np.log(visible), logs + decay * visible, 1)[0]
    return float(rate), float(power)


def _cells(visible: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of a word's sufficient statistic: probability, log-odds for the plus mode, hidden bit."""
    x, _, masses = population_rows(MODES, visible)
    words = x[0].numpy()
    step = math.log(float(MODES.theta / (1 - MODES.theta)))
    return masses.numpy(), step * (2 * words[:, :-1].sum(1) - visible), words[:, -1]


def _scores(at: np.ndarray, odds: np.ndarray, bits: np.ndarray) -> np.ndarray:
    """Derivative of the log-likelihood of each cell in the log-odds of λ, ``(copies, cells)``."""
    theta = float(MODES.theta)
    posterior = 1 / (1 + np.exp(-(at[:, None] + odds)))
    one = (1 - theta) + (2 * theta - 1) * posterior
    slope = (2 * theta - 1) * posterior * (1 - posterior)
    found: np.ndarray = slope * (bits / one - (1 - bits) / (1 - one))
    return found


def _in_log_odds(visible: int) -> float:
    """The curvature c."""
    return float(curvature(MODES, visible) * (MODES.weight * (1 - MODES.weight)) ** 2)


def _estimates(visible: int, copies: int, rng: np.random.Generator) -> list[float]:
    """Squared error of the maximum-likelihood λ over its predicted variance, in bins of copies."""
    masses, odds, bits = _cells(visible)
    counts = rng.multinomial(WORDS, masses, size=copies)
    at = np.zeros(copies)
    for _ in range(30):
        # Fisher scoring: a Newton step with the expected information.
        move = (counts * _scores(at, odds, bits)).sum(1) / (WORDS * _in_log_odds(visible))
        at = at + np.clip(move, -1, 1)
    if np.abs(move).max() > 1e-6:
        raise ArithmeticError(f"Fisher scoring did not converge at {visible} visible coordinates")
    weight = 1 / (1 + np.exp(-at))
    predicted = evaluate(
        PREDICTION.formula("standard_error"), N=WORDS, I=float(curvature(MODES, visible))
    )
    return _binned((weight - float(MODES.weight)) / predicted)


def _stationary(visible: int, copies: int, rng: np.random.Generator) -> list[float]:
    """Squared log-odds of SGD after its transient, over the predicted variance, in bins."""
    masses, odds, bits = _cells(visible)
    curve = _in_log_odds(visible)
    at = np.zeros(copies)
    # After 4/(ηc) steps the start is forgotten up to e^{−8} of the variance.
    for _ in range(math.ceil(4 / (BATCH_RATE * curve))):
        counts = rng.multinomial(BATCH, masses, size=copies)
        at += BATCH_RATE * (counts * _scores(at, odds, bits)).sum(1) / BATCH
    return _binned(at / math.sqrt(batch_variance(visible)))


def batch_variance(visible: int) -> float:
    """Return the predicted variance of the log-odds of λ under SGD on batches."""
    formula = PREDICTION.formula("batch_variance")
    known = {"I": float(curvature(MODES, visible)), "w": float(MODES.weight)}
    return float(evaluate(formula, eta=BATCH_RATE, N=BATCH, **known))


def _binned(errors: np.ndarray) -> list[float]:
    """Means of the squares over 50 bins, so that little is stored and means are nearly normal."""
    return [float(part.mean()) for part in np.array_split(errors**2, 50)]


def predicted_steps(visible: int) -> float:
    """Return the predicted number of gradient steps to the tolerance."""
    known = {"I": float(curvature(MODES, visible)), "w": float(MODES.weight)}
    return float(evaluate(PREDICTION.formula("steps"), eta=RATE, epsilon=TOLERANCE, **known))


def result_of(measurements: Sequence[Measurement], part: str, visible: int | None = None) -> Any:
    """Return the result of one part, at one number of visible coordinates where it has one."""
    return next(
        m.result
        for m in measurements
        if m.settings["part"] == part and m.settings.get("visible") == visible
    )


def visible_of(measurements: Sequence[Measurement], part: str) -> list[int]:
    """Return the numbers of visible coordinates that were measured for a part."""
    return [int(m.settings["visible"]) for m in measurements if m.settings["part"] == part]


def squares_of(measurements: Sequence[Measurement], part: str, visible: int) -> list[float]:
    """Return the squared errors over their predicted variance, in bins of copies."""
    return [float(x) for x in result_of(measurements, part, visible)["squares"]]
