"""Draw what the optimum leaves free, as derived, beside what an encoder learned: the README's picture.

python examples/derived_and_trained.py

It is written to book/_static/derived_and_trained.png.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from safetensors.numpy import load_file

from sith import CheckReport, Lower, Verdict, check, theorem

SLUG = "zimmermann_2021_vmf"
PICTURE = Path(__file__).resolve().parents[1] / "book" / "_static" / "derived_and_trained.png"
SHOWN = 450
"""Points that are drawn, so that the picture stays small; the share of the variance is of all."""
FIELDS = ("#c1272d", "#0072b2", "#e69f00")

Points = NDArray[np.float64]


def field(element: Lower, points: Points) -> Points:
    """Return a derived field of polynomials at points, ``(N, d)``."""
    return np.stack(
        [
            sum(
                (float(t["coefficient"]) * np.prod(points ** t["powers"], axis=1) for t in terms),
                np.zeros(len(points)),
            )
            for terms in element.data["field"]
        ],
        axis=1,
    )


def aligned(representations: Points, latents: Points) -> Points:
    """Return the representations after the orthogonal map that brings them nearest the latents."""
    left, _, right = np.linalg.svd(representations.T @ latents)
    return representations @ left @ right


def _sphere(axes: Axes, points: Points, colours: Points, title: str) -> None:
    """Draw the half of a sphere that is seen along the third axis."""
    points, colours = points[:SHOWN], colours[:SHOWN]
    front = points[:, 2] > 0
    axes.scatter(points[front, 0], points[front, 1], c=colours[front], s=9, linewidths=0)
    _frame(axes, title)


def _frame(axes: Axes, title: str) -> None:
    angle = np.linspace(0, 2 * np.pi, 200)
    axes.plot(np.cos(angle), np.sin(angle), color="0.6", lw=0.8)
    axes.set_title(title, fontsize=10)
    axes.set(aspect="equal", xlim=(-1.15, 1.15), ylim=(-1.15, 1.15))
    axes.set_axis_off()


def _arrows(axes: Axes, verdict: Verdict) -> None:
    """Draw the derived fields on the sphere; each is the start of a motion that the loss allows."""
    count, golden = 22, np.pi * (3 - np.sqrt(5))
    height = 1 - 0.9 * (np.arange(count) + 0.5) / count
    radius, angle = np.sqrt(1 - height**2), golden * np.arange(count)
    places = np.column_stack([radius * np.cos(angle), radius * np.sin(angle), height])
    free = [element for element in verdict.lower if "field" in element.data]
    for element, colour in zip(free, FIELDS, strict=False):
        step = field(element, places)
        axes.quiver(
            *places[:, :2].T, *step[:, :2].T, color=colour, angles="xy", scale=8, width=0.007
        )
    _frame(axes, f"derived: free at the optimum\nis {verdict.group}, by {len(free)} fields")


def draw(verdict: Verdict, latents: Points, representations: Points) -> Figure:
    """Return the picture; a point keeps the colour of its true position in every panel."""
    figure = Figure(figsize=(9.2, 3.0), layout="constrained")
    panels = figure.subplots(1, 4)
    colours = np.clip(0.5 + 0.5 * latents, 0, 1)
    _sphere(panels[0], latents, colours, "latents\nthat made the data")
    _arrows(panels[1], verdict)
    _sphere(panels[2], representations, colours, "trained: what an encoder\nrecovers of them")
    back = aligned(representations, latents)
    left = np.mean((back - latents) ** 2) / np.var(latents)
    title = f"after one map of {verdict.group}:\n{left:.1%} of the variance is left"
    _sphere(panels[3], back, colours, title)
    return figure


def main(budget: str = "smoke", figure: Path = PICTURE) -> CheckReport:
    """Check the theorem, and draw its derivation and its first encoder."""
    with tempfile.TemporaryDirectory() as scratch:
        report = check(theorem(SLUG), budget=budget, save=Path(scratch) / "run")
        run = load_file(Path(scratch) / "run" / "run.safetensors")
    drawing = draw(report.derived, run["latents"][0], run["representations"][0])
    drawing.savefig(figure, dpi=100, pil_kwargs={"optimize": True})
    return report


if __name__ == "__main__":
    print(main())
