"""The Platonic matrix as a picture: predicted and measured, and every pair beside its null."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sith.numerics.studies.frame.finding import Measurement
from sith.numerics.studies.frame.relation import relate
from sith.numerics.studies.platonic.platonic_pairs import (
    NEIGHBOURS,
    inner_and_cross,
    neighbours,
    rows_of,
    similarity,
)
from sith.numerics.studies.platonic.platonic_spans import (
    BROKEN,
    ISOMETRIC,
    LINEAR,
    MISFIT,
    predicted_overlap,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def figure(measurements: Sequence[Measurement]) -> Figure:
    """Return four matrices of the first seed, and two similarities of all seeds with their nulls."""
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    count = len(measurements)
    names = [str(m.settings["objective"]) for m in measurements]
    labels = [
        f"{name}, {m.settings['shape']}/{m.settings['view']}  {i + 1}"
        for i, (name, m) in enumerate(zip(names, measurements, strict=True))
    ]
    predicted, affine, cka, near = (np.full((count, count), np.nan) for _ in range(4))
    for i, a in enumerate(measurements):
        for j, b in enumerate(measurements):
            found = relate(rows_of(a, 0), rows_of(b, 0))
            affine[i, j], cka[i, j] = found.forward, found.cka
            near[i, j] = neighbours(a, b, 0).value if i != j else 1.0
            if MISFIT not in (names[i], names[j]):
                overlap = predicted_overlap(names[i], names[j])
                predicted[i, j] = np.nan if overlap is None else overlap[0] / overlap[2]
    figure = Figure(figsize=(13, 7.4), layout="constrained")
    parts: Any = figure.subfigures(2, 1, height_ratios=(4.2, 3.2))
    above, below = parts
    _nulls(below, measurements)
    axes = above.subplots(1, 4)
    first, second = (sum(n in g for n in names) for g in (ISOMETRIC, (*ISOMETRIC, *LINEAR)))
    panels = (
        ("affine map, predicted\n(white: not determined)", predicted),
        ("affine map, measured:\npart of the column explained", affine),
        ("linear CKA", cka),
        (f"mutual neighbours\namong {NEIGHBOURS}", near),
    )
    for axis, (title, grid) in zip(axes, panels, strict=True):
        shown = axis.imshow(grid, vmin=0, vmax=1, cmap="viridis")
        for size, style in ((first, "-"), (second, "--")):
            axis.add_patch(
                Rectangle((-0.5, -0.5), size, size, fill=False, ec="red", lw=2, ls=style)
            )
        axis.set_title(title, fontsize=10)
        axis.set_xticks(range(count), [str(i + 1) for i in range(count)], fontsize=6)
        axis.set_yticks(range(count), labels if axis is axes[0] else [""] * count, fontsize=7)
    above.colorbar(shown, ax=axes, shrink=0.7, label="0 to 1")
    return figure


def _nulls(figure: Any, measurements: Sequence[Measurement]) -> None:
    """Two measures of similarity over all seeds, each beside its values for permuted rows."""
    isometric = [m for m in measurements if m.settings["objective"] in ISOMETRIC]
    axes = figure.subplots(1, 2)
    for axis, read, title in (
        (axes[0], similarity, "linear CKA"),
        (axes[1], neighbours, f"mutual neighbours among {NEIGHBOURS}"),
    ):
        rng = np.random.default_rng(0)
        columns = ["orthogonal runs", *BROKEN]
        for seed in range(int(measurements[0].settings["seeds"])):
            inner, cross = inner_and_cross(measurements, isometric, seed)
            for i, name in enumerate(columns):
                pairs = [p for p in cross if p[1].settings["objective"] == name] if i else inner
                found = [read(a, b, seed) for a, b in pairs]
                near = i + rng.uniform(-0.2, 0.2, len(found))
                axis.plot(near, [f.value for f in found], "o", ms=4, mfc="none", color="C0")
                axis.errorbar(
                    near,
                    [f.null_mean for f in found],
                    [2 * f.null_sd for f in found],
                    fmt=".",
                    ms=3,
                    lw=0.7,
                    color="grey",
                )
        if read is similarity:
            for i, name in enumerate(columns):
                shared, there, here = predicted_overlap("infonce", name if i else "infonce") or (
                    0,
                    1,
                    1,
                )
                height = shared / (there * here) ** 0.5
                axis.plot([i - 0.35, i + 0.35], [height] * 2, "k-", lw=1)
        axis.set_xticks(range(len(columns)), columns)
        axis.set(ylim=(-0.05, 1.05), title=title, ylabel="0 to 1")
    axes[0].plot([], [], "o", ms=4, mfc="none", color="C0", label="pair of runs of one seed")
    axes[0].plot([], [], ".-", color="grey", label="rows permuted: mean ± 2 sd")
    axes[0].plot([], [], "k-", lw=1, label="predicted")
    axes[0].legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(0, 0.28))
