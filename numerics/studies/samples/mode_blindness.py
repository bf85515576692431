"""Mode blindness of masked prediction: rate of the curvature, steps to learn, noise of batches."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from sith.numerics.experiments import masked_prediction_study, population_rows
from sith.numerics.lowering.formulas import evaluate
from sith.numerics.measure import interval
from sith.numerics.studies.frame.finding import (
    Finding,
    Measurement,
    Result,
    Settings,
    covered,
    within,
)
from sith.numerics.studies.frame.readings import values_of
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.theory import prediction
from sith.theory.masked import (
    TwoModes,
    curvature,
    curvature_bounds,
    discrepancy,
    discrepancy_bounds,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PREDICTION = prediction("mode_blindness")

MODES = TwoModes(sp.Rational(4, 5), sp.Rational(1, 2))
FAR, NEAR = sp.Rational(9, 10), sp.Rational(11, 20)
"""Weights λ: of the excess loss, and of the start of training."""

VISIBLE = tuple(range(0, 65, 4))
WINDOWS = ((32, 64), (48, 96), (64, 128))
"""From m to 2m visible coordinates; the rate is fitted over each."""

RATE, TOLERANCE = 8.0, 0.01
WORDS, BATCH, BATCH_RATE = 200_000, 4096, 4.0


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


def _measure(settings: Settings) -> Result:
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
    return _binned(at / math.sqrt(_batch_variance(visible)))


def _batch_variance(visible: int) -> float:
    formula = PREDICTION.formula("batch_variance")
    known = {"I": float(curvature(MODES, visible)), "w": float(MODES.weight)}
    return float(evaluate(formula, eta=BATCH_RATE, N=BATCH, **known))


def _binned(errors: np.ndarray) -> list[float]:
    """Means of the squares over 50 bins, so that little is stored and means are nearly normal."""
    return [float(part.mean()) for part in np.array_split(errors**2, 50)]


def _predicted_steps(visible: int) -> float:
    known = {"I": float(curvature(MODES, visible)), "w": float(MODES.weight)}
    return float(evaluate(PREDICTION.formula("steps"), eta=RATE, epsilon=TOLERANCE, **known))


def _compare(measurements: Sequence[Measurement]) -> list[Finding]:
    exact = _result(measurements, "exact")
    rate = float(evaluate(PREDICTION.formula("rate"), theta=float(MODES.theta)))
    rows = np.log(np.array(exact["rows"]))
    outside = np.maximum(rows[:, :, 0] - rows[:, :, 1], rows[:, :, 1] - rows[:, :, 2])
    rates, powers = ([float(x) for x in exact[name]] for name in ("rates", "powers"))
    windows = ", ".join(f"{a} to {b}" for a, b in WINDOWS)
    findings = [
        within(
            "log of the excess loss and of the curvature outside their bounds, nats",
            0.0,
            max(0.0, float(outside.max())),
            1e-12,
            "exact numbers in double precision; at m = 0 the lower bound is an equality",
        ),
        within(
            "rate of √m times the excess loss, the farthest window",
            rate,
            max(rates, key=lambda r: abs(r - rate)),
            1e-3,
            "the next term, 1 + a/m, changes the slope by a/(2m²) from m on: a = 2 gives 0.001 at m = 32",
            f"windows {windows}: {min(rates):.5f} to {max(rates):.5f}",
        ),
        within(
            "power of m beside the rate, extrapolated from the first and the last window",
            0.5,
            2 * powers[-1] - powers[0],
            0.005,
            "the next term, of order 1/m, halves from window to window; what is left is of order 1/m²",
            f"windows {windows}: {min(powers):.4f} to {max(powers):.4f}",
        ),
    ]
    visible = _visible(measurements, "steps")
    taken = [values_of(measurements, "steps", visible=m, part="steps")[0] for m in visible]
    ratios = {m: t / _predicted_steps(m) for m, t in zip(visible, taken, strict=True)}
    worst = max(ratios, key=lambda m: abs(ratios[m] - 1))
    late = [m for m in visible if m >= 4]
    slope = np.polyfit(
        [math.log(float(curvature(MODES, m))) for m in late],
        [math.log(t) for m, t in zip(visible, taken, strict=True) if m >= 4],
        1,
    )[0]
    reached = values_of(measurements, "reached", part="steps")
    findings += [
        within("runs of training that reached the tolerance", 1.0, min(reached), 0.0, "all must"),
        within(
            "steps over predicted steps, the worst",
            1.0,
            ratios[worst],
            0.5 / min(_predicted_steps(m) for m in visible) + 0.02,
            "whole steps, and 2 % for the curvature at the start, log-odds 0.2 off",
            f"at m = {worst}",
        ),
        within(
            "slope of log steps in log curvature, m ≥ 4",
            -1.0,
            float(slope),
            0.05,
            "whole steps, and log(1 − ηc) is not −ηc: 7 % at m = 4",
        ),
    ]
    for part, what in (
        ("error", f"squared error of λ from {WORDS} words over 1/(N D''), m ="),
        ("batches", f"variance of SGD on batches of {BATCH} over η/(N(2 − ηc)), m ="),
    ):
        findings += [
            covered(
                f"{what} {m}",
                1.0,
                _squares(measurements, part, m),
                0.15,
                "mean of squared normal numbers; the interval of 3,000 copies is 5 % wide",
            )
            for m in _visible(measurements, part)
        ]
    return findings


def _result(measurements: Sequence[Measurement], part: str, visible: int | None = None) -> Any:
    return next(
        m.result
        for m in measurements
        if m.settings["part"] == part and m.settings.get("visible") == visible
    )


def _visible(measurements: Sequence[Measurement], part: str) -> list[int]:
    return [int(m.settings["visible"]) for m in measurements if m.settings["part"] == part]


def _squares(measurements: Sequence[Measurement], part: str, visible: int) -> list[float]:
    return [float(x) for x in _result(measurements, part, visible)["squares"]]


def _figure(measurements: Sequence[Measurement]) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 3.5), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    rows = np.array(_result(measurements, "exact")["rows"])[:, 0]
    left.fill_between(VISIBLE, rows[:, 0], rows[:, 2], color="0.88", label="between the bounds")
    left.plot(VISIBLE, rows[:, 1], "o", ms=3, label="$D_m(9/10)$, exact")
    left.set(
        yscale="log", xlabel="visible coordinates m", ylabel="excess loss, nats", title="the rate"
    )
    left.legend(frameon=False, loc="lower left")
    visible = _visible(measurements, "steps")
    curves = [float(curvature(MODES, m)) for m in visible]
    taken = [values_of(measurements, "steps", part="steps", visible=m)[0] for m in visible]
    middle.plot(curves, [_predicted_steps(m) for m in visible], color="0.5", label="predicted")
    middle.plot(curves, taken, "o", ms=4, label="measured")
    for m, x, y in zip(visible, curves, taken, strict=True):
        middle.annotate(f"{m}", (x, y), (5, 3), textcoords="offset points", fontsize=8)
    middle.set(
        xscale="log",
        yscale="log",
        xlabel="curvature at the true weight",
        ylabel="gradient steps to 1 % of the distance",
        title="training without noise (labels: m)",
    )
    middle.margins(0.12)
    middle.legend(frameon=False)
    for part, mark, unit, name in (
        ("error", "o", _standard_error, f"λ, {WORDS:,} words"),
        ("batches", "s", _spread, f"SGD, batch {BATCH:,}"),
    ):
        seen = _visible(measurements, part)
        found = [interval(_squares(measurements, part, m)) for m in seen]
        scale = np.array([unit(m) for m in seen])
        mean = scale * np.sqrt([f.mean for f in found])
        low = scale * np.sqrt([f.low for f in found])
        high = scale * np.sqrt([f.high for f in found])
        (line,) = right.plot(seen, scale, "-", lw=1, alpha=0.6)
        bars = [mean - low, high - mean]
        right.errorbar(seen, mean, bars, fmt=mark, ms=4, color=line.get_color(), label=name)
    right.set(
        yscale="log",
        xlabel="visible coordinates m",
        ylabel="standard deviation",
        title="noise (lines: predicted)",
    )
    right.legend(frameon=False, loc="lower right")
    return figure


def _standard_error(visible: int) -> float:
    known = {"N": WORDS, "I": float(curvature(MODES, visible))}
    return float(evaluate(PREDICTION.formula("standard_error"), **known))


def _spread(visible: int) -> float:
    return math.sqrt(_batch_variance(visible))


STUDY = Study(
    name="mode_blindness",
    title=PREDICTION.title,
    direction=Direction.SAMPLES,
    prediction=PREDICTION,
    plan=_plan,
    measure=_measure,
    compare=_compare,
    figure=_figure,
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
