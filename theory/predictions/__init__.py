"""Predictions beyond the optimum: one closed form per file, and the registry."""

from theory.predictions.registry import PREDICTIONS as PREDICTIONS
from theory.predictions.registry import prediction as prediction
