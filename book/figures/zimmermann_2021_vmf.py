"""True and recovered latents on the sphere, before and after the best orthogonal map."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

Points = NDArray[np.float64]
TITLES = ("true", "recovered", "recovered, aligned")


def best_orthogonal(source: Points, target: Points) -> Points:
    """Return the orthogonal Q that makes source·Q closest to target (Schönemann, 1966)."""
    left, _, right = np.linalg.svd(source.T @ target)
    return left @ right


def colours(latents: Points) -> Points:
    """Return a colour for each point of the sphere: red, green and blue are its coordinates."""
    return np.clip(0.5 + 0.5 * latents, 0, 1)


def figure(latents: Points, representations: Points) -> Figure:
    """Draw three panels; every point keeps the colour of its true position.

    The sphere is seen along the third axis and only the half in front is drawn.
    """
    aligned = representations @ best_orthogonal(representations, latents)
    drawing, panels = plt.subplots(1, 3, figsize=(7.2, 2.8), dpi=180, layout="constrained")
    shades = colours(latents)
    for axes, points, title in zip(
        panels, (latents, representations, aligned), TITLES, strict=True
    ):
        front = points[:, 2] > 0
        axes.scatter(points[front, 0], points[front, 1], c=shades[front], s=7, linewidths=0)
        axes.add_patch(plt.Circle((0, 0), 1, fill=False, color="0.6", linewidth=0.8))
        axes.set_title(title, fontsize=10)
        axes.set(aspect="equal", xlim=(-1.08, 1.08), ylim=(-1.08, 1.08), xticks=[], yticks=[])
        axes.set_xlabel("first coordinate")
        axes.set_ylabel("second coordinate")
        axes.spines[:].set_visible(False)
    plt.close(drawing)
    return drawing
