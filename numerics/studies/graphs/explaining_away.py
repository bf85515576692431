"""Explaining away: exact tables, and what a trained predictor of the augmentation keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sith.numerics.studies.frame.finding import Measurement, Runs, Settings
from sith.numerics.studies.frame.readings import only, pooled, pooled_of
from sith.numerics.studies.frame.rules import Equals, MeanEquals
from sith.numerics.studies.frame.study import Change, Direction, Study, changed
from sith.numerics.studies.frame.table import Each, Row, Rows, table
from sith.numerics.studies.graphs.explaining_away_figure import draw
from sith.numerics.studies.graphs.explaining_away_runs import (
    PREDICTION,
    TABLES,
    WORLDS,
    formula_of,
    measure,
)


def _plan(budget: str) -> list[Settings]:
    seeds = {"smoke": 3, "ci": 8, "full": 30}[budget]
    tables = {"smoke": 30, "ci": 100, "full": 1000}[budget]
    parts = ("view", "told", "invariant", "invariant 2")
    trained = [{"part": p, "t_0": a, "t_1": b, "seeds": seeds} for a, b in WORLDS for p in parts]
    return [*({"part": "table", "kind": k, "count": tables} for k in TABLES), *trained]


WORDS = {
    "general": "general tables",
    "determined": "tables where the view determines A",
    "classless": "tables that do not depend on the class",
}

PARTS = {
    "view": "predicting A from the view",
    "told": "predicting A from view and class",
    "invariant": "invariance, one output",
    "invariant 2": "invariance, two outputs",
}

READ_EXACTLY = "the levels of a trained representation are read exactly"


def _of_table(kind: str) -> Rows:
    return (
        Row(
            f"share of {WORDS[kind]} with I(A;C|X̃) > 0, in exact arithmetic",
            only("dependent", part="table", kind=kind),
            Equals(float(kind == "general"), 0.0),
            "exact fractions",
        ),
    )


def _of_part(part: str) -> Rows:
    return (
        Row(
            f"{PARTS[part]}: largest loss above the optimum",
            lambda runs: max(pooled_of(runs, "gap", part=part)),
            Equals(0.0, 2e-3),
            "800 steps of AdamW on the population; the optimum told the class is at infinity",
        ),
    )


def _saved(runs: Runs, here: Mapping[str, float]) -> list[float]:
    """The loss that being told the class saves, one for each run."""
    alone, told = (pooled_of(runs, "loss", part=p, **here) for p in ("view", "told"))
    return [a - b for a, b in zip(alone, told, strict=True)]


def _of_world(world: tuple[float, float]) -> Rows:
    here = {"t_0": world[0], "t_1": world[1]}
    name = f"t = {world[0]:g}, {world[1]:g}"
    accuracy = MeanEquals(formula_of("accuracy", world), 1e-9)
    return (
        Row(
            f"{name}: loss that being told the class saves, nats",
            lambda runs: _saved(runs, here),
            MeanEquals(formula_of("gain", world), 4e-3),
            "twice the largest gap of the losses",
        ),
        Row(
            f"{name}: class information kept for predicting A, nats",
            pooled("information", part="view", **here),
            MeanEquals(formula_of("kept", world), 1e-9),
            READ_EXACTLY,
        ),
        Row(
            f"{name}: accuracy of the class from that representation",
            pooled("accuracy", part="view", **here),
            accuracy,
            READ_EXACTLY,
        ),
        Row(
            f"{name}: accuracy of the class from one invariant output",
            pooled("accuracy", part="invariant", **here),
            MeanEquals(0.5, 1e-9),
            READ_EXACTLY,
        ),
        Row(
            f"{name}: accuracy of the class from two invariant outputs",
            pooled("accuracy", part="invariant 2", **here),
            accuracy,
            READ_EXACTLY,
        ),
    )


FINDINGS = table(Each(TABLES, _of_table), Each(PARTS, _of_part), Each(WORLDS, _of_world))


def _of_runs(name: str, change: Callable[[float], float]) -> Change:
    """Change one entry of every run, where there are any."""

    def apply(measurements: Sequence[Measurement]) -> list[Measurement]:
        return [
            Measurement(m.settings, {**m.result, name: [change(x) for x in m.result[name]]})
            if name in m.result
            else m
            for m in measurements
        ]

    return apply


STUDY = Study(
    name="explaining_away",
    title=PREDICTION.title,
    direction=Direction.GRAPHS,
    prediction=PREDICTION,
    plan=_plan,
    measure=measure,
    compare=FINDINGS,
    figure=draw,
    contradictions={
        "a table without dependence": changed("dependent", lambda x: 0.99 * x, kind="general"),
        "dependence where the view tells A": changed(
            "dependent", lambda _: 0.01, kind="determined"
        ),
        "dependence without a class": changed("dependent", lambda _: 0.01, kind="classless"),
        "training stops early": _of_runs("gap", lambda x: x + 0.01),
        "being told the class saves nothing": _of_runs("loss", lambda _: 0.4),
        "another amount is kept": _of_runs("information", lambda x: x + 0.05),
        "another accuracy": _of_runs("accuracy", lambda x: x + 0.05),
    },
)
