"""The figure of the study of explaining away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sith.numerics.studies.frame.finding import Measurement

if TYPE_CHECKING:
    from matplotlib.figure import Figure
from sith.numerics.studies.graphs.explaining_away_runs import WORLDS, formula_of


def _runs(measurements: Sequence[Measurement], name: str, **where: Any) -> list[float]:
    """One number of every run, of all measurements with these settings."""
    return [
        float(x)
        for m in measurements
        if all(m.settings.get(k) == v for k, v in where.items())
        for x in m.result[name]
    ]


def draw(measurements: Sequence[Measurement]) -> Figure:
    """Draw what was measured beside what is predicted."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    places = np.arange(len(WORLDS))
    names = [f"{a:g}, {b:g}" for a, b in WORLDS]
    for k, (formula, label) in enumerate(
        (("gain", "saved by being told the class"), ("kept", "kept by the representation"))
    ):
        at = places + 0.3 * k - 0.15
        left.bar(at, [formula_of(formula, w) for w in WORLDS], 0.26, color=f"C{k}", alpha=0.4)
        for x, (a, b) in zip(at, WORLDS, strict=True):
            here = {"t_0": a, "t_1": b}
            values = _runs(measurements, "information", part="view", **here)
            if formula == "gain":
                alone, told = (
                    _runs(measurements, "loss", part=p, **here) for p in ("view", "told")
                )
                values = [p - q for p, q in zip(alone, told, strict=True)]
            left.plot([x] * len(values), values, "o", ms=4, color=f"C{k}", mfc="none")
        left.plot([], [], "s", color=f"C{k}", label=label)
    left.set(ylabel="nats", title="predicted (bars) and measured (circles)", ylim=(0, 0.75))
    parts = (("view", "predicting A"), ("invariant", "invariance, 1 output"))
    for k, (part, label) in enumerate((*parts, ("invariant 2", "invariance, 2 outputs"))):
        for x, (a, b) in enumerate(WORLDS):
            values = _runs(measurements, "accuracy", part=part, t_0=a, t_1=b)
            right.plot(
                [x + 0.2 * (k - 1)] * len(values), values, "o^s"[k], color=f"C{k}", mfc="none",
                label=label if x == 0 else "",
            )  # fmt: skip
    for x, world in enumerate(WORLDS):
        right.hlines(formula_of("accuracy", world), x - 0.35, x + 0.35, color="grey", lw=1)
    right.set(
        ylabel="accuracy of the class",
        title="grey: predicted for circles and squares",
        ylim=(0.4, 1),
    )
    for axes in (left, right):
        axes.set(xlabel="share of views that show A, by class")
        axes.set_xticks(places, names)
        axes.legend(frameon=False, fontsize=8)
    return figure
