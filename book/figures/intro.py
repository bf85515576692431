"""One grid turned, mirrored, permuted, sheared and swirled, and which of these a loss allows."""

from __future__ import annotations

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.figure import Figure

from book.figures.pictures.grid import draw, lines_of, reach_of
from book.figures.pictures.maps import shear, turn
from book.figures.pictures.specs import PLANE
from book.figures.pictures.style import KEPT, RISING, TEXT, WIDTH, bare, done
from sith import theorem
from sith.numerics.exact import population_problem, spiral

Moved = Callable[[torch.Tensor], torch.Tensor]

MAPS: dict[str, Moved] = {
    "the latents": lambda z: z,
    "turned": turn(35.0),
    "mirrored": lambda z: torch.stack((-z[..., 0], z[..., 1]), -1),
    "permuted": lambda z: z[..., [1, 0]],
    "sheared": shear(0.5),
    "swirled": spiral(0.9),
}
LOSSES = {
    "likelihood of independent,\nGaussian latents": "hyvarinen_1999_nonidentifiability",
    "classify time segments": "hyvarinen_2016_tcl",
    "contrast with a model\nof the dynamics": "laiz_2025_dynamics",
    "InfoNCE on a box, $p=4$": "zimmermann_2021_lp",
    "linear ICA": "comon_1994_linear_ica",
}
ALLOWED = 1e-10
"""A loss above its minimum by no more than this is the minimum."""


def allowed() -> dict[str, tuple[bool, ...]]:
    """Return, for each loss, under which of the maps it stays at its minimum: by quadrature."""
    found = {}
    for name, slug in LOSSES.items():
        problem = population_problem(theorem(slug).at(2))
        found[name] = tuple(problem.gap(move) <= ALLOWED for move in MAPS.values())
    return found


def figure(answers: dict[str, tuple[bool, ...]]) -> Figure:
    """Draw the grids, and under each one which losses allow the map."""
    curves = torch.from_numpy(lines_of(PLANE))
    images = [
        np.asarray(move(curves.reshape(-1, 2))).reshape(curves.shape) for move in MAPS.values()
    ]
    reach, centre = reach_of(*images)
    shape = {"width_ratios": [1.75, *[1.0] * len(MAPS)], "height_ratios": [1.0, 1.45]}
    drawing, axes = plt.subplots(
        2, len(MAPS) + 1, figsize=(WIDTH, 3.3), dpi=180, layout="constrained", gridspec_kw=shape
    )
    axes[0, 0].axis("off")
    for place, image, title in zip(axes[0, 1:], images, MAPS, strict=True):
        bare(place, title, reach, centre)
        draw(place, image)
    for column, place in enumerate(axes[1]):
        place.axis("off")
        place.set(xlim=(-1, 1), ylim=(-len(answers) + 0.4, 0.6))
        for row, (name, answer) in enumerate(answers.items()):
            if column == 0:
                place.text(1, -row, name, ha="right", va="center", fontsize=TEXT, linespacing=1.15)
            else:
                said, colour = ("yes", KEPT) if answer[column - 1] else ("no", RISING)
                place.text(0, -row, said, ha="center", va="center", fontsize=TEXT, color=colour)
    return done(drawing)
