"""Every study, by name. Adding one is one file and one line."""

from __future__ import annotations

from importlib import import_module

from sith.numerics.studies.frame.study import Study
from sith.theory import UnknownName
from sith.theory.errors import did_you_mean

_FOLDER = {
    "batch_size": "samples",
    "centring": "dynamics",
    "clustering": "dynamics",
    "covariance_operator": "dynamics",
    "deep_linear": "dynamics",
    "diet_classes": "samples",
    "dimensional_collapse": "dynamics",
    "direct_pred": "dynamics",
    "efference": "graphs",
    "encoder_class": "bias",
    "explaining_away": "graphs",
    "imbalance": "samples",
    "implementable_clusters": "graphs",
    "information_bound": "samples",
    "interplay": "bias",
    "loss_gap_over_time": "dynamics",
    "matched_encoder": "bias",
    "mode_blindness": "samples",
    "optimiser": "bias",
    "platonic": "platonic",
    "platonic_kernel": "platonic",
    "projector": "bias",
    "reweighted_sam": "samples",
    "sample_size": "samples",
    "self_prediction": "dynamics",
    "sigreg_directions": "samples",
    "similarity_graph": "graphs",
    "soft_diversity": "samples",
    "stepwise": "dynamics",
    "sterile_dichotomy": "platonic",
    "training_time": "dynamics",
    "waveform": "graphs",
}
NAMES: tuple[str, ...] = tuple(_FOLDER)
"""Alphabetical; the file, the prediction and the page of the book have the same name."""


def study(name: str) -> Study:
    """Return a study by name; raises `UnknownName` for another. Only its own file is loaded."""
    if name not in NAMES:
        raise UnknownName(
            f"study '{name}'", allowed=", ".join(NAMES), cure=did_you_mean(name, NAMES)
        )
    found: Study = import_module(f"sith.numerics.studies.{_FOLDER[name]}.{name}").STUDY
    return found


def studies() -> tuple[Study, ...]:
    """Return all studies."""
    return tuple(study(name) for name in NAMES)
