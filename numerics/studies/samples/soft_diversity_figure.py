"""The figure of the study of soft diversity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sith.numerics.studies.frame.finding import Measurement
from sith.numerics.studies.frame.readings import values_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure
from sith.numerics.studies.samples.soft_diversity_runs import (
    FACTORS,
    KEPT,
    SAMPLED,
    SOFTNESS,
    TABLE,
    name_of,
    nodes,
    result_of,
)


def draw(measurements: Sequence[Measurement]) -> Figure:
    """Draw what was measured beside what is predicted."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 3.5), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    for i, s in enumerate((0.0, 0.5, 2.0, 10.0, KEPT)):
        left.plot(
            FACTORS, result_of(measurements, "curve", s)["curve"], color=f"C{i}", label=name_of(s)
        )
    left.axhline(0, color="0.7", lw=1)
    left.set(
        xlabel="λ", ylabel="loss less that of λ = 1, nats", title="the family", ylim=(-0.12, 0.3)
    )
    left.legend(frameon=False, fontsize=8)
    finite = [s for s in SOFTNESS if s > 0]
    middle.plot(
        finite, [result_of(measurements, "curve", s)["moment"] for s in finite], "-", label="moment"
    )
    middle.plot(
        finite,
        [result_of(measurements, "curve", s)["slope"] for s in finite],
        "o",
        label="quadrature",
    )
    middle.axhline(
        result_of(measurements, "curve", KEPT)["moment"],
        ls="--",
        color="0.5",
        label="u kept, predicted",
    )
    found = values_of(measurements, "slope", part="sampled", softness=2.0)
    middle.errorbar(
        [2.0], [np.mean(found)], [2 * np.std(found)], fmt="s", mfc="none", label="drawn pairs"
    )
    middle.set(
        xscale="log", xlabel="softness s", ylabel="slope of the loss at λ = 1", title="its slope"
    )
    middle.legend(frameon=False, fontsize=8, loc="lower right")
    u, _ = nodes(TABLE)
    for i, s in enumerate(SAMPLED):
        angles = np.array(result_of(measurements, "best", s)["angles"])
        right.plot(u, np.cos(angles), ".", ms=4, color=f"C{i}", label=name_of(s))
    right.plot(u, u, "-", lw=1, color="0.6", label="identity")
    right.set(xlabel="u", ylabel="first coordinate of h", title="best symmetric map found")
    right.legend(frameon=False, fontsize=8)
    return figure
