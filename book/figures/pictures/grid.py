"""A grid of latents, or a ring, whose colours stay with the points when a map is applied."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from book.figures.pictures.maps import Points
from book.figures.pictures.specs import BOX, RING, SKY
from book.figures.pictures.style import FIRST, SECOND

LINES, ALONG, RIM = 9, 41, 240


def lines_of(where: str) -> Points:
    """Return curves of latents in the plane, ``(curves, points, 2)``: a ring, the rings and meridians of a
    half sphere seen from above, or both sets of lines of a square."""
    if where == RING:
        angle = np.linspace(0, 2 * np.pi, RIM)
        return np.stack([np.cos(angle), np.sin(angle)], -1)[None]
    if where == SKY:
        height, angle = np.meshgrid(
            np.linspace(0.05, 0.95, LINES), np.linspace(0, 2 * np.pi, RIM), indexing="ij"
        )
        rings = np.sqrt(1 - height**2)[..., None] * np.stack([np.cos(angle), np.sin(angle)], -1)
        radius, around = np.meshgrid(
            np.linspace(0.02, 1, RIM), 2 * np.pi * np.arange(LINES) / LINES
        )
        return np.concatenate(
            [rings, radius[..., None] * np.stack([np.cos(around), np.sin(around)], -1)]
        )
    low, high = (0.0, 1.0) if where == BOX else (-1.0, 1.0)
    levels, steps = np.linspace(low, high, LINES), np.linspace(low, high, ALONG)
    fixed, moving = np.meshgrid(levels, steps, indexing="ij")
    return np.concatenate([np.stack([fixed, moving], -1), np.stack([moving, fixed], -1)])


def draw(axes: Axes, curves: Points) -> None:
    """Draw the images of the curves of `lines_of`, each point in the colour of its latent."""
    if len(curves) == 1:
        _ring(axes, curves[0])
        return
    half = len(curves) // 2
    weights = np.linspace(0.35, 1.0, half)
    for colour, part in ((FIRST, curves[:half]), (SECOND, curves[half:])):
        collection = LineCollection(list(part), colors=colour, linewidths=0.5 + 1.1 * weights)
        axes.add_collection(collection)
    axes.plot(*curves[half - 1, -1], "o", color="k", ms=4)  # the corner where all are largest


def _ring(axes: Axes, curve: Points) -> None:
    pieces = np.stack([curve[:-1], curve[1:]], 1)
    shades = plt.get_cmap("twilight_shifted")(np.linspace(0.06, 0.94, len(pieces)))
    axes.add_collection(LineCollection(list(pieces), colors=shades, linewidths=4))
    axes.plot(*curve[0], "o", color="k", ms=5)
    axes.plot(*curve[RIM // 4], "o", mfc="w", mec="k", ms=5)


def reach_of(*images: Points) -> tuple[float, float]:
    """Return half the width, and the centre, of a square that holds all curves."""
    low = min(float(image.min()) for image in images)
    high = max(float(image.max()) for image in images)
    return 0.54 * (high - low), (high + low) / 2
