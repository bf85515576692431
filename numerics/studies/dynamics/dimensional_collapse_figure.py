"""The figure of the study of dimensional collapse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import Measurement

if TYPE_CHECKING:
    from matplotlib.figure import Figure
from sith.numerics.studies.dynamics.dimensional_collapse_runs import (
    KINDS,
    NOISES,
    PREDICTION,
    STARTS,
    entries,
    final,
    modes,
)


def draw(measurements: Sequence[Measurement]) -> Figure:
    """Draw what was measured beside what is predicted."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 3.4), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    grid = np.linspace(0.2, 4.2, 100)
    for c, kind in enumerate(KINDS):
        name = "growth" if kind == "clean" else "growth_augmented"
        line = evaluate(PREDICTION.formula(name), S=1, A=grid, M=7)
        left.plot(
            grid,
            np.broadcast_to(line, grid.shape),
            color=f"C{c}",
            label=f"{kind} negatives, predicted",
        )
        where = {"part": "growth", "kind": kind, "negatives": 7}
        for j, noise in enumerate(NOISES):
            found = entries(measurements, "rates", j, **where)
            left.errorbar(noise, np.mean(found), 2 * np.std(found), fmt="o", ms=4, color=f"C{c}")
            found = entries(measurements, "weights", j, part="end", kind=kind)
            label = f"SGD, {kind} negatives" if j == 0 else None
            bar = 2 * np.std(found)
            middle.errorbar(noise, np.mean(found), bar, fmt="o", ms=4, color=f"C{c}", label=label)
    middle.plot(grid, [final("clean", x) for x in grid], "k-", lw=1, label="predicted, clean")
    for axis in (left, middle):
        axis.axvline(2, ls=":", color="grey")
        axis.set_xlabel("variance of the augmentation over that of the data")
        axis.legend(frameon=False)
    left.axhline(0, color="grey", lw=0.5)
    left.set(ylabel="growth rate at $W = 0$, $M = 7$", title="start", ylim=(-3, 3.6))
    middle.set(ylabel="squared weight at the end", title="end")
    for count, style in ((1, "--"), (2, "-")):
        times, closed = modes(count)
        found = np.mean(
            [
                m.result["weights"]
                for m in measurements
                if m.settings["part"] == "layers" and m.settings["layers"] == count
            ],
            axis=0,
        )
        for j in range(len(STARTS)):
            label = f"{count} layer(s)" if j == 0 else None
            right.plot(times, closed[:, j], style, color=f"C{j}", lw=1, label=label)
            mark = "o" if count == 2 else "x"
            right.plot(times[::3], found[j][::3], mark, ms=4, color=f"C{j}", mfc="none")
    right.set(xlabel="time", ylabel="squared weight of a mode", title="flow, SGD (marks)")
    right.legend(frameon=False, loc=(0.67, 0.05))
    return figure
