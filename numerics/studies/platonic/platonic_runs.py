"""Runs of objectives, architectures and modalities on common latents."""

from __future__ import annotations

import numpy as np

from sith.numerics.runs.design import Design
from sith.numerics.studies.frame.finding import Result, Settings
from sith.numerics.studies.platonic.platonic_spans import (
    BROKEN,
    ISOMETRIC,
    LINEAR,
    MISFIT,
)
from sith.numerics.studies.samples.gaussian_runs import train_objective

SEEDED = (*ISOMETRIC, "supervised", "instances", *BROKEN, MISFIT, "byol")
"""Seeds of an objective follow its place here."""

SHAPES = {"wide": (48, 2), "deep": (24, 4)}


def measure(settings: Settings) -> Result:
    """Return the result of one measurement; `settings` names its part."""
    name, (width, blocks) = str(settings["objective"]), SHAPES[settings["shape"]]
    first = 1000 * (SEEDED.index(name) + 1)
    if settings["view"] == "spiral":
        first += 500
    slow = name in ("folded mixing", *LINEAR, "sigreg")
    design = Design(
        steps=int(settings["steps"]) * (2 if slow else 1),
        batch=384,
        held_out=int(settings.get("held_out", 2048)),
        width=width,
        blocks=blocks,
    )
    seeds = tuple(range(first, first + int(settings["seeds"])))
    run = train_objective(name, design, seeds, spiral=settings["view"] == "spiral")
    found = {"representations": np.round(run.representations, 2).tolist(), "gaps": run.gaps}
    return {**found, "errors": run.errors} if run.errors else found
