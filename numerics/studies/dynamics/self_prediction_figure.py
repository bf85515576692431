"""The figure of the study of self-prediction: rates of exchange, skewed outputs, networks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import Measurement
from sith.numerics.studies.samples.gaussian_claims import BYOL, RATE

if TYPE_CHECKING:
    from matplotlib.figure import Figure
from sith.numerics.studies.dynamics.self_prediction_runs import PREDICTION, ratios


def draw(measurements: Sequence[Measurement]) -> Figure:
    """Draw rates, sums of rates and networks beside their predictions."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12.5, 3.6), layout="constrained")
    left, middle, right = figure.subplots(1, 3, width_ratios=(1, 0.9, 1.25))
    _skewed(middle, measurements)
    rates = [m for m in measurements if m.settings["part"] == "rate"]
    for i, m in enumerate(rates):
        _, k, added = m.settings["modes"]
        there, new = float(RATE) ** k, float(RATE) ** added
        expected = float(evaluate(PREDICTION.formula("rate"), lambda_i=there, lambda_l=new))
        left.plot([i - 0.3, i + 0.3], [expected] * 2, "k-", label="predicted" if not i else None)
        left.plot(i, m.result["rate"], "C0o", mfc="none", label="flow" if not i else None)
    left.axhline(0, color="grey", lw=0.6)
    left.set_xticks(
        range(len(rates)), ["{2} for {1}\nbeside {0}".format(*m.settings["modes"]) for m in rates]
    )
    left.set(title="a mode in the place of another", ylabel="rate, per unit of time")
    left.legend(frameon=False)
    for i, name in enumerate(BYOL):
        found = next(m.result for m in measurements if m.settings.get("name") == name)
        # Where everything has fallen a ratio says nothing.
        ratio = [
            a if b > 0.01 else float("nan")
            for a, b in zip(ratios(found), found["large"], strict=True)
        ]
        for values, shift, style, label in (
            (found["explained"], -0.15, "C0o", "part of the latents explained"),
            (ratio, 0.15, "C1s", "smaller spread over the larger"),
        ):
            right.plot(
                i + shift + np.linspace(-0.06, 0.06, len(values)),
                values,
                style,
                mfc="none",
                ms=5,
                label=label if not i else None,
            )
    right.plot([-0.35, 1.05], [1, 1], "k-", lw=1)
    right.plot([3.65, 4.05], [0.5, 0.5], "k-", lw=1, label="predicted")
    labels = ("fast\npredictor", "optimal", "slow", "none", "optimal, not\ncentred")
    right.set_xticks(range(len(BYOL)), labels, fontsize=8)
    right.set(title="networks, one dot for each seed", ylim=(-0.05, 1.3), ylabel="0 to 1")
    right.legend(frameon=False, fontsize=8, loc="upper center", ncols=2)
    return figure


def _skewed(axes: Any, measurements: Sequence[Measurement]) -> None:
    """The sum of the rates of a missing mode over the cosine, and where it changes its sign."""
    numbers = {"q_1": float(RATE) ** 2, "q_2": float(RATE) ** 3, "lambda": float(RATE)}
    cosines = np.linspace(0, 0.99, 200)
    values = [float(evaluate(PREDICTION.formula("sum_of_rates"), r=r, **numbers)) for r in cosines]
    axes.plot(cosines, values, "k-", label="predicted")
    own = [m for m in measurements if m.settings["part"] == "skew"]
    axes.plot(
        [m.settings["cosine"] for m in own],
        [m.result["sum"] for m in own],
        "o",
        mfc="none",
        label="flow",
    )
    edge = float(evaluate(PREDICTION.formula("threshold"), **numbers))
    axes.axvline(edge, color="grey", ls=":", label=f"r* = {edge:.3f}")
    axes.axhline(0, color="grey", lw=0.6)
    axes.set(
        title="mode 1 beside outputs on modes 2 and 3",
        xlabel="cosine of the outputs' columns",
        ylabel="sum of the two rates, per unit of time",
        ylim=(-0.6, 0.4),
    )
    axes.legend(frameon=False, loc="lower left")
