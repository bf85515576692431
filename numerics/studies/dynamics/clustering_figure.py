"""The figure of the study of clustering."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sith.numerics.studies.frame.finding import Measurement

if TYPE_CHECKING:
    from matplotlib.figure import Figure
from sith.numerics.studies.dynamics.clustering_runs import CLUSTERED, LEVELS, LOOSE, READ, TIMES


def _rows(measurements: Sequence[Measurement], part: str, name: str) -> np.ndarray:
    """``(seeds, 2, times)``."""
    return np.array([m.result[name] for m in measurements if m.settings["part"] == part])


def draw(measurements: Sequence[Measurement]) -> Figure:
    """Draw what was measured beside what is predicted."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 3.4), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    closed = _rows(measurements, "linear", "closed").mean(0)
    for axis, part, times in (
        (left, "linear", np.array(TIMES[::4])),
        (right, "network", 2 * READ * np.arange(51)),
    ):
        logs = np.log(_rows(measurements, part, "variances"))
        mean, half = logs.mean(0), 1.96 * logs.std(0, ddof=1) / np.sqrt(len(logs))
        for c, level in enumerate(LEVELS):
            axis.plot(times, np.exp(mean[c]), "o", ms=3, color=f"C{c}", label=f"{level}, SGD")
            axis.fill_between(
                times,
                np.exp(mean[c] - half[c]),
                np.exp(mean[c] + half[c]),
                color=f"C{c}",
                alpha=0.2,
                lw=0,
            )
            if part == "linear":
                axis.plot(times, closed[c], color=f"C{c}", label=f"{level}, closed form")
        axis.axhline(CLUSTERED if part == "linear" else LOOSE, color="grey", ls=":", lw=1)
        axis.set(yscale="log", ylabel="normalised variance")
        axis.legend(frameon=False, fontsize=8)
    scores = _rows(measurements, "linear", "accuracies").mean(0)
    for c, level in enumerate(LEVELS):
        middle.plot(TIMES[::10], scores[c], "o-", ms=3, color=f"C{c}", label=level)
    middle.axhline(0.5, color="grey", ls=":", lw=1)
    middle.set(xlabel="time", ylabel="one-shot accuracy", title="nearest class centre")
    middle.legend(frameon=False, fontsize=8)
    left.set(xlabel="time", title="linear encoder")
    right.set(xlabel="steps", title="ReLU network")
    return figure
