"""The figure of the study of efference: dimensions and what trained maps span."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import Measurement

if TYPE_CHECKING:
    from matplotlib.figure import Figure
from sith.numerics.studies.graphs.efference_runs import (
    ACTIONS,
    DIM,
    NAMES,
    PREDICTION,
    ZERO,
    result_of,
)


def draw(measurements: Sequence[Measurement]) -> Figure:
    """Draw what was measured beside what is predicted."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.5, 3.8), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.25))
    for k, name in enumerate(ACTIONS):
        values = np.maximum(result_of(measurements, name)["singular"][:10], 1e-9)
        expected = int(evaluate(PREDICTION.formula(name), n=DIM))
        left.plot(range(1, len(values) + 1), values, "o-", ms=4, color=f"C{k}", lw=1)
        left.plot([], [], "o-", ms=4, color=f"C{k}", label=f"{NAMES[name]}: {expected}")
        left.axvline(expected + 0.42 + 0.04 * k, color=f"C{k}", ls=":", lw=1)
    left.axhline(ZERO**0.5, color="grey", lw=1)
    left.set(
        yscale="log",
        ylim=(5e-10, 3),
        xlabel="direction in the space of 4 × 4 matrices",
        ylabel="relative singular value of trained maps",
        title="dotted: predicted dimension",
    )
    figure.legend(
        *left.get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=8
    )
    for k, name in enumerate(ACTIONS):
        own = result_of(measurements, name)
        for j, other in enumerate(ACTIONS):
            values = np.maximum(own["residual"][other], 1e-16)
            right.plot([k + 0.15 * (j - 2)] * len(values), values, ".", color=f"C{j}", alpha=0.5)
    right.axhline(ZERO, color="grey", lw=1)
    right.set(
        yscale="log",
        xlabel="actions in training",
        ylabel="share outside a commutant",
        title="residual, by colour of the commutant",
    )
    right.set_xticks(range(len(ACTIONS)), list(ACTIONS))
    return figure
