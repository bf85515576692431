"""The figure of the study of similarity graphs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sith.numerics.studies.frame.finding import Measurement
from sith.numerics.studies.frame.readings import values_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure
from sith.numerics.studies.graphs.similarity_graph_runs import LOSSES


def draw(measurements: Sequence[Measurement]) -> Figure:
    """Draw what was measured beside what is predicted."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    floor = 1e-7
    worst = max(values_of(measurements, "gap", part="free"))
    for k, loss in enumerate(LOSSES):
        angles = np.maximum(values_of(measurements, "angle", part="free", loss=loss), floor)
        left.plot([k] * len(angles), angles, ".", color="C3", alpha=0.5)
    left.set(
        yscale="log",
        ylabel="angle to the top eigenspace (degrees)",
        title=f"random graph, free embeddings,\nall within {worst:.0e} of the least loss",
        xlim=(-0.5, 2.5),
    )
    left.set_xticks(range(3), ["spectral", "VICReg-type", "Barlow"], fontsize=8)
    rows = [("linear", "spectral"), ("linear", "vicreg"), ("unequal", "vicreg")]
    rows += [("linear", "barlow"), ("white", "barlow")]
    for k, (part, loss) in enumerate(rows):
        angles = values_of(measurements, "least_squares", part=part, loss=loss)
        right.plot([k] * len(angles), np.maximum(angles, floor), ".", color="C3", alpha=0.5)
        if (part, loss) in (("unequal", "vicreg"), ("linear", "barlow")):
            label = "" if part == "unequal" else "predicted, not zero"
            expected = values_of(measurements, "between", part=part, loss=loss)
            right.plot([k + 0.2] * len(expected), expected, "k_", label=label)
    right.set(
        yscale="log",
        ylabel="angle to least squares (degrees)",
        title="labels as the graph, linear encoder,\nthree classes of unequal size",
        xlim=(-0.5, 4.6),
    )
    names = ["spectral\nYYᵀ", "VICReg-type\nregular", "VICReg-type\nYYᵀ", "Barlow\nYYᵀ"]
    right.set_xticks(range(5), [*names, "Barlow\nwhitened"], fontsize=8)
    right.legend(frameon=False, loc="center left")
    return figure
