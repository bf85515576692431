"""The figure of the study of the sterile dichotomy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sith.numerics.studies.frame.finding import Measurement

if TYPE_CHECKING:
    from matplotlib.figure import Figure
from sith.numerics.studies.platonic.sterile_dichotomy_runs import (
    CONTRASTIVE,
    OTHERS,
    UNEQUAL,
    finished_of,
    present,
)


def draw(measurements: Sequence[Measurement]) -> Figure:
    """Draw what was measured beside what is predicted."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10.5, 4), layout="constrained")
    axes = figure.subplots(1, 2, width_ratios=(3, 2))
    panels: tuple[tuple[Any, Sequence[str], str], ...] = (
        (axes[0], (*CONTRASTIVE, *OTHERS), "equal rates"),
        (axes[1], UNEQUAL, "rates 4/5 and 1/2"),
    )
    for axis, names, title in panels:
        there = present(measurements, names)
        for i, name in enumerate(there):
            for what, shift, colour, label in (
                ("explained", -0.12, "C0", "affine map: part of latents explained"),
                ("axes", 0.12, "C1", "1 − MCC²: residual to permutations and signs"),
            ):
                values = finished_of(measurements, name, what)
                axis.plot(
                    [i + shift] * len(values),
                    values,
                    "o",
                    mfc="none",
                    color=colour,
                    label=label if i == 0 and axis is axes[0] else None,
                )
            kept = 0.5 if name in UNEQUAL[1:] else 1.0
            axis.plot([i - 0.35, i + 0.35], [kept, kept], "k-", lw=1)
        axis.axvline(
            sum(n.split()[0] in CONTRASTIVE for n in there) - 0.5, color="grey", ls=":", lw=1
        )
        axis.set_xticks(range(len(there)), [n.split()[0] for n in there], rotation=30)
        axis.set(ylim=(-0.05, 1.08), title=title, ylabel="part of variance, 0 to 1")
    axes[0].plot([], [], "k-", lw=1, label="predicted part of latents")
    axes[0].legend(
        edgecolor="none", framealpha=1, fontsize=8, loc="center left", bbox_to_anchor=(0.02, 0.72)
    )
    axes[1].set_ylabel("")
    return figure
