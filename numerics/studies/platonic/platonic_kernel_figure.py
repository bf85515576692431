"""The figure of the study of platonic kernels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sith.numerics.studies.frame.finding import Measurement

if TYPE_CHECKING:
    from matplotlib.figure import Figure
from sith.numerics.studies.platonic.platonic_kernel_runs import (
    INTACT,
    MODALITIES,
    centred,
    formula,
    kernels,
    merged_kernel,
    predicted_kernel,
)


def draw(measurements: Sequence[Measurement]) -> Figure:
    """Draw what was measured beside what is predicted."""
    from matplotlib.figure import Figure

    kernel, lossy = predicted_kernel(), merged_kernel()
    found = {m: kernels(measurements, "infonce", (m,))[0] for m in MODALITIES}
    ratio = kernels(measurements, "spectral", ("mixed",))[0]
    panels = (
        ("log-ratio, predicted", centred(kernel)),
        ("InfoNCE, relabelled events", centred(found["relabelled"])),
        ("InfoNCE, mixed observations", centred(found["mixed"])),
        ("spectral, mixed observations", centred(ratio)),
        ("two events merged, predicted", centred(lossy)),
        ("InfoNCE, two events merged", centred(found["merged"])),
    )
    figure = Figure(figsize=(10.5, 6), layout="constrained")
    axes = figure.subplots(2, 4)
    limit = max(float(np.abs(k).max()) for _, k in panels)
    for axis, (title, values) in zip(axes.flat, panels, strict=False):
        shown = axis.imshow(values, vmin=-limit, vmax=limit, cmap="RdBu_r")
        axis.set_title(title, fontsize=9)
        axis.set(xticks=range(4), yticks=range(4), xlabel="event", ylabel="event")
    last, gone = axes.flat[6], axes.flat[7]
    constants = [
        [float((k - kernel).mean()) for k in kernels(measurements, "infonce", (m,))] for m in INTACT
    ]
    for i, own in enumerate(constants):
        last.plot([i] * len(own), own, "o", mfc="none", color=f"C{i}")
    last.axhline(formula("constant"), color="k", ls="--", label="threshold c*")
    last.set_xticks(range(len(INTACT)), INTACT, fontsize=8)
    last.set(ylabel="constant c (nats)", title="")
    last.set_title("InfoNCE: c of every run", fontsize=9)
    last.legend(frameon=False, fontsize=8)
    gone.axis("off")
    figure.colorbar(
        shown, ax=gone, fraction=0.5, location="left", label="centred kernel (nats; ratio: no unit)"
    )
    return figure
