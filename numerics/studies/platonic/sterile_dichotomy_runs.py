"""Runs of contrastive and other objectives: what is measured."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sith.numerics.measure import linear_r2, mcc, procrustes_r2
from sith.numerics.runs.design import Design
from sith.numerics.studies.frame.finding import Measurement, Result, Settings
from sith.numerics.studies.frame.relation import relate
from sith.numerics.studies.samples.gaussian_runs import train_objective

CONTRASTIVE = ("infonce", "spectral")

OTHERS = ("vicreg", "barlow", "whitening", "sigreg")

UNEQUAL = ("infonce unequal", "spectral unequal", "vicreg unequal", "barlow unequal")

GAP = 0.02


def measure(settings: Settings) -> Result:
    """Return the result of one measurement; `settings` names its part."""
    name = str(settings["objective"])
    first = 100 * (1 + [*CONTRASTIVE, *OTHERS, *UNEQUAL].index(name))
    slow = name in ("spectral", "sigreg", *UNEQUAL)
    design = Design(
        steps=int(settings["steps"]) * (2 if slow else 1),
        batch=int(settings["batch"]),
        held_out=2048,
        width=48,
    )
    run = train_objective(name, design, tuple(range(first, first + int(settings["seeds"]))))
    z, y = run.latents, run.representations
    pairs = [relate(z, h) for h in y]
    leading = [_leading(h, z.shape[1]) for h in y]
    matched = [float(mcc(z, h).mcc) for h in y]
    return {
        "gaps": run.gaps,
        "inside": [1 - r.rotation for r in pairs],
        "linear": [float(linear_r2(z, h)) for h in y],
        "orthogonal": [float(procrustes_r2(z, h)) for h in leading],
        "mcc": matched,
        "explained": [r.backward for r in pairs],
        "axes": [1 - m**2 for m in matched],
        "scale": [float(np.square(h - h.mean(0)).sum(1).mean()) / z.shape[1] for h in y],
    }


def _leading(h: np.ndarray, dim: int) -> np.ndarray:
    """The centred outputs along their `dim` largest principal directions; a constant is left out."""
    h = h - h.mean(0)
    found: np.ndarray = h @ np.linalg.svd(h, full_matrices=False)[2][:dim].T
    return found


def finished_of(measurements: Sequence[Measurement], name: str, what: str) -> list[float]:
    """One value for each seed that reached its optimum."""
    return [
        float(x)
        for m in measurements
        if m.settings["objective"] == name
        for x, gap in zip(m.result[what], m.result["gaps"], strict=True)
        if abs(gap) <= GAP
    ] or [float("nan")]


def present(measurements: Sequence[Measurement], names: Sequence[str]) -> list[str]:
    """Return the objectives among these that were run, in this order."""
    there = {m.settings["objective"] for m in measurements}
    return [n for n in names if n in there]
