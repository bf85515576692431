"""The figure of the study of training time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import Measurement

if TYPE_CHECKING:
    from matplotlib.figure import Figure
from sith.numerics.studies.dynamics.training_time_runs import (
    CORRELATIONS,
    KAPPAS,
    LATENTS,
    NETWORK_CORRELATION,
    PREDICTION,
    circle_rate,
)


def draw(measurements: Sequence[Measurement]) -> Figure:
    """Draw what was measured beside what is predicted."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13, 3.6), layout="constrained")
    left, right, circle = figure.subplots(1, 3)
    for i, rho in enumerate(CORRELATIONS):
        rate = float(evaluate(PREDICTION.formula("rate"), lambda_1=rho, lambda_2=rho**2))
        for m in measurements:
            if m.settings.get("rho") == rho:
                left.plot(m.result["times"], m.result["miss"], color=f"C{i}", lw=0.7, alpha=0.6)
        times = np.linspace(0, 20 / rate, 50)
        label = f"predicted rate {rate:.2f}, ρ = {rho:g}"
        left.plot(times, np.exp(-rate * times), "--", color=f"C{i}", label=label)
    left.set(
        yscale="log",
        xlabel="time of the flow",
        ylabel="1 − R²",
        title="flow on fixed features (thin: starts)",
        ylim=(1e-10, 3),
    )
    left.legend(frameon=False, loc="lower left")
    rho = float(NETWORK_CORRELATION)
    x = np.geomspace(1e-3, 1, 50)
    right.fill_between(
        x,
        LATENTS * 2 * rho * (1 - rho) * x,
        LATENTS * 2 * rho * x,
        color="grey",
        alpha=0.25,
        label="predicted for every encoder",
    )
    for m in measurements:
        if m.settings["part"] == "mlp":
            right.plot(m.result["miss"], m.result["gap"], ".-", ms=3, lw=0.5)
    right.set(
        xscale="log",
        yscale="log",
        xlabel="1 − R² (held out)",
        ylabel="loss gap",
        title="MLPs while they train, one colour each",
    )
    right.legend(frameon=False)
    for i, kappa in enumerate(KAPPAS):
        rate = min(circle_rate(kappa, mode) for mode in range(1, 8))
        for m in measurements:
            if m.settings.get("kappa") == kappa:
                circle.plot(m.result["times"], m.result["miss"], color=f"C{i}", lw=0.7, alpha=0.6)
        times = np.linspace(0, 24 / rate, 50)
        label = f"predicted rate {rate:.2f}, κ = {kappa}"
        circle.plot(times, 0.1 * np.exp(-rate * times), "--", color=f"C{i}", label=label)
    circle.set(
        yscale="log",
        xlabel="time of the flow",
        ylabel="mean squared error of the angle (rad²)",
        title="InfoNCE on the circle (thin: starts)",
        ylim=(1e-12, 3),
    )
    circle.legend(frameon=False)
    return figure
