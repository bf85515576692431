"""Every cost beside the recorded one and the target, on one logarithmic axis."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure


def figure(entries: list[dict[str, Any]]) -> Figure:
    """Draw ours over the peer's figure, a dot for each row; left of the line ours is less.

    Dots of rows that miss their target are hollow.  A row without a ratio, whose training never
    arrived, is left out.
    """
    shown = [entry for entry in entries if entry["ratio"] is not None][::-1]
    drawing, axes = plt.subplots(
        figsize=(7, 0.34 * len(shown) + 0.9), dpi=160, layout="constrained"
    )
    for height, entry in enumerate(shown):
        share = 1 / entry["ratio"]
        axes.plot([share, 1], [height, height], color="0.8", linewidth=1, zorder=1)
        fill = "tab:blue" if entry["met"] else "white"
        axes.scatter(share, height, s=36, color=fill, edgecolors="tab:blue", zorder=2)
    axes.axvline(1, color="0.3", linewidth=1)
    axes.set_xscale("log")
    axes.set_yticks(range(len(shown)), [entry["work"] for entry in shown], fontsize=8)
    axes.set_xlabel("ours / recorded (filled: target met)")
    axes.spines[["top", "right"]].set_visible(False)
    plt.close(drawing)
    return drawing
