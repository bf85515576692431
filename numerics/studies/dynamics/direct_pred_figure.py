"""The figure of the study of DirectPred."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import Measurement
from sith.numerics.studies.frame.readings import values_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure
from sith.numerics.studies.dynamics.direct_pred_runs import (
    ALIGNED,
    FRACTIONS,
    NUMBERS,
    PREDICTION,
    SAMPLED,
    TIMES,
    point_of,
)


def draw(measurements: Sequence[Measurement]) -> Figure:
    """Draw what was measured beside what is predicted."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    curves = next(m.result["p"] for m in measurements if m.settings["part"] == "aligned")
    left.axhline(point_of("p_plus", ALIGNED), color="k", lw=1, label="$p_+$")
    left.axhline(point_of("p_minus", ALIGNED), color="k", lw=1, ls="--", label="$p_-$")
    for j, curve in enumerate(curves):
        left.plot(TIMES, curve, color=f"C{j}")
        roots = {"p_+": point_of("p_plus", ALIGNED), "p_-": point_of("p_minus", ALIGNED)}
        values = np.array(curve[::6])
        clock = evaluate(PREDICTION.formula("time"), p=values, **NUMBERS, **roots)
        left.plot(clock - clock[0], values, "o", ms=4, mfc="none", color=f"C{j}")
    left.set(
        xlabel="time", ylabel="eigenvalue $p$ of the predictor", title="flow, closed form (circles)"
    )
    left.legend(frameon=False, loc="upper right")
    grid = np.linspace(0.0, 1.0, 200)
    right.plot(grid, [point_of("p_plus", x) for x in grid], "k-", label="$p_+$")
    right.plot([1.0, 1.4], [0.0, 0.0], "k-")
    right.plot(grid, [point_of("p_minus", x) for x in grid], "k--", label="$p_-$")
    for part, fractions, mark in (("end", FRACTIONS, "o"), ("sampled", SAMPLED, "s")):
        ends = [values_of(measurements, "end", part=part, fraction=x) for x in fractions]
        label = "flow" if part == "end" else "SGD"
        means = [float(np.mean(x)) for x in ends]
        spread = [float(np.std(x)) for x in ends]
        right.errorbar(fractions, means, spread, fmt=mark, ms=5, mfc="none", label=label)
    right.set(xlabel="weight decay over the critical one", ylabel="$p$ at the end")
    right.legend(frameon=False)
    return figure
