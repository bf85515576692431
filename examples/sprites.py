"""Recover position, scale, rotation and hue of a sprite from pairs of images, and draw both.

python examples/sprites.py [--first 300] [--steps 500] [--seeds 2] [--json FILE]

Two minutes on one core; the figure sprites.png is written to the current folder. The table of the
book is that of

python examples/sprites.py --first 600 --steps 1400 --seeds 3 --json book/_static/sprites.json
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from matplotlib.figure import Figure

from sith.numerics.experiments import SpriteStudy, Stage, sprite_study
from sith.numerics.mixings import SpriteMixing
from sith.numerics.worlds import SpriteWorld

MIXING = SpriteMixing("heart", side=16, reach=0.2, smallest=0.5, largest=0.75)
WORLD = SpriteWorld(rate=16, concentration=16)
# Pairs that share little but rotation and hue; see the book on why they come first.
CIRCLES = SpriteWorld(rate=1, concentration=32)


def draw(latents: object, predicted: object, shown: int = 12) -> Figure:
    """Draw sprites, and each latent as it was read out of the representation against the truth."""
    true, found = (np.asarray(values) for values in (latents, predicted))
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    rows = figure.subfigures(2, 1, height_ratios=(1, 2.6))
    sharp = SpriteMixing("heart", 64, MIXING.reach, MIXING.smallest, MIXING.largest)
    for axes, image in zip(
        rows[0].subplots(1, shown), sharp.images(torch.tensor(true[:shown])), strict=True
    ):
        axes.imshow(image.permute(1, 2, 0).clamp(0, 1).numpy())
        axes.set_axis_off()
    panels = rows[1].subplots(1, 5)
    for k, (axes, name) in enumerate(zip(panels[:3], ("x", "y", "scale"), strict=True)):
        axes.plot((0, 1), (0, 1), color="0.8", lw=1)
        axes.scatter(true[:, k], found[:, k], s=3)
        axes.set(title=name, xlabel="true", aspect="equal", xlim=(-0.2, 1.2), ylim=(-0.2, 1.2))
    for k, (axes, name) in zip(
        (3, 5), zip(panels[3:], ("rotation", "hue"), strict=True), strict=True
    ):
        a, b = (np.degrees(np.arctan2(v[:, k + 1], v[:, k])) for v in (true, found))
        axes.plot((-180, 180), (-180, 180), color="0.8", lw=1)
        axes.scatter(a, b, s=3)
        axes.set(title=f"{name} in degrees", xlabel="true", aspect="equal")
        axes.set(xticks=(-180, 0, 180), yticks=(-180, 0, 180))
    panels[0].set_ylabel("recovered")
    return figure


def main(
    first: int = 300,
    steps: int = 500,
    seeds: int = 2,
    *,
    figure: Path = Path("sprites.png"),
    data: Path | None = None,
) -> SpriteStudy:
    """Train, print the scores, and save the figure of the first seed.

    With `first` = 0 the training starts in the tested world.
    """
    torch.set_num_threads(1)
    stages = [Stage(CIRCLES, first)] if first else []
    study = sprite_study([*stages, Stage(WORLD, steps)], MIXING, seeds=range(seeds))
    for name, value in study.r2.items():
        print(f"R² of {name:14} {value}")
    print(f"R² up to rotation    {study.procrustes}")
    print(f"MCC                  {study.mcc}")
    print(f"loss                 {study.loss}")
    print(f"  above the optimum  {study.gap}")
    if data is not None:
        options = {"first": first, "steps": steps, "seeds": seeds}
        data.write_text(json.dumps({"options": options, **study.to_dict()}) + "\n")
    draw(study.latents[:300], study.predicted[:300]).savefig(figure, dpi=150)
    return study


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Recover the latents of sprites from images.")
    parser.add_argument("--first", type=int, default=300, help="steps on the pairs that come first")
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--figure", type=Path, default=Path("sprites.png"))
    parser.add_argument("--json", type=Path, default=None)
    given = parser.parse_args()
    main(given.first, given.steps, given.seeds, figure=given.figure, data=given.json)
