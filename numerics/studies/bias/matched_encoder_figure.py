"""The figure of the study of matched encoders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sith.numerics.studies.frame.finding import Measurement
from sith.numerics.studies.frame.readings import values_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure
from sith.numerics.studies.bias.matched_encoder_runs import CONCENTRATIONS, FREE, KAPPA, optimum


def draw(measurements: Sequence[Measurement]) -> Figure:
    """Draw what was measured beside what is predicted."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.5, 3.8), layout="constrained")
    left, right = figure.subplots(1, 2)
    for i, kappa in enumerate(CONCENTRATIONS):
        own = optimum(kappa)
        left.axhline(own["ratio"], color=f"C{i}", lw=1, label=f"predicted, κ = {kappa:g}")
        found = [
            np.mean(m.result["ratios"])
            for m in measurements
            if m.settings["class"] == "linear" and m.settings["kappa"] == kappa
        ]
        left.plot(range(len(found)), found, "o", color=f"C{i}", mfc="none")
    left.axhline(1.0, ls="--", color="grey", lw=1, label="rotation")
    left.set(
        xlabel="start (index)",
        ylabel="λ of the best linear encoder",
        title="linear, normalised: no rotation",
        ylim=(0, 1.05),
    )
    left.legend(frameon=False, fontsize=8, loc="lower right")
    for i, name in enumerate(FREE):
        own_class = [m for m in measurements if m.settings["class"] == name]
        for m in own_class[:3]:
            path = np.array(m.result["path"])
            right.plot(path[:, 0], path[:, 1], "-", color=f"C{i + 3}", lw=0.6, alpha=0.6)
        excess = [m.result["excess"] for m in own_class]
        scores = [m.result["r2"] for m in own_class]
        right.plot(excess, scores, "o", ms=4, color=f"C{i + 3}", label=name)
    for name, marker in (("linear", "s"), ("moebius", "^")):
        where = {"class": name, "kappa": KAPPA}
        excess, scores = (
            values_of(measurements, "excess", **where),
            values_of(measurements, "r2", **where),
        )
        right.plot(excess, scores, marker, color="k", ms=6, label=name.replace("oe", "ö"))
    right.axvline(0, ls="--", color="grey", lw=1)
    right.set(
        xlabel="loss above the rotations (nats)",
        ylabel="R² of the latents",
        title="lower loss, fewer latents (lines: training)",
        xlim=(-0.6, 0.25),
        ylim=(-0.02, 1.05),
    )
    right.legend(frameon=False, fontsize=8, loc="lower right")
    return figure
