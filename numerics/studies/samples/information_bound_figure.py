"""The figure of the study of bounds on information."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import Measurement
from sith.numerics.studies.frame.readings import values_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure
from sith.numerics.studies.samples.information_bound_runs import MANY, PREDICTION, root, scales_of


def draw(measurements: Sequence[Measurement]) -> Figure:
    """Draw what was measured beside what is predicted."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 3.4), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    slots = np.array(MANY) + 1
    for k, m in enumerate(m for m in measurements if m.settings["part"] == "limit"):
        chi = m.result["chi"]
        left.plot(slots, m.result["missing"], "o", ms=4, color=f"C{k}")
        most = evaluate(PREDICTION.formula("most_missing"), chi=chi, M=slots - 1.0)
        left.plot(slots, most, "-", lw=1, color=f"C{k}")
        left.plot(slots, chi / (2 * slots), ":", color=f"C{k}")
    left.plot([], [], "ko", ms=4, label="enumerated, three laws")
    left.plot([], [], "k-", lw=1, label="upper bound")
    left.plot([], [], "k:", label="limit for many")
    left.set(xscale="log", yscale="log", xlabel="slots M + 1", ylabel="missing information (nats)")
    left.legend(frameon=False, fontsize=8)
    middle.plot(slots, scales_of(measurements, "wrong"), "o", color="C1", label="restricted critic")
    middle.plot(slots, scales_of(measurements, "right"), "s", color="C0", label="holds log r")
    middle.axhline(root("slope_one"), ls="--", color="grey", lw=1, label="M = 1, predicted")
    middle.axhline(root("slope_many"), ls=":", color="grey", label="M → ∞, predicted")
    middle.set(xscale="log", xlabel="slots M + 1", ylabel="scale at the optimum")
    middle.legend(frameon=False, fontsize=8, loc="center right")
    fresh, own = (values_of(measurements, name, part="samples") for name in ("fresh", "own"))
    first = next(m.result for m in measurements if m.settings["part"] == "samples")
    right.plot([0] * len(fresh), fresh, "o", color="C0", mfc="none")
    right.plot([1] * len(own), own, "o", color="C1", mfc="none")
    right.axhline(first["information"], color="k", lw=1, label="I")
    right.axhline(first["most"], color="k", ls="--", lw=1, label="I − D")
    right.set(
        xticks=[0, 1],
        xticklabels=["fresh rows", "rows fitted to"],
        xlim=(-0.5, 1.5),
        ylabel="mean of log(M+1) − L (nats)",
    )
    right.legend(frameon=False, fontsize=8, loc="center left")
    return figure
