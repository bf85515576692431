"""The figure of the study of the interplay of pair and kernel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sith.numerics.studies.frame.finding import Measurement

if TYPE_CHECKING:
    from matplotlib.figure import Figure
from sith.numerics.studies.bias.interplay_runs import BETAS, FACTORS, crossing_of, lengths


def draw(measurements: Sequence[Measurement]) -> Figure:
    """Draw what was measured beside what is predicted."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.5, 3.6), layout="constrained")
    for axis, beta in zip(figure.subplots(1, 2), BETAS, strict=True):
        crossing = crossing_of(beta)
        factors = np.geomspace(FACTORS[0], FACTORS[-1], 200)
        curves = np.array([lengths(beta, f * crossing) for f in factors])
        own = [m for m in measurements if m.settings.get("beta") == beta]
        for mode in range(3):
            axis.plot(factors, curves[:, mode], color=f"C{mode}", label=f"μ of mode {mode + 1}")
            points = [(m.settings["factor"], m.result["squares"][mode]) for m in own]
            axis.plot(*zip(*points, strict=True), "o", ms=4, color=f"C{mode}", mfc="none")
        axis.axvline(1, ls="--", color="grey", lw=1)
        axis.set(
            xscale="log",
            xlabel="penalty λ / predicted crossing",
            ylabel="square length of the mode",
            title=f"β = {beta:g}; circles: minimiser",
            ylim=(-0.05, 1),
        )
        axis.legend(frameon=False)
    return figure
