"""Mode blindness of masked prediction: rate of the curvature, steps to learn, noise of batches."""

from __future__ import annotations

import math

import numpy as np

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import Runs, Settings
from sith.numerics.studies.frame.readings import least, pooled_of, values_of
from sith.numerics.studies.frame.rules import Equals, MeanEquals
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.numerics.studies.frame.table import Each, Row, table
from sith.numerics.studies.samples.mode_blindness_figure import draw
from sith.numerics.studies.samples.mode_blindness_runs import (
    BATCH,
    MODES,
    PREDICTION,
    WINDOWS,
    WORDS,
    measure,
    predicted_steps,
    result_of,
    squares_of,
    visible_of,
)
from sith.theory.masked import (
    curvature,
)


def _plan(budget: str) -> list[Settings]:
    seen, copies = {
        "smoke": ((0, 4, 8, 12), 3000),
        "ci": ((0, 2, 4, 8, 12, 16, 20), 10_000),
        "full": ((0, 2, 4, 8, 12, 16, 20, 24), 40_000),
    }[budget]
    exact = [{"part": "exact"}]
    steps = [{"part": "steps", "visible": m} for m in seen]
    errors = [{"part": "error", "visible": m, "copies": copies} for m in seen]
    batches = [{"part": "batches", "visible": m, "copies": copies} for m in (0, 4, 8)]
    return [*exact, *steps, *errors, *batches]


def _outside(runs: Runs) -> float:
    """How far the logarithms lie outside their bounds."""
    rows = np.log(np.array(result_of(runs, "exact")["rows"]))
    outside = np.maximum(rows[:, :, 0] - rows[:, :, 1], rows[:, :, 1] - rows[:, :, 2])
    return max(0.0, float(outside.max()))


def _windows(runs: Runs, name: str) -> str:
    found = [float(x) for x in result_of(runs, "exact")[name]]
    digits = {"rates": 5, "powers": 4}[name]
    windows = ", ".join(f"{a} to {b}" for a, b in WINDOWS)
    return f"windows {windows}: {min(found):.{digits}f} to {max(found):.{digits}f}"


def _extrapolated(runs: Runs) -> float:
    powers = pooled_of(runs, "powers", part="exact")
    return 2 * powers[-1] - powers[0]


DECAY = float(evaluate(PREDICTION.formula("rate"), theta=float(MODES.theta)))


def _steps(runs: Runs) -> dict[int, float]:
    """Gradient steps, by the number of visible coordinates."""
    seen = visible_of(runs, "steps")
    return {m: values_of(runs, "steps", visible=m, part="steps")[0] for m in seen}


def _worst(runs: Runs) -> tuple[int, float]:
    """Where the steps are farthest from the predicted ones, and how many times as many they are."""
    ratios = {m: t / predicted_steps(m) for m, t in _steps(runs).items()}
    worst = max(ratios, key=lambda m: abs(ratios[m] - 1))
    return worst, ratios[worst]


def _whole_steps(runs: Runs) -> Equals:
    fewest = min(predicted_steps(m) for m in visible_of(runs, "steps"))
    return Equals(1.0, 0.5 / fewest + 0.02)


def _slope(runs: Runs) -> float:
    late = {m: t for m, t in _steps(runs).items() if m >= 4}
    curves = [math.log(float(curvature(MODES, m))) for m in late]
    return float(np.polyfit(curves, [math.log(t) for t in late.values()], 1)[0])


def _of_squares(part: str, what: str) -> Each[int]:
    return Each(
        lambda runs: visible_of(runs, part),
        lambda m: (
            Row(
                f"{what} {m}",
                lambda runs: squares_of(runs, part, m),
                MeanEquals(1.0, 0.15),
                "mean of squared normal numbers; the interval of 3,000 copies is 5 % wide",
            ),
        ),
    )


FINDINGS = table(
    Row(
        "log of the excess loss and of the curvature outside their bounds, nats",
        _outside,
        Equals(0.0, 1e-12),
        "exact numbers in double precision; at m = 0 the lower bound is an equality",
    ),
    Row(
        "rate of √m times the excess loss, the farthest window",
        lambda runs: max(pooled_of(runs, "rates", part="exact"), key=lambda r: abs(r - DECAY)),
        Equals(DECAY, 1e-3),
        "the next term, 1 + a/m, changes the slope by a/(2m²) from m on: a = 2 gives 0.001 at m = 32",
        lambda runs: _windows(runs, "rates"),
    ),
    Row(
        "power of m beside the rate, extrapolated from the first and the last window",
        _extrapolated,
        Equals(0.5, 0.005),
        "the next term, of order 1/m, halves from window to window; what is left is of order 1/m²",
        lambda runs: _windows(runs, "powers"),
    ),
    Row(
        "runs of training that reached the tolerance",
        least("reached", part="steps"),
        Equals(1.0, 0.0),
        "all must",
    ),
    Row(
        "steps over predicted steps, the worst",
        lambda runs: _worst(runs)[1],
        _whole_steps,
        "whole steps, and 2 % for the curvature at the start, log-odds 0.2 off",
        lambda runs: f"at m = {_worst(runs)[0]}",
    ),
    Row(
        "slope of log steps in log curvature, m ≥ 4",
        _slope,
        Equals(-1.0, 0.05),
        "whole steps, and log(1 − ηc) is not −ηc: 7 % at m = 4",
    ),
    _of_squares("error", f"squared error of λ from {WORDS} words over 1/(N D''), m ="),
    _of_squares("batches", f"variance of SGD on batches of {BATCH} over η/(N(2 − ηc)), m ="),
)

STUDY = Study(
    name="mode_blindness",
    title=PREDICTION.title,
    direction=Direction.SAMPLES,
    prediction=PREDICTION,
    plan=_plan,
    measure=measure,
    compare=FINDINGS,
    figure=draw,
    contradictions={
        "an excess loss that decays more slowly than its bound": changed(
            "rows", lambda rows: [[[a, 2 * c, c] for a, _, c in row] for row in rows], part="exact"
        ),
        "the rate of a line through log D, without the root": changed(
            "rates", lambda rates: [r + 0.01 for r in rates], part="exact"
        ),
        "no power of m": changed("powers", lambda p: [0.0 for _ in p], part="exact"),
        "a run that did not finish": changed("reached", lambda _: 0.0, visible=4, part="steps"),
        "steps that grow as the root of 1/curvature": changed("steps", math.sqrt, part="steps"),
        "standard errors a tenth larger": changed(
            "squares", lambda s: [1.25 * x for x in s], part="error"
        ),
        "batches that are noisier by a half": changed(
            "squares", lambda s: [1.5 * x for x in s], part="batches"
        ),
    },
)
