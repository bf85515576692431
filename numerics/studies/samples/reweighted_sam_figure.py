"""The figure of the study of SAM with weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sith.numerics.measure import interval
from sith.numerics.studies.frame.finding import Measurement
from sith.numerics.studies.frame.readings import runs_where

if TYPE_CHECKING:
    from matplotlib.figure import Figure
from sith.numerics.studies.samples.reweighted_sam_runs import (
    FRACTIONS,
    POINTS,
    misses_of,
    mix_of,
    predicted,
    value,
)


def draw(measurements: Sequence[Measurement]) -> Figure:
    """Draw what was measured beside what is predicted."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 3.8), layout="constrained")
    axes = figure.subplots()
    grid = np.linspace(0.0, 0.95, 60)
    for i, (a, share) in enumerate(POINTS):
        plain = predicted("plain", a, share)
        curve = [value("miss", a, share, kappa=k) / plain for k in grid]
        axes.plot(grid, curve, color=f"C{i}", label=f"a = {a:g}, ε = {share:g}")
        found = runs_where(measurements, part="sample", a=a, share=share)
        for method, fraction in zip(("low", "high"), FRACTIONS, strict=True):
            own = interval((misses_of(found, method) / plain).tolist())
            axes.errorbar(
                mix_of(a, share, fraction),
                own.mean,
                own.high - own.mean,
                fmt="o",
                ms=4,
                color=f"C{i}",
            )
    axes.axhline(1, color="grey", lw=1, ls="--")
    axes.set(
        yscale="log",
        xlabel="mix κ of the re-weighted covariance, which rises with the radius",
        ylabel="miss, over plain training's",
        title="lines: predicted; marks: rwSAM, with intervals",
    )
    axes.legend(frameon=False)
    return figure
