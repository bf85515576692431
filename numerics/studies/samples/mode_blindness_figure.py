"""The figure of the study of mode blindness: bounds, steps and noise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.measure import interval
from sith.numerics.studies.frame.finding import Measurement
from sith.numerics.studies.frame.readings import values_of
from sith.theory.masked import (
    curvature,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure
from sith.numerics.studies.samples.mode_blindness_runs import (
    BATCH,
    MODES,
    PREDICTION,
    VISIBLE,
    WORDS,
    batch_variance,
    predicted_steps,
    result_of,
    squares_of,
    visible_of,
)


def draw(measurements: Sequence[Measurement]) -> Figure:
    """Draw what was measured beside what is predicted."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 3.5), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    rows = np.array(result_of(measurements, "exact")["rows"])[:, 0]
    left.fill_between(VISIBLE, rows[:, 0], rows[:, 2], color="0.88", label="between the bounds")
    left.plot(VISIBLE, rows[:, 1], "o", ms=3, label="$D_m(9/10)$, exact")
    left.set(
        yscale="log", xlabel="visible coordinates m", ylabel="excess loss, nats", title="the rate"
    )
    left.legend(frameon=False, loc="lower left")
    visible = visible_of(measurements, "steps")
    curves = [float(curvature(MODES, m)) for m in visible]
    taken = [values_of(measurements, "steps", part="steps", visible=m)[0] for m in visible]
    middle.plot(curves, [predicted_steps(m) for m in visible], color="0.5", label="predicted")
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
        seen = visible_of(measurements, part)
        found = [interval(squares_of(measurements, part, m)) for m in seen]
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
    return math.sqrt(batch_variance(visible))
