"""Check one theorem with trained encoders, and draw the true and the recovered latents.

python examples/check_zimmermann.py

The figure zimmermann_2021_vmf.png is written to the current folder.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure
from safetensors.numpy import load_file

from sith import CheckReport, check, theorem

SLUG = "zimmermann_2021_vmf"


def draw(latents: object, representations: object) -> Figure:
    """Draw both point clouds on the sphere, seen along the third axis.

    A point has the colour of its true position in both panels, so a rotation keeps the order of
    the colours and changes where they are.
    """
    figure = Figure(figsize=(7, 3.6), layout="constrained")
    for axes, points, title in zip(
        figure.subplots(1, 2), (latents, representations), ("true", "recovered"), strict=True
    ):
        front = points[:, 2] > 0
        colours = mpl.colormaps["twilight"]((latents[front, 0] + 1) / 2)
        axes.scatter(points[front, 0], points[front, 1], c=colours, s=5)
        axes.set(title=title, aspect="equal", xlim=(-1.05, 1.05), ylim=(-1.05, 1.05))
    return figure


def main(budget: str = "smoke", figure: Path | None = None) -> CheckReport:
    """Run the check, print its report, and save the figure of the first seed."""
    with tempfile.TemporaryDirectory() as scratch:
        kept = Path(scratch) / "run"
        report = check(theorem(SLUG), budget=budget, save=kept)
        run = load_file(kept / "run.safetensors")
    print(report)
    drawing = draw(run["latents"][0], run["representations"][0])
    drawing.savefig(figure or Path(f"{SLUG}.png"), dpi=150)
    return report


if __name__ == "__main__":
    main()
