"""The figure of the study of deep linear networks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sith.numerics.studies.frame.finding import Measurement

if TYPE_CHECKING:
    from matplotlib.figure import Figure
from sith.numerics.studies.dynamics.deep_linear_runs import TIMES, closed


def draw(measurements: Sequence[Measurement]) -> Figure:
    """Draw what was measured beside what is predicted."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)

    def curve(part: str) -> np.ndarray:
        found = next(m.result["curve"] for m in measurements if m.settings["part"] == part)
        return np.array(found)

    times = TIMES[::4]
    for axis in (left, right):
        for j, row in enumerate(closed()):
            label = "closed form" if j == 0 else None
            axis.plot(TIMES, row, color=f"C{j}", lw=1, label=label)
        axis.set(xlabel="time", xlim=(0, 10))
    for axis, parts in ((left, ("balanced", "sgd")), (right, ("unbalanced", "coloured"))):
        for part, style in zip(parts, ("o", "--" if axis is right else "x"), strict=True):
            for j, row in enumerate(curve(part)):
                label = {"balanced": "flow", "sgd": "SGD"}.get(part, part) if j == 0 else None
                axis.plot(times, row, style, ms=4, mfc="none", color=f"C{j}", label=label)
        axis.legend(frameon=False, fontsize=8, loc=(0.64, 0.6))
    left.set(ylabel="strength of the mode", title="balanced start, white inputs")
    right.set(title="conditions broken")
    return figure
