"""The figure of the study of batch size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sith.numerics.measure import interval
from sith.numerics.studies.frame.finding import Measurement

if TYPE_CHECKING:
    from matplotlib.figure import Figure
from sith.numerics.studies.samples.batch_size_runs import (
    COUNTS,
    IN_BATCH,
    KAPPA,
    NEAR,
    OWN,
    SIZES,
    constants,
    name_of,
    predicted,
    rows_of,
    scales_of,
)


def draw(measurements: Sequence[Measurement]) -> Figure:
    """Draw what was measured beside what is predicted."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    for j, k in enumerate((*OWN, IN_BATCH)):
        rows = np.array(rows_of(measurements, k))
        spread = [interval(column) for column in rows.T]
        values = np.array([i.mean for i in spread])
        error = [values - [i.low for i in spread], [i.high for i in spread] - values]
        place = np.array(SIZES) * 1.04 ** (j - 1.5)
        left.errorbar(
            place, values, error, fmt="o", ms=4, capsize=2, color=f"C{j}", label=name_of(k)
        )
    for name, style, label in (("one", "--", "M = 1"), ("many", "-", "M → ∞")):
        line = constants(name) / np.array(SIZES)
        left.plot(SIZES, line, style, color="k", lw=1, label=f"predicted, {label}")
    left.set(xscale="log", yscale="log", xlabel="pairs per step", ylabel="variance of the gradient")
    left.set_xticks(SIZES, [str(n) for n in SIZES])
    left.set_xticks([], minor=True)
    left.legend(frameon=False, fontsize=8)
    right.plot(COUNTS, scales_of(measurements, "matched"), "s", color="C0", label="matched")
    right.plot(COUNTS, scales_of(measurements, "near"), "o", color="C1", label="mismatched")
    right.axhline(KAPPA, color="C0", lw=1, label="κ")
    right.axhline(predicted("one", NEAR), ls="--", color="C1", lw=1, label="predicted, M = 1")
    right.axhline(predicted("many", NEAR), ls=":", color="C1", label="predicted, M → ∞")
    right.set(xscale="log", xlabel="negatives M", ylabel="optimal scale β")
    right.set_xticks(COUNTS, [str(k) for k in COUNTS])
    right.set_xticks([], minor=True)
    right.legend(frameon=False, fontsize=8)
    return figure
