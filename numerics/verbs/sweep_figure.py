"""The runs of a sweep as a picture: one score of every setting, with its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sith.numerics.studies.frame.notebook import shown
from sith.numerics.verbs.sweep_lines import SweepLine

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def sweep_figure(lines: Sequence[SweepLine], score: str = "linear_r2") -> Figure:
    """Draw one score of every line with its interval over seeds."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 0.8 + 0.32 * len(lines)), layout="constrained")
    axes, drawn = figure.subplots(), False
    for place, line in enumerate(reversed(lines)):
        found = line.scores.get(score)
        if found is None or not math.isfinite(found.mean):
            continue
        axes.plot(found.mean, place, "o", color="C0", label="mean" if not drawn else "")
        drawn = True
        if found.n > 1 and math.isfinite(found.low) and math.isfinite(found.high):
            axes.plot([found.low, found.high], [place, place], color="C0")
    # A dollar would start a formula, and a name may have one.
    labels = [_marked(line).replace("$", r"\$") for line in reversed(lines)]
    axes.set_yticks(range(len(lines)), labels, fontsize=8)
    axes.set_ylim(-0.5, len(lines) - 0.5)
    axes.set_xlabel(score)
    axes.plot([], [], color="C0", label="95 % interval over seeds")
    axes.legend(fontsize=8, loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False)
    return shown(figure)


def _marked(line: SweepLine) -> str:
    return f"{line.label} (diverged)" if line.diverged == line.seeds else line.label
