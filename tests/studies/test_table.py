"""The table of a study: its rules, rows that repeat, and what is undecided."""

import pytest

from sith import Agreement
from sith.numerics.studies import Measurement
from sith.numerics.studies.frame.readings import (
    largest,
    least,
    only,
    over_runs,
    pooled,
    run_where,
    runs_where,
)
from sith.numerics.studies.frame.rules import Equals, MeanEquals, MeanWithin
from sith.numerics.studies.frame.table import Each, Row, table

RUNS = [
    Measurement({"part": "flow", "seed": seed}, {"error": error, "ends": [error, 1.0]})
    for seed, error in enumerate((0.1, 0.3, 0.2))
]
RUNS.append(Measurement({"part": "other", "seed": 9}, {"error": 5.0, "ends": [5.0]}))


def test_a_reading_takes_the_runs_whose_settings_are_as_given():
    assert over_runs("error", part="flow")(RUNS) == [0.1, 0.3, 0.2]
    assert pooled("ends", part="flow")(RUNS) == [0.1, 1.0, 0.3, 1.0, 0.2, 1.0]
    assert largest("error", part="flow")(RUNS) == 0.3
    assert least("error", part="flow")(RUNS) == 0.1
    assert only("error", part="other")(RUNS) == 5.0
    assert run_where(RUNS, seed=1) == runs_where(RUNS, part="flow")[1]


def test_a_reading_of_no_run_is_refused():
    with pytest.raises(LookupError, match="no run"):
        run_where(RUNS, part="none")
    with pytest.raises(ValueError, match="empty"):
        largest("error", part="none")(RUNS)


@pytest.mark.parametrize(
    ("rule", "measured", "agrees"),
    [
        (Equals(1.0, 0.1), 1.05, Agreement.AGREES),
        (Equals(1.0, 0.1), 1.2, Agreement.DISAGREES),
        (Equals(1.0, 0.1), float("nan"), Agreement.UNDECIDED),
        (MeanEquals(1.0, 0.1), [1.01, 0.99, 1.0], Agreement.AGREES),
        (MeanEquals(1.0, 0.1), [2.01, 1.99, 2.0], Agreement.DISAGREES),
        (MeanEquals(1.0, 0.1), [0.0, 1.0, 2.0], Agreement.UNDECIDED),
        (MeanWithin(least=0.0), [1.0, 1.1, 0.9], Agreement.AGREES),
        (MeanWithin(least=0.0), [-1.0, -1.1, -0.9], Agreement.DISAGREES),
        (MeanWithin(most=0.0), [-1.0, -1.1, -0.9], Agreement.AGREES),
        (MeanWithin(least=0.0, most=2.0), [1.0, 1.1, 0.9], Agreement.AGREES),
        # The error bar is wider than the effect.
        (MeanWithin(least=0.0), [-1.0, 0.5, 1.1], Agreement.UNDECIDED),
    ],
)
def test_a_rule_agrees_disagrees_or_leaves_it_open(rule, measured, agrees):
    (found,) = table(Row("x", lambda _: measured, rule, "why"))(RUNS)
    assert found.agrees is agrees
    assert (found.name, found.reason, found.note) == ("x", "why", "")


def test_a_row_that_the_runs_cannot_decide_is_undecided_whatever_is_measured():
    for measured in (1.0, 5.0):
        row = Row(
            "x",
            lambda _, measured=measured: measured,
            Equals(1.0, 0.1),
            "why",
            "did not end",
            lambda _: False,
        )
        (found,) = table(row)(RUNS)
        assert found.agrees is Agreement.UNDECIDED
        assert found.note == "did not end"


def test_a_rule_and_texts_may_quote_the_runs():
    row = Row(
        "x",
        largest("error", part="flow"),
        lambda runs: Equals(only("error", part="other")(runs), 0.1),
        lambda runs: f"of {len(runs)} runs",
        lambda runs: f"{len(runs_where(runs, part='flow'))} flows",
    )
    (found,) = table(row)(RUNS)
    assert found.agrees is Agreement.DISAGREES
    assert (found.predicted, found.reason, found.note) == ("5", "of 4 runs", "3 flows")


def test_rows_repeat_over_constants_or_over_what_was_run():
    def rows(key):
        return (Row(f"x {key}", lambda _: 0.0, Equals(0.0, 0.0), "why"),)

    found = table(
        Each((1, 2), rows),
        Each(lambda runs: [m.settings["seed"] for m in runs], lambda k: (Each((k,), rows),)),
    )(RUNS)
    assert [f.name for f in found] == ["x 1", "x 2", "x 0", "x 1", "x 2", "x 9"]
