"""Every prediction, in alphabetical order. Adding one is one import and one entry."""

from __future__ import annotations

from theory.errors import UnknownName
from theory.prediction import Prediction
from theory.predictions.interplay import PREDICTION as INTERPLAY
from theory.predictions.matched_encoder import PREDICTION as MATCHED_ENCODER
from theory.predictions.optimiser import PREDICTION as OPTIMISER
from theory.predictions.stepwise import PREDICTION as STEPWISE
from theory.predictions.training_time import PREDICTION as TRAINING_TIME

PREDICTIONS: tuple[Prediction, ...] = (
    INTERPLAY,
    MATCHED_ENCODER,
    OPTIMISER,
    STEPWISE,
    TRAINING_TIME,
)


def prediction(name: str) -> Prediction:
    """Return a prediction by name; raises `UnknownName` for another."""
    for entry in PREDICTIONS:
        if entry.name == name:
            return entry
    raise UnknownName(f"prediction '{name}'", allowed=", ".join(p.name for p in PREDICTIONS))
