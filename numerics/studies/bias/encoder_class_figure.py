"""The figure of the study of encoder classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sith.numerics.measure import interval
from sith.numerics.studies.bias.encoder_class_runs import WORLDS, kept
from sith.numerics.studies.bias.encoder_class_setup import (
    EXCESS,
    FACTORS,
    SCALES,
    SIDES,
    reached_of,
)
from sith.numerics.studies.frame.finding import Measurement

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw(measurements: Sequence[Measurement]) -> Figure:
    """Draw what was measured beside what is predicted."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 7.2), layout="constrained")
    (first, second), (linear, networks) = figure.subplots(2, 2)
    for axis, name in zip((first, second), WORLDS, strict=True):
        own = [m for m in measurements if m.settings.get("world") == name]
        _bars(axis, own, name)
    _linear(linear, measurements)
    _networks(networks, measurements)
    return figure


def _linear(linear: Any, measurements: Sequence[Measurement]) -> None:
    """One linear output at a tie: the closed form and the flow."""
    for color, scale in zip(("C0", "C3"), SCALES, strict=True):
        rows = [m for m in measurements if m.settings.get("scale") == scale]
        factors = sorted({m.settings["factor"] for m in rows})
        for seed in sorted({m.settings["seed"] for m in rows}):
            mine = [m for m in rows if m.settings["seed"] == seed]
            closed = [m.result["predicted"] for m in mine]
            linear.plot(factors, closed, color=color, lw=0.8)
            linear.plot(
                factors, [m.result["share"] for m in mine], "o", ms=4, color=color, mfc="none"
            )
        linear.plot([], [], "o-", color=color, mfc="none", label=f"start of scale {scale:g}")
    linear.axvline(1, ls="--", color="grey", lw=1)
    linear.set(
        xscale="log",
        xticks=FACTORS,
        xlabel="brightness c / c*",
        ylabel="share of β in the output",
        title="tie, one linear output: closed form (lines), flow (circles)",
    )
    linear.set_xticks([0.5, 0.7, 1, 1.4, 2], ["0.5", "0.7", "1", "1.4", "2"])
    linear.minorticks_off()
    linear.legend(frameon=False)


def _networks(networks: Any, measurements: Sequence[Measurement]) -> None:
    """Networks at a tie: the predicted halves, and means with intervals."""
    names = list(
        dict.fromkeys(m.settings["network"] for m in measurements if "network" in m.settings)
    )
    for color, marker, side in (("C0", "o", SIDES[0]), ("C1", "s", SIDES[1])):
        for place, name in enumerate(names):
            for m in measurements:
                if m.settings.get("network") == name and m.settings["factor"] == side:
                    band = interval(np.array(m.result["share"])[reached_of(m)])
                    errors = [[band.mean - band.low], [band.high - band.mean]]
                    networks.errorbar(place, band.mean, errors, fmt=marker, color=color, capsize=3)
        networks.plot([], [], marker, color=color, label=f"c = {side:g} of the kernel's threshold")
    networks.axhspan(0, 0.5, color="C0", alpha=0.15, lw=0)
    networks.axhspan(0.5, 1, color="C1", alpha=0.15, lw=0)
    networks.set_xticks(range(len(names)), names, rotation=30, ha="right")
    networks.set(
        ylim=(-0.05, 1.05),
        ylabel="share of β in the output",
        title="tie, networks: predicted halves, means with 95 % intervals",
    )
    networks.legend(frameon=False, loc="center right", bbox_to_anchor=(1.0, 0.42))


def _bars(axis: Any, own: Sequence[Measurement], name: str) -> None:
    """Measured shares as bars, predicted ones as lines; losses over the bars."""
    functions = ("position", "brightness", "brightness²")
    for place, m in enumerate(own):
        shares, loss = kept(name, m.settings["class"])
        reached = np.array(m.result["loss"]) <= loss + EXCESS
        for i, function in enumerate(functions):
            x = place + 0.26 * (i - 1)
            axis.bar(x, np.mean(np.array(m.result[function])[reached]), 0.24, color=f"C{i}")
            axis.plot([x - 0.13, x + 0.13], [shares[function]] * 2, "k-", lw=2)
        axis.text(place, 1.05, f"{np.min(m.result['loss']):.3f}\n({loss:.3f})", ha="center")
    axis.set_xticks(range(len(own)), [m.settings["class"].replace(" ", "\n") for m in own])
    for i, function in enumerate(functions):
        axis.bar(0, 0, color=f"C{i}", label=function)
    axis.plot([], [], "k-", lw=2, label="predicted")
    moves, rho = WORLDS[name]
    axis.set(
        ylim=(0, 1.55),
        yticks=(0, 0.5, 1),
        ylabel="share of the whitened outputs",
        title=f"{name}: {moves} moves, ρ = {rho:g}; least loss (predicted)",
    )
    axis.legend(frameon=False, ncols=4, loc="upper center")
