"""The figure of the study of SIGReg's directions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sith.numerics.measure import interval
from sith.numerics.studies.frame.finding import Measurement
from sith.numerics.studies.frame.readings import values_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure
from sith.numerics.studies.samples.sigreg_directions_runs import (
    ORDERS,
    ROWS,
    excess,
    noise,
    normal,
    tilt,
)


def draw(measurements: Sequence[Measurement]) -> Figure:
    """Draw what was measured beside what is predicted."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 3.5), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    axis = np.linspace(-4, 4, 161)
    points = np.stack(np.meshgrid(axis, axis), axis=-1)
    density = normal(points) * (1 + tilt(3, points))
    left.contourf(axis, axis, density, 12, cmap="Blues")
    for angle in np.arange(3) * math.pi / 3:
        x, y = 4 * math.cos(angle), 4 * math.sin(angle)
        left.plot([-x, x], [-y, y], "C3--", lw=1)
    left.set(xlabel="$z_1$", ylabel="$z_2$", title="p for 3 directions (dashed)", aspect="equal")
    left.set(xlim=(-4, 4), ylim=(-4, 4))
    rows = np.geomspace(10, 1e9, 100)
    for j, m in enumerate(ORDERS):
        middle.plot(rows, noise() + (rows - 1) * excess(m), color=f"C{j}", label=f"fresh, M = {m}")
        if m not in ROWS:
            continue
        for name, mark in (("fresh", "o"), ("own", "s")):
            found = interval(values_of(measurements, name, part="loss", order=m))
            spread = [[found.mean - found.low], [found.high - found.mean]]
            middle.errorbar([ROWS[m]], [found.mean], yerr=spread, fmt=mark, color=f"C{j}", mfc="w")
    middle.axhline(noise(), color="grey", ls="--", label="fixed, any M")
    middle.set(xscale="log", yscale="log", ylim=(0.5, 1e4), xlabel="samples B")
    middle.set(ylabel="SIGReg", title="circles: fresh, squares: fixed")
    middle.legend(frameon=False, fontsize=8, loc="upper left")
    for place, which in enumerate(("fixed", "fresh")):
        kept = values_of(measurements, "kept", directions=which)
        right.plot(
            place + np.linspace(-0.15, 0.15, len(kept)), kept, "o", color=f"C{place}", mfc="w"
        )
    right.axhline(1, color="C0", ls="--", label="predicted for fixed directions")
    right.axhline(0, color="C1", ls="--", label="loss that sees all directions")
    right.set(xticks=[0, 1], xticklabels=["2 fixed", "2 fresh a step"], ylim=(-0.05, 1.35))
    right.set(ylabel="excess after training / before", title="a map trained from p")
    right.legend(frameon=False, loc="upper center", fontsize=8)
    return figure
