"""The figure of the study of the covariance operator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import Measurement

if TYPE_CHECKING:
    from matplotlib.figure import Figure
from sith.numerics.studies.dynamics.covariance_operator_runs import (
    EVERY,
    POLARITY,
    PREDICTION,
    STEPS,
    WIDTHS,
)


def draw(measurements: Sequence[Measurement]) -> Figure:
    """Draw what was measured beside what is predicted."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.4), layout="constrained")
    steps = np.arange(0, STEPS + 1, EVERY)
    for axis, level in zip(figure.subplots(1, 2, sharey=True), ("lower", "upper"), strict=True):
        for c, width in enumerate(WIDTHS):
            rows = np.array(
                [
                    m.result[f"{level} best"]
                    for m in measurements
                    if m.settings["part"] == "train" and m.settings["width"] == width
                ]
            )
            half = 1.96 * rows.std(0, ddof=1) / np.sqrt(len(rows))
            mean = rows.mean(0)
            axis.plot(steps, mean, color=f"C{c}", label=f"width {width}")
            axis.fill_between(steps, mean - half, mean + half, color=f"C{c}", alpha=0.2, lw=0)
        if level == "lower":
            limit = float(evaluate(PREDICTION.formula("node_limit"), rho_1=POLARITY))
            axis.axhline(limit, color="k", ls="--", lw=1, label="limit of a linear node")
        axis.set(xlabel="steps", ylim=(0, 1), title=f"{level} hidden nodes")
        axis.legend(frameon=False, loc="lower right")
    figure.axes[0].set_ylabel("best correlation with the latent")
    return figure
