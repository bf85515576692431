"""Predictions beyond the optimum: one closed form per file, and the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sith.theory.predictions import registry as _registry
from sith.theory.predictions.registry import NAMES as NAMES
from sith.theory.predictions.registry import prediction as prediction

if TYPE_CHECKING:
    from sith.theory.predictions.registry import PREDICTIONS as PREDICTIONS


def __getattr__(name: str) -> Any:
    """Hand out the tuple of all predictions, which is built on demand."""
    return getattr(_registry, name)
