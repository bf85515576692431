"""Blocks of latents as colour strips of many samples, in both views and in the representation."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from book.figures.pictures.specs import Strips
from book.figures.pictures.style import TEXT, done, panels

SAMPLES, GAP = 22, 0.14
COLOURS = ("viridis", "inferno", "cividis", "PuRd")
SAME = "same"
Values = NDArray[np.float64]


def words(spec: Strips) -> tuple[str, str]:
    """Return the caption and the text alternative."""
    caption = f"Each strip shows many samples of one block, a bar for each. {spec.words}"
    names = " and ".join(f"'{name}'" for name, _ in spec.views)
    rows = f"Two rows of colour strips, {names}, one strip for each block and for the outputs. "
    return caption, rows + spec.words


def figure(slug: str, spec: Strips) -> Figure:
    """Draw the picture."""
    del slug
    drawing, (axes,) = panels(1, height=0.72 + 0.62 * len(spec.views))
    axes.axis("off")
    rng = np.random.default_rng(4)
    first = {name: rng.uniform(size=SAMPLES) for name in spec.blocks}
    start = len(spec.blocks) + 0.5
    for row, (view, held) in enumerate(spec.views):
        values = {
            name: first[name] if how == SAME else rng.uniform(size=SAMPLES)
            for name, how in zip(spec.blocks, held, strict=True)
            if how
        }
        axes.text(-0.08, -row - 0.5, view, ha="right", va="center", fontsize=TEXT)
        for column, name in enumerate(spec.blocks):
            _strip(axes, column, row, values.get(name), COLOURS[column])
        axes.annotate(
            "",
            (start - 0.08, -row - 0.5),
            (start - 0.42, -row - 0.5),
            arrowprops={"arrowstyle": "->", "color": "0.3"},
        )
        for k, (_, block) in enumerate(spec.outputs):
            shade = COLOURS[0 if block == "*" else spec.blocks.index(block)]
            _strip(axes, start + k, row, _output(values, block), shade if block != "*" else "cool")
    for column, name in enumerate(spec.blocks):
        axes.text(column + 0.5 - GAP / 2, 0.12, name, ha="center", va="bottom", fontsize=TEXT)
    for k, (name, block) in enumerate(spec.outputs):
        of = "content and style" if block == "*" else block
        text = f"{name},\nof {of}"
        axes.text(start + k + 0.5 - GAP / 2, 0.12, text, ha="center", va="bottom", fontsize=TEXT)
    axes.set_xlim(-0.6, start + len(spec.outputs))
    axes.set_ylim(-len(spec.views), 0.75)
    return done(drawing)


def _output(values: dict[str, Values], block: str) -> Values:
    """Return outputs: an invertible function of a block, or a function of all blocks."""
    if block != "*":
        return values[block] ** 2
    return np.mean(list(values.values()), axis=0)


def _strip(axes: Axes, column: float, row: int, values: Values | None, colours: str) -> None:
    """Draw one strip, or an empty frame for a block that is not seen."""
    left, width, top, height = column, 1 - GAP, -row - 0.12, 0.76
    if values is None:
        axes.add_patch(
            plt.Rectangle(
                (left, top - height), width, height, fill=False, ec="0.75", ls=":", lw=0.9
            )
        )
        axes.text(
            left + width / 2,
            top - height / 2,
            "not seen",
            ha="center",
            va="center",
            fontsize=TEXT,
            color="0.5",
        )
        return
    shades = plt.get_cmap(colours)(0.08 + 0.84 * values)
    for k, shade in enumerate(shades):
        axes.add_patch(
            plt.Rectangle(
                (left + k * width / SAMPLES, top - height), width / SAMPLES, height, fc=shade, lw=0
            )
        )
