"""The figure of the study of classes as positives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.measure import interval
from sith.numerics.studies.frame.finding import Measurement

if TYPE_CHECKING:
    from matplotlib.figure import Figure
from sith.numerics.studies.samples.diet_classes_runs import (
    DIM,
    PREDICTION,
    STRETCHES,
    counts_of,
    ended_of,
    flat_of,
    point_of,
    seen_count,
)


def draw(measurements: Sequence[Measurement]) -> Figure:
    """Draw what was measured beside what is predicted."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 3.6), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    counts = counts_of(measurements)
    for name, colour, mark, label in (
        ("inside", "C0", "o", "seen, from what the head sees"),
        ("outside", "C1", "s", "hidden, from what the head sees"),
        ("outside_all", "0.6", "x", "hidden, from all of h"),
    ):
        shown = [c for c in counts if name == "inside" or seen_count(c) < DIM]
        found = [interval(flat_of(measurements, name, c)) for c in shown]
        bars = [[f.mean - f.low for f in found], [f.high - f.mean for f in found]]
        left.errorbar(
            shown, [f.mean for f in found], bars, fmt=mark, ms=5, color=colour, label=label
        )
    left.axhline(1, color="C0", lw=1, alpha=0.5)
    left.axhline(0, color="C1", lw=1, alpha=0.5)
    left.set(
        xlabel="classes, d = 3",
        ylabel="R² of latents",
        title="what is seen (lines: predicted)",
        xticks=counts,
        ylim=(-0.1, 1.45),
        yticks=[0, 0.5, 1],
    )
    left.legend(frameon=False, fontsize=8, loc="upper left")
    ranks = [m for m in measurements if m.settings["part"] == "quadrics"]
    for i, dim in enumerate((2, 3, 4)):
        more = np.arange(2 * dim - 1, dim * (dim + 3) // 2 + 3)
        formula = evaluate(PREDICTION.formula("quadrics"), C=more, d=dim)
        middle.plot(more, formula, color=f"C{i}", lw=1)
        here = [m for m in ranks if m.settings["dim"] == dim]
        middle.plot(
            [int(m.settings["classes"]) for m in here],
            [float(m.result["free"]) for m in here],
            "o",
            ms=5,
            color=f"C{i}",
            label=f"d = {dim}",
        )
        middle.axvline(2 * dim, color=f"C{i}", ls=":", lw=1)
    middle.set(
        xlabel="classes (dotted: 2d)",
        ylabel="quadrics besides the unit sphere",
        title="exact ranks (lines: predicted)",
    )
    middle.legend(frameon=False)
    for count, colour in ((4, "C3"), (5, "C0")):
        for stretch in STRETCHES:
            ends = ended_of(measurements, "stretch", part="near", classes=count, stretch=stretch)
            starts = [float(evaluate(PREDICTION.formula("ratio"), **point_of(stretch)))] * len(ends)
            text = f"{count} classes" if stretch == 1 else "_none"
            right.plot(starts, ends, "o", ms=5, color=colour, mfc="none", label=text)
    right.plot([0.5, 1.9], [0.5, 1.9], color="C3", lw=1, alpha=0.5)
    right.axhline(1, color="C0", lw=1, alpha=0.5)
    right.set(
        xlabel="√(a/b) at the start",
        ylabel="√(a/b) after training",
        title="unit rows, d = 2 (lines: predicted)",
    )
    right.legend(frameon=False)
    return figure
