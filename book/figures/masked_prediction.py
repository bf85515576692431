"""Discrepancy against the visible coordinates, and training time against curvature."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from sith.numerics.experiments import MaskedStudy
from sith.theory.masked import discrepancy, discrepancy_bounds


def figure(study: MaskedStudy, visible: Sequence[int]) -> Figure:
    """Draw the exact discrepancy between its bounds, and the steps of the study beside 1/curvature.

    Both panels have logarithmic axes in what decays; the line on the right is the prediction, and
    nothing is fitted.
    """
    values = [float(discrepancy(study.modes, study.start, m).evalf(17)) for m in visible]
    bounds = [discrepancy_bounds(study.modes, study.start, m) for m in visible]
    drawing, (left, right) = plt.subplots(1, 2, figsize=(8.2, 3.5), dpi=160, layout="constrained")
    lower, upper = (
        [float(getattr(b, end).evalf(17)) for b in bounds] for end in ("lower", "upper")
    )
    left.fill_between(visible, lower, upper, color="0.88", label="between the exact bounds")
    left.plot(visible, values, "o", ms=3, color="tab:blue", label="$D_m$, exact")
    left.set(yscale="log", xlabel="visible coordinates m", ylabel="discrepancy in nats")
    left.legend(frameon=False, loc="lower left")
    rows = [row for row in study.rows if row.reached]
    curvatures = [float(row.curvature) for row in rows]
    right.plot(curvatures, [r.predicted_steps for r in rows], color="0.6", label="predicted")
    right.plot(curvatures, [r.steps for r in rows], "o", ms=4, color="tab:blue", label="measured")
    for row, at in zip(rows, curvatures, strict=True):
        right.annotate(
            f"m = {row.visible}", (at, row.steps), (4, 4), textcoords="offset points", fontsize=8
        )
    right.set(xscale="log", yscale="log", xlabel="curvature at the true weight", ylabel="steps")
    right.margins(x=0.2, y=0.1)
    right.legend(frameon=False)
    plt.close(drawing)
    return drawing
