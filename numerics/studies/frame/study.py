"""A study: a prediction, measurements that can contradict it, and a figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from sith.numerics.studies.frame.finding import Measurement, Result, Settings
from sith.numerics.studies.frame.table import Table
from sith.theory import Prediction

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Direction(Enum):
    """The part of the programme that a study belongs to; the value is printed."""

    DYNAMICS = "training dynamics and convergence"
    SAMPLES = "finite samples, batch size and diversity"
    BIAS = "inductive bias"
    GRAPHS = "similarity graphs, equivariance, action"
    PLATONIC = "the Platonic question"


Change = Callable[[Sequence[Measurement]], Sequence[Measurement]]


@dataclass(frozen=True, slots=True)
class Study:
    """Data, a table and three functions; the algorithms that they call live elsewhere.

    Fields:
        name: lower case with underscores; also the name of its page.
        title: one line.
        direction: the part of the programme.
        prediction: the statement in sympy, with its formulas and its source.
        plan: budget ("smoke", "ci", "full") → settings of every measurement; plain data.
        measure: settings → result, plain data; runs in a worker, from its settings alone.
        compare: the table of findings; called with all measurements.
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
    compare: Table
    figure: Callable[[Sequence[Measurement]], Figure]
    contradictions: Mapping[str, Change]
    revision: int = 1


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
