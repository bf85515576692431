"""A Gaussian sample before and after a map that keeps the Gaussian and mixes its coordinates."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

Points = NDArray[np.float64]
REACH = 3.6


def spiral(points: Points, rate: float = 1.5) -> Points:
    """Turn every point by an angle that grows with its norm: `rate` radians per unit.

    Norms are kept and the Jacobian has determinant 1, so every rotation-invariant density is kept.
    """
    angle = rate * np.linalg.norm(points, axis=1)
    turned = (points[:, 0] + 1j * points[:, 1]) * np.exp(1j * angle)
    return np.column_stack([turned.real, turned.imag])


def figure(count: int = 3000, seed: int = 0) -> Figure:
    """Draw the sample, its image with the same colours, and the first coordinate of both laws."""
    true = np.random.default_rng(seed).standard_normal((count, 2))
    image = spiral(true)
    drawing, panels = plt.subplots(1, 3, figsize=(7.2, 2.7), dpi=180, layout="constrained")
    shades = plt.get_cmap("coolwarm")(0.5 + true[:, 0] / 5)
    lines = np.linspace(-REACH, REACH, 400)
    for axes, points, title, move in (
        (panels[0], true, "$z$", lambda p: p),
        (panels[1], image, "$h(z)$", spiral),
    ):
        axes.scatter(points[:, 0], points[:, 1], c=shades, s=2, linewidths=0)
        for level in (-2, -1, 0, 1, 2):
            curve = move(np.column_stack([np.full_like(lines, level), lines]))
            axes.plot(curve[:, 0], curve[:, 1], color="0.25", linewidth=0.7)
        axes.set_title(title)
        axes.set(aspect="equal", xlim=(-REACH, REACH), ylim=(-REACH, REACH))
        axes.set_xlabel("first coordinate")
    panels[0].set_ylabel("second coordinate")
    bins = np.linspace(-REACH, REACH, 37)
    panels[2].hist(true[:, 0], bins, density=True, alpha=0.45, label="$z$")
    panels[2].hist(image[:, 0], bins, density=True, histtype="step", color="k", label="$h(z)$")
    panels[2].set_title("law of the first coordinate", fontsize=10)
    panels[2].set_xlabel("first coordinate")
    panels[2].set_ylim(0, 0.52)
    panels[2].legend(frameon=False, fontsize=8)
    plt.close(drawing)
    return drawing
