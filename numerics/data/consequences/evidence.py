"""What a test found: a p-value, an effect with its interval, and a sentence; and what it was given."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sith.numerics.data.table import Array


@dataclass(frozen=True, slots=True)
class Observed:
    """The data of a diagnosis.

    Fields:
        z: samples, ``(N, d)``.
        partner: their positive samples, ``(N, d)``; empty ``(0, d)`` where there are none.
        labels: the environment or class of every row, ``(N,)``, whole numbers; empty where none.
        means, variances: of every environment and coordinate, ``(E, d)``; empty where not given.
    """

    z: Array
    partner: Array
    labels: NDArray[np.intp]
    means: Array
    variances: Array

    @property
    def paired(self) -> bool:
        """Whether there are pairs."""
        return len(self.partner) > 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one test found.

    Fields:
        p_value: of the hypothesis that the consequence holds; 0 or 1 where it can be counted.
        effect: the size of the departure, in the unit that `meaning` names.
        low, high: a 95 % interval of the effect; NaN where there is none.
        meaning: of the effect, in words.
    """

    p_value: float
    effect: float
    meaning: str
    low: float = math.nan
    high: float = math.nan

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "p_value": self.p_value,
            "effect": self.effect,
            "low": self.low,
            "high": self.high,
            "meaning": self.meaning,
        }

    def __str__(self) -> str:
        """Effect, interval and p-value."""
        span = f" [{self.low:.3g}, {self.high:.3g}]" if math.isfinite(self.low) else ""
        return f"{self.meaning} {self.effect:.3g}{span}, p = {self.p_value:.2g}"


@dataclass(frozen=True, slots=True)
class Consequence:
    """An observable consequence of an assumption.

    Fields:
        name: of the test.
        statement: what the data must look like.
        needs: "samples", "pairs", "labels" or "environments".
        invariant: groups, by the names of `compare`, up to which the samples may be known.
        test: (data, seed) to the evidence.
    """

    name: str
    statement: str
    needs: str
    invariant: frozenset[str]
    test: Callable[[Observed, int], Evidence]


SIGNED = frozenset({"permutations", "signed permutations"})
SCALED = SIGNED | {"generalised permutations"}
ORTHOGONAL = SIGNED | {"orthogonal"}
LINEAR = SCALED | {"orthogonal", "linear", "affine"}
SMOOTH = LINEAR | {"smooth", ""}
