"""Every prediction, in alphabetical order. Adding one is one import and one entry."""

from __future__ import annotations

from theory.errors import UnknownName
from theory.prediction import Prediction
from theory.predictions.diet_classes import PREDICTION as DIET_CLASSES
from theory.predictions.mode_blindness import PREDICTION as MODE_BLINDNESS
from theory.predictions.soft_diversity import PREDICTION as SOFT_DIVERSITY
from theory.predictions.stepwise import PREDICTION as STEPWISE

PREDICTIONS: tuple[Prediction, ...] = (
    DIET_CLASSES,
    MODE_BLINDNESS,
    SOFT_DIVERSITY,
    STEPWISE,
)


def prediction(name: str) -> Prediction:
    """Return a prediction by name; raises `UnknownName` for another."""
    for entry in PREDICTIONS:
        if entry.name == name:
            return entry
    raise UnknownName(f"prediction '{name}'", allowed=", ".join(p.name for p in PREDICTIONS))
