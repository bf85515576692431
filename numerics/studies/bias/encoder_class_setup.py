"""The study of encoder classes: its settings, its limits and what is measured."""

from __future__ import annotations

from typing import Any

import numpy as np

from sith.numerics.studies.bias.encoder_class_runs import (
    mixture,
    selection,
    tie,
)
from sith.numerics.studies.frame.finding import Measurement, Result, Settings
from sith.numerics.studies.frame.parts import rounded

FACTORS = (0.5, 0.8, 0.9, 0.95, 1.0, 1.05, 1.1, 1.25, 2.0)
"""Brightness c over c*, for one linear output."""

SCALES = (1e-6, 1.0)

SIDES = (0.6, 1.7)
"""c over the threshold of a network's kernel."""

EXCESS = 1e-3
"""Of the loss, at most, for two outputs that count as trained."""

TIED_EXCESS = 0.01
"""Of the loss of one tied output; next to λ² = 0.66."""


def measure(settings: Settings) -> Result:
    """Return the result of one measurement; `settings` names its part."""
    if settings["part"] == "class":
        count, steps = int(settings["seeds"]), int(settings["steps"])
        found: Any = selection(settings["world"], settings["class"], count, steps)
    elif settings["part"] == "mixture":
        found = mixture(settings["factor"], settings["scale"], int(settings["seed"]))
    else:
        count, steps = int(settings["seeds"]), int(settings["steps"])
        found = tie(settings["network"], settings["factor"], count, steps)
    out: Result = rounded(found)
    return out


def reached_of(m: Measurement) -> np.ndarray:
    """Which seeds count: those whose loss is next to −λ²."""
    return np.array(m.result["excess"]) <= TIED_EXCESS
