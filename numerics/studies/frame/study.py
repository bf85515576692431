"""A study: a prediction, measurements that can contradict it, and a figure."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from sith.numerics.measure import interval
from sith.theory import Agreement, Prediction

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Settings = Mapping[str, Any]
Result = Mapping[str, Any]


class Direction(Enum):
    """The part of the programme that a study belongs to; the value is printed."""

    DYNAMICS = "training dynamics and convergence"
    SAMPLES = "finite samples, batch size and diversity"
    BIAS = "inductive bias"
    GRAPHS = "similarity graphs, equivariance, action"
    PLATONIC = "the Platonic question"


@dataclass(frozen=True, slots=True)
class Measurement:
    """One task of a study that has been run: its settings and its result, plain data both."""

    settings: Settings
    result: Result


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


Change = Callable[[Sequence[Measurement]], Sequence[Measurement]]


@dataclass(frozen=True, slots=True)
class Study:
    """Data and three functions; the algorithms that they call live elsewhere.

    Fields:
        name: lower case with underscores; also the name of its page.
        title: one line.
        direction: the part of the programme.
        prediction: the statement in sympy, with its formulas and its source.
        plan: budget ("smoke", "ci", "full") → settings of every measurement; plain data.
        measure: settings → result, plain data; runs in a worker, from its settings alone.
        compare: all measurements → findings.
        figure: all measurements → a matplotlib figure; prediction and measurement in one picture.
        contradictions: by name, changes of the measurements that would contradict the prediction.
            A test shows that each is noticed, and that every finding notices one: a finding that no
            measurement could contradict says nothing.
        revision: raised when a change of `measure` makes stored results worthless.
    """

    name: str
    title: str
    direction: Direction
    prediction: Prediction
    plan: Callable[[str], Sequence[Settings]]
    measure: Callable[[Settings], Result]
    compare: Callable[[Sequence[Measurement]], Sequence[Finding]]
    figure: Callable[[Sequence[Measurement]], Figure]
    contradictions: Mapping[str, Change]
    revision: int = 1


def values_of(measurements: Sequence[Measurement], name: str, /, **where: Any) -> list[float]:
    """Return one number of every measurement whose settings are as given, in order."""
    return [
        float(m.result[name])
        for m in measurements
        if all(m.settings.get(k) == v for k, v in where.items())
    ]


def changed(name: str, change: Callable[[Any], Any], /, **where: Any) -> Change:
    """Return what changes one entry of every result whose settings are as given.

    For `Study.contradictions`; raises `KeyError` where no result has the entry.
    """

    def apply(measurements: Sequence[Measurement]) -> list[Measurement]:
        out = []
        for m in measurements:
            if all(m.settings.get(k) == v for k, v in where.items()):
                out.append(Measurement(m.settings, {**m.result, name: change(m.result[name])}))
            else:
                out.append(m)
        return out

    return apply


def overall(findings: Sequence[Finding]) -> Agreement:
    """Disagrees if any finding does, agrees if all do."""
    outcomes = {f.agrees for f in findings}
    if Agreement.DISAGREES in outcomes:
        return Agreement.DISAGREES
    return Agreement.AGREES if outcomes == {Agreement.AGREES} else Agreement.UNDECIDED
