"""The objectives that are minimal exactly where the outputs have the law of the prior."""

from __future__ import annotations

from sith.theory.objectives.likelihood import Likelihood
from sith.theory.objectives.score_matching import ScoreMatching
from sith.theory.objectives.sliced_normality import SlicedNormality

LawMatching = Likelihood | ScoreMatching | SlicedNormality
"""Their conditions, where one is derived, say that h keeps a law; what else they ask is theirs."""
