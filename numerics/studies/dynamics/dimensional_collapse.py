"""Which directions a linear InfoNCE encoder loses: augmentation, kind of negatives, depth."""

from __future__ import annotations

from itertools import product

import numpy as np

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.dynamics.dimensional_collapse_figure import draw
from sith.numerics.studies.dynamics.dimensional_collapse_runs import (
    HORIZON,
    KINDS,
    NOISES,
    PREDICTION,
    STARTS,
    entries,
    final,
    measure,
    modes,
)
from sith.numerics.studies.frame.finding import Runs, Settings
from sith.numerics.studies.frame.readings import Reading, largest, over_runs, runs_where
from sith.numerics.studies.frame.rules import Equals, MeanEquals, MeanWithin
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.numerics.studies.frame.table import Each, Row, Rows, table

COUNTS = (1, 7)


def _plan(budget: str) -> list[Settings]:
    seeds = {"smoke": 4, "ci": 12, "full": 50}[budget]
    tasks: list[Settings] = [{"part": "fixed", "seed": 0}]
    for seed in range(seeds):
        tasks += [
            {"part": "growth", "kind": k, "negatives": m, "seed": seed}
            for k in KINDS
            for m in COUNTS
        ]
        tasks += [{"part": "end", "kind": k, "seed": seed} for k in KINDS]
        tasks += [{"part": "layers", "layers": n, "seed": seed} for n in (1, 2)]
    return tasks


def _rank(weights: np.ndarray) -> float:
    shares = weights / weights.sum()
    return float(np.exp(-(shares * np.log(shares)).sum()))


def _entry(name: str, index: int, /, **where: object) -> Reading:
    return lambda runs: entries(runs, name, index, **where)


def _of_growth(key: tuple[str, int, int]) -> Rows:
    kind, count, j = key
    noise = NOISES[j]
    rate = float(evaluate(PREDICTION.formula(GROWTH[kind]), S=1, A=noise, M=count))
    return (
        Row(
            f"growth rate at W = 0, {kind} negatives, M = {count}, A/S = {noise}",
            _entry("rates", j, part="growth", kind=kind, negatives=count),
            MeanEquals(rate, 0.15),
            "8,000 groups of 8 anchors: the intervals at seeds 100 to 103 fit twice",
        ),
    )


def _of_clean(j: int) -> Rows:
    noise = NOISES[j]
    return (
        Row(
            f"squared weight at the end of SGD, clean negatives, A/S = {noise}",
            _entry("weights", j, part="end", kind="clean"),
            MeanEquals(final("clean", noise), 0.1 if noise < 1 else 0.05),
            "256 negatives in place of infinitely many; fixed with seeds 100 to 107",
        ),
    )


def _of_augmented(j: int) -> Rows:
    return (
        Row(
            f"squared weight at the end of SGD, augmented negatives, A/S = {NOISES[j]}",
            _entry("weights", j, part="end", kind="augmented"),
            MeanWithin(least=0.05),
            "it does not vanish beyond A/S = 2",
        ),
    )


def _of_layers(count: int) -> Rows:
    closed, own = modes(count)[1], {"part": "layers", "layers": count}

    def distance(runs: Runs) -> float:
        found = np.mean([m.result["weights"] for m in runs_where(runs, **own)], axis=0)
        return float(np.abs(found.T - closed).max())

    return (
        Row(
            f"largest distance of the mean mode weights of SGD from the flow, {count} layer(s)",
            distance,
            Equals(0.0, 0.2),
            "steps of 0.02, 256 negatives; weights end at 1.7; fixed with seeds 100 to 107",
        ),
        Row(
            f"effective rank at time {HORIZON:.0f}, {count} layer(s), of {len(STARTS)}",
            over_runs("rank", **own),
            MeanEquals(_rank(closed[-1]), 0.15),
            "128 samples; fixed with seeds 100 to 107",
        ),
    )


GROWTH = {"clean": "growth", "augmented": "growth_augmented"}

EACH = range(len(NOISES))

FINDINGS = table(
    Row(
        "largest distance of two linear layers under a fixed X from the closed form",
        largest("error", part="fixed"),
        Equals(0.0, 1e-6),
        "the solver's relative tolerance is 1e-9",
    ),
    Each(tuple(product(KINDS, COUNTS, EACH)), _of_growth),
    Each(EACH, _of_clean),
    Each([j for j in EACH if NOISES[j] > 2], _of_augmented),
    Each((1, 2), _of_layers),
)

STUDY = Study(
    name="dimensional_collapse",
    title=PREDICTION.title,
    direction=Direction.DYNAMICS,
    prediction=PREDICTION,
    plan=_plan,
    measure=measure,
    compare=FINDINGS,
    figure=draw,
    contradictions={
        "the layers leave the closed form": changed("error", lambda e: e + 1e-3, part="fixed"),
        "other growth": changed("rates", lambda r: [x + 0.5 for x in r], part="growth"),
        "another end": changed("weights", lambda w: [x + 0.3 for x in w], part="end", kind="clean"),
        "augmented negatives lose directions too": changed(
            "weights", lambda w: [0.0 for _ in w], part="end", kind="augmented"
        ),
        "depth does not matter": changed(
            "weights", lambda w: [[5.0] * len(x) for x in w], part="layers"
        ),
        "every direction has rank one": changed("rank", lambda _: 1.0, part="layers"),
    },
)
