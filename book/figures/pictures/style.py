"""The look that all pictures of claims share: one palette, one size of text, bare panels."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

FIRST, SECOND = "#2b6ca3", "#d1662a"
"""Lines on which the first, and the second, coordinate is constant."""
KEPT, RISING, QUIET = "#2b6ca3", "#c0392b", "0.72"
"""What attains the optimum, what does not, and what is left out."""
TEXT = 8.5
"""Points of all text: a page shows a figure at 80 pixels an inch or more, so 9 pixels and up."""
WIDTH = 8.4
"""Inches."""


def panels(
    count: int, height: float = 2.15, ratios: Sequence[float] = ()
) -> tuple[Figure, list[Axes]]:
    """Return a figure of one row of panels."""
    with plt.rc_context({"font.size": TEXT, "axes.titlesize": TEXT, "axes.linewidth": 0.7}):
        drawing, axes = plt.subplots(
            1,
            count,
            figsize=(WIDTH, height),
            dpi=180,
            layout="constrained",
            squeeze=False,
            width_ratios=list(ratios) or [1.0] * count,
        )
    drawing.get_layout_engine().set(w_pad=0.04, wspace=0.03)
    return drawing, list(axes[0])


def bare(axes: Axes, title: str, reach: float, centre: float = 0.0) -> None:
    """Make a square panel without ticks that shows `centre` ± `reach`."""
    axes.set_title(title, fontsize=TEXT, pad=4)
    axes.set(aspect="equal", xticks=[], yticks=[])
    axes.set_xlim(centre - reach, centre + reach)
    axes.set_ylim(centre - reach, centre + reach)
    axes.spines[:].set_color("0.8")


def measured(axes: Axes, title: str, across: str) -> None:
    """Make a panel with two axes, as for a loss along a family of maps."""
    axes.set_title(title, fontsize=TEXT, pad=4)
    axes.set_xlabel(across, fontsize=TEXT, labelpad=1)
    axes.tick_params(labelsize=TEXT - 0.5, length=2.5, pad=1.5)
    axes.spines[["top", "right"]].set_visible(False)


def done(drawing: Figure) -> Figure:
    """Close a figure, so that a page shows it once, and return it."""
    plt.close(drawing)
    return drawing
