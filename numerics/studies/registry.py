"""Every study, by name. Adding one is one file and one line."""

from __future__ import annotations

from importlib import import_module

from numerics.studies.study import Study
from theory import UnknownName

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
"""Alphabetical; the file, the prediction and the page of the book have the same name."""


def study(name: str) -> Study:
    """Return a study by name; raises `UnknownName` for another. Only its own file is loaded."""
    if name not in NAMES:
        raise UnknownName(f"study '{name}'", allowed=", ".join(NAMES))
    found: Study = import_module(f"numerics.studies.{name}").STUDY
    return found


def studies() -> tuple[Study, ...]:
    """Return all studies."""
    return tuple(study(name) for name in NAMES)
