"""Every prediction, by name. Adding one is one file and one line.

A prediction is built on demand: the formulas of all of them take seconds.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sith.theory.errors import UnknownName
from sith.theory.prediction_entry import Prediction

if TYPE_CHECKING:
    PREDICTIONS: tuple[Prediction, ...]

NAMES: tuple[str, ...] = (
    "batch_size",
    "centring",
    "clustering",
    "covariance_operator",
    "deep_linear",
    "diet_classes",
    "dimensional_collapse",
    "direct_pred",
    "efference",
    "encoder_class",
    "explaining_away",
    "imbalance",
    "implementable_clusters",
    "information_bound",
    "interplay",
    "loss_gap_over_time",
    "matched_encoder",
    "mode_blindness",
    "optimiser",
    "platonic",
    "platonic_kernel",
    "projector",
    "reweighted_sam",
    "sample_size",
    "self_prediction",
    "sigreg_directions",
    "similarity_graph",
    "soft_diversity",
    "stepwise",
    "sterile_dichotomy",
    "training_time",
    "waveform",
)
"""Alphabetical; each is the name of its file."""


def prediction(name: str) -> Prediction:
    """Return a prediction by name; raises `UnknownName` for another. Only its own file is loaded."""
    if name not in NAMES:
        raise UnknownName(f"prediction '{name}'", allowed=", ".join(NAMES))
    found: Prediction = import_module(f"sith.theory.predictions.{name}").PREDICTION
    return found


def __getattr__(name: str) -> Any:
    """Build `PREDICTIONS` on demand, not when this module is loaded."""
    if name != "PREDICTIONS":
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    value = tuple(prediction(entry) for entry in NAMES)
    globals()[name] = value
    return value
