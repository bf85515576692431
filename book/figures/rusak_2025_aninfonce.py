"""Every recovered coordinate against every true coordinate."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

Points = NDArray[np.float64]


def figure(latents: Points, representations: Points, limit: int = 700) -> Figure:
    """Draw a grid of scatter plots with the correlation above each; strong ones are coloured.

    A signed permutation has one line of slope 1 or −1 in each row and each column.
    """
    true, found = latents[:limit], representations[:limit]
    size = true.shape[1]
    correlation = np.corrcoef(latents.T, representations.T)[:size, size:]
    drawing, grid = plt.subplots(
        size, size, figsize=(5.6, 5.8), dpi=160, sharex=True, sharey=True, layout="constrained"
    )
    for i, row in enumerate(grid):
        for j, axes in enumerate(row):
            value = correlation[j, i]
            strong = abs(value) > 0.9
            axes.scatter(
                true[:, j], found[:, i], s=3, linewidths=0, color="tab:blue" if strong else "0.65"
            )
            axes.set_title(f"correlation {value:+.2f}".replace("-", "−"), fontsize=9)
            axes.set(aspect="equal", xlim=(-1.08, 1.08), ylim=(-1.08, 1.08))
            if i == size - 1:
                axes.set_xlabel(f"true coordinate {j + 1}")
            if j == 0:
                axes.set_ylabel(f"recovered {i + 1}")
    plt.close(drawing)
    return drawing
