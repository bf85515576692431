"""The figure of the study of projectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sith.numerics.studies.bias.projector_setup import (
    APART,
    CLOSE,
    DIM,
    FEATURES,
    FEW,
    MANY,
    RANKS,
    WIDTH,
    ceiling,
    entries,
    entry,
    formula,
)
from sith.numerics.studies.frame.finding import Measurement

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw(measurements: Sequence[Measurement]) -> Figure:
    """Return predictions and measurements in four panels."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 7), layout="constrained")
    (rates, backbones), (time, networks) = figure.subplots(2, 2)
    _draw_rates(rates, measurements)
    _draw_backbones(backbones, measurements)
    _draw_time(time, measurements)
    _draw_networks(networks, measurements)
    return figure


def _draw_rates(axes: Any, measurements: Sequence[Measurement]) -> None:
    counts = np.arange(1, 8)
    expected = [sum(entry(i) <= m for i in range(DIM)) / DIM for m in counts]
    axes.step(counts, expected, "k--", where="post", lw=1, label="predicted, unequal rates")
    axes.plot(counts, np.minimum(counts / DIM, 1), "k:", lw=1, label="predicted, equal rates")
    own = [np.array(entries(measurements, "r2", part="rates", outputs=int(m))) for m in counts]
    axes.plot(counts, [v.mean() for v in own], "o", color="C0", label="unequal, mean of starts")
    for m in (*FEW, *MANY):
        values = np.array(entries(measurements, "r2", part="outputs", outputs=m))
        label = "equal, mean of starts" if m == FEW[0] else None
        axes.plot(m, values.mean(), "s", color="C1", mfc="none", label=label)
    axes.set(xlabel="outputs", ylabel="R² of 3 latents", title="outputs take the largest modes")
    axes.legend(frameon=False, fontsize=8, loc="lower right")


def _draw_backbones(axes: Any, measurements: Sequence[Measurement]) -> None:
    for i, k in enumerate(RANKS):
        expected = formula("backbone", k=k, d=DIM, p=WIDTH, D=FEATURES)
        values = entries(measurements, "backbone", part="fixed", rank=k)
        axes.hist(
            values,
            bins=np.linspace(0, 1, 41),
            color=f"C{i}",
            alpha=0.4,
            label=f"rank {k}, backbone",
        )
        axes.axvline(expected, color=f"C{i}", ls="--", lw=1.2)
        axes.axvline(k / DIM, color=f"C{i}", ls=":", lw=1.2)
    axes.plot([], [], "k--", label="predicted mean, backbone")
    axes.plot([], [], "k:", label="predicted, projector")
    axes.set(
        xlabel="R² of 3 latents",
        ylabel="starts",
        title="a fixed projector: the start fills the rest",
    )
    axes.legend(framealpha=1, fontsize=8, loc="upper left")


def _draw_time(axes: Any, measurements: Sequence[Measurement]) -> None:
    runs = [m.result for m in measurements if m.settings["part"] == "time"]
    for j, rate in enumerate(APART):
        for i, run in enumerate(runs[:6]):
            label = f"rate {rate:g}" if i == 0 else None
            axes.plot(run["times"], run["strengths"][j], color=f"C{j}", lw=0.8, label=label)
        if j < 2:
            halves = [formula("half_time", gamma=rate, s_0=r["lengths"][j]) for r in runs[:6]]
            axes.plot(halves, [0.5] * len(halves), "|", ms=14, color="k")
    axes.plot([], [], "k|", ms=10, label="predicted half time")
    axes.set(
        xlabel="time of the flow",
        ylabel="learned strength of the latent",
        title="2 outputs, 3 latents, random small starts",
    )
    axes.legend(frameon=False, fontsize=8, loc="lower right", bbox_to_anchor=(1, 0.08))


def _draw_networks(axes: Any, measurements: Sequence[Measurement]) -> None:
    own = {"part": "network", "rates": list(CLOSE), "outputs": 2}
    gaps = np.linspace(0, 0.2, 60)
    axes.fill_between(
        gaps,
        ceiling(CLOSE, gaps),
        1.05,
        color="grey",
        alpha=0.25,
        label="excluded for the projector",
    )
    for name, mark in (("projector", "o"), ("backbone", "^"), ("start", "x")):
        label = {"start": "backbone at its start"}.get(name, name)
        axes.plot(
            entries(measurements, "gap", **own),
            entries(measurements, name, **own),
            mark,
            label=label,
        )
    axes.set(
        xlabel="loss gap per output",
        ylabel="R² of 2 latents",
        ylim=(0.4, 1.05),
        title=f"networks, rates {CLOSE[0]:g} and {CLOSE[1]:g}, 2 outputs, early stop",
    )
    axes.legend(frameon=False, fontsize=8, loc="center right")
