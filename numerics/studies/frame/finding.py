"""One number that was predicted beside what was measured of it: agrees, disagrees or undecided."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sith.numerics.measure import interval
from sith.theory import Agreement

Settings = Mapping[str, Any]
Result = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Measurement:
    """One task of a study that has been run: its settings and its result, plain data both."""

    settings: Settings
    result: Result


Runs = Sequence[Measurement]


@dataclass(frozen=True, slots=True)
class Finding:
    """One number that was predicted, and what was measured of it.

    Fields:
        name: what it is, with its unit or range.
        predicted: in words and numbers.
        measured: with an interval over seeds, or one number where nothing is random.
        error: distance of the measurement from the prediction, in the unit of `tolerance`.
        tolerance: the largest error that agrees.
        reason: why this tolerance, and its error rate where it is statistical.
        agrees: agrees, disagrees, or undecided where the measurement cannot tell.
        note: what else a reader must know; "" for nothing.
    """

    name: str
    predicted: str
    measured: str
    error: float
    tolerance: float
    reason: str
    agrees: Agreement
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as plain data, ready for JSON."""
        return {
            "name": self.name,
            "predicted": self.predicted,
            "measured": self.measured,
            "error": self.error,
            "tolerance": self.tolerance,
            "reason": self.reason,
            "agrees": self.agrees.value,
            "note": self.note,
        }


def within(
    name: str, predicted: float, measured: float, tolerance: float, reason: str, note: str = ""
) -> Finding:
    """Compare a number without randomness with its prediction, by absolute error."""
    error = abs(measured - predicted)
    agrees = Agreement.AGREES if error <= tolerance else Agreement.DISAGREES
    if math.isnan(error):
        agrees = Agreement.UNDECIDED
    return Finding(
        name, f"{predicted:.6g}", f"{measured:.6g}", error, tolerance, reason, agrees, note
    )


def covered(
    name: str, predicted: float, values: Sequence[float], tolerance: float, reason: str
) -> Finding:
    """Compare a mean over seeds with its prediction.

    It agrees if the whole 95 % interval of the mean lies within `tolerance` of the prediction,
    disagrees if none of it does, and is undecided else.
    """
    found = interval(values)
    nearest = max(0.0, found.low - predicted, predicted - found.high)
    farthest = max(abs(found.low - predicted), abs(found.high - predicted))
    return Finding(
        name,
        f"{predicted:.6g}",
        str(found),
        abs(found.mean - predicted),
        tolerance,
        reason,
        _three(farthest <= tolerance, nearest > tolerance),
    )


def bounded(
    name: str,
    values: Sequence[float],
    reason: str,
    *,
    least: float = float("-inf"),
    most: float = float("inf"),
) -> Finding:
    """Compare a mean over seeds with a bound: its 95 % interval lies in it, outside, or across.

    The prediction is an inequality, `least` ≤ value ≤ `most`.
    """
    found = interval(values)
    predicted = f"≥ {least:.6g}" if most == float("inf") else f"≤ {most:.6g}"
    if least > float("-inf") and most < float("inf"):
        predicted = f"{least:.6g} to {most:.6g}"
    error = max(0.0, least - found.mean, found.mean - most)
    inside = found.low >= least and found.high <= most
    outside = found.high < least or found.low > most
    return Finding(
        name, predicted, str(found), error, 0.0, reason, _three(bool(inside), bool(outside))
    )


def _three(yes: bool, no: bool) -> Agreement:
    if yes:
        return Agreement.AGREES
    return Agreement.DISAGREES if no else Agreement.UNDECIDED


def overall(findings: Sequence[Finding]) -> Agreement:
    """Disagrees if any finding does, agrees if all do."""
    outcomes = {f.agrees for f in findings}
    if Agreement.DISAGREES in outcomes:
        return Agreement.DISAGREES
    return Agreement.AGREES if outcomes == {Agreement.AGREES} else Agreement.UNDECIDED
