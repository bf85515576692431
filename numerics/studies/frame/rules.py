"""How a measurement is compared with its prediction: equality, equality of a mean, bounds of a mean.

A rule that only one study needs is a frozen dataclass with `compare` in that study's file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sith.numerics.studies.frame.finding import Finding, bounded, covered, within

Measured_contra = TypeVar("Measured_contra", contravariant=True)


class AbstractRule(Protocol[Measured_contra]):
    """A prediction, and what agrees with it."""

    def compare(self, name: str, measured: Measured_contra, reason: str) -> Finding:
        """Return the finding: agrees, disagrees, or undecided where the measurement cannot tell."""
        ...


@dataclass(frozen=True, slots=True)
class Equals:
    """A number without randomness: its distance from `value` is at most `tolerance`."""

    value: float
    tolerance: float

    def compare(self, name: str, measured: float, reason: str) -> Finding:
        """Return the finding; undecided where the measurement is NaN."""
        return within(name, self.value, measured, self.tolerance, reason)


@dataclass(frozen=True, slots=True)
class MeanEquals:
    """A mean over seeds: its 95 % interval lies within `tolerance` of `value`."""

    value: float
    tolerance: float

    def compare(self, name: str, measured: Sequence[float], reason: str) -> Finding:
        """Return the finding; undecided where a part of the interval lies within and a part does not."""
        return covered(name, self.value, measured, self.tolerance, reason)


@dataclass(frozen=True, slots=True)
class MeanWithin:
    """A mean over seeds: its 95 % interval lies in `least` to `most`; one of them may be left out.

    Also for an order or a sign: the mean of a difference is at least 0.
    """

    least: float = float("-inf")
    most: float = float("inf")

    def compare(self, name: str, measured: Sequence[float], reason: str) -> Finding:
        """Return the finding; undecided where the interval contains a bound."""
        return bounded(name, measured, reason, least=self.least, most=self.most)
