"""Published figures beside ours with their intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

TITLES = {
    "cross_entropy": "Cross-entropy, linear R²",
    "diversity": "InfoNCE on S², linear R²",
    "aninfonce": "Learned metric",
}
OURS = "ours, mean and 95 % interval over seeds"
NAMES = {"linear_r2": "R²", "mcc": "MCC"}


def figure(rows: Sequence[Mapping[str, Any]]) -> Figure:
    """Draw one panel for each table: circles are published, dots with bars are ours with 95 %."""
    drawing = plt.figure(figsize=(9.6, 6.4), dpi=150, layout="constrained")
    grid = drawing.add_gridspec(5, 2)
    left, right = drawing.add_subplot(grid[:4, 0]), drawing.add_subplot(grid[:, 1])
    for axes, table in (
        (left, "cross_entropy"),
        (right, "diversity"),
        (drawing.add_subplot(grid[4, 0]), "aninfonce"),
    ):
        _panel(axes, table, [row for row in rows if row["table"] == table and row["published"]])
    handles, labels = right.get_legend_handles_labels()
    drawing.legend(handles[:2], labels[:2], loc="outside lower center", ncols=2, frameon=False)
    plt.close(drawing)
    return drawing


def _panel(axes: Axes, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    lines = [(row, m, value) for row in rows for m, value in row["published"].items()]
    several = len({measure for _, measure, _ in lines}) > 1
    for place, (row, measure, value) in enumerate(lines):
        ours = row["ours"][measure]
        axes.axhline(place, color="0.92", linewidth=0.6, zorder=0)
        axes.plot([ours["low"], ours["high"]], [place, place], color="tab:blue", linewidth=2)
        axes.plot(ours["mean"], place, "o", color="tab:blue", markersize=4, label=OURS)
        axes.plot(value, place, "o", mfc="none", color="tab:red", markersize=7, label="published")
    axes.set_visible(bool(lines))
    names = [row["name"] + (f", {NAMES[m]}" if several else "") for row, m, _ in lines]
    axes.set_yticks(range(len(lines)), names, fontsize=8)
    axes.set(xlim=(-0.03, 1.03), ylim=(len(lines) - 0.4, -0.6))
    axes.set_title(TITLES[table], fontsize=10, loc="left")
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=8)
