"""How many classes cross-entropy needs: seen directions, quadrics, and a flat family of optima."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import Measurement, Runs, Settings
from sith.numerics.studies.frame.readings import runs_where, values_of
from sith.numerics.studies.frame.rules import Equals, MeanEquals, MeanWithin
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.numerics.studies.frame.table import Each, Row, Rows, table
from sith.numerics.studies.samples.diet_classes_figure import draw
from sith.numerics.studies.samples.diet_classes_runs import (
    DIM,
    NEAR,
    PREDICTION,
    STRETCHES,
    counts_of,
    ended_of,
    entries_of,
    flat_of,
    measure,
    point_of,
    seen_count,
)

COUNTS = (2, 3, 4, 5, 6)


def _plan(budget: str) -> list[Settings]:
    counts, groups, steps, starts, random_starts, draws = {
        "smoke": ((2, 3, 4), 1, 400, 4, 16, 1),
        "ci": (COUNTS, 4, 600, 20, 40, 3),
        "full": (COUNTS, 10, 2000, 100, 200, 10),
    }[budget]
    seen = [
        {"part": "seen", "classes": c, "group": g, "steps": steps}
        for c in counts
        for g in range(groups)
    ]
    quadrics = [
        {"part": "quadrics", "dim": d, "classes": c, "seed": s}
        for d in (2, 3, 4)
        for c in (2 * d, d * (d + 3) // 2 - 1, d * (d + 3) // 2, d * (d + 3) // 2 + 2)
        for s in range(draws)
    ]
    # For d = 2 the counts 2d and d(d+3)/2 − 1 are the same.
    quadrics = [q for i, q in enumerate(quadrics) if q not in quadrics[:i]]
    near = [
        {"part": "near", "classes": c, "stretch": a, "seed": s}
        for c in (4, 5)
        for a in STRETCHES
        for s in range(starts)
    ]
    random = [
        {"part": "random", "classes": c, "seed": s} for c in (4, 5, 6) for s in range(random_starts)
    ]
    return [*seen, *quadrics, *near, *random]


def _of_seen(count: int) -> Rows:
    rank = seen_count(count)
    seen: Row[list[float]] = Row(
        f"R² of the {rank} seen latents, {count} classes",
        lambda runs: flat_of(runs, "inside", count),
        MeanWithin(least=0.9),
        "1 at the optimum; networks 0.02 nats above it explain at least 0.9",
    )
    if rank == DIM:
        return (seen,)
    return seen, Row(
        f"R² of the {DIM - rank} hidden latents, {count} classes",
        lambda runs: flat_of(runs, "outside", count),
        MeanEquals(0.0, 0.05),
        "half of the error of the network, 1 − R² ≤ 0.1 above, may lie along them",
    )


def _near(runs: Runs) -> list[float]:
    return [float(g < NEAR) for c in counts_of(runs) for g in entries_of(runs, "gap", c)]


def _wrong_ranks(runs: Runs) -> float:
    quadrics = PREDICTION.formula("quadrics")
    return float(
        sum(
            m.result["free"]
            != int(evaluate(quadrics, C=m.settings["classes"], d=m.settings["dim"]))
            for m in runs_where(runs, part="quadrics")
        )
    )


def _fooled(runs: Runs) -> float:
    """The share of sets of 2d classes that meet the published condition."""
    found = [
        m.result["published"]
        for m in runs_where(runs, part="quadrics")
        if m.settings["classes"] == 2 * int(m.settings["dim"])
    ]
    return float(np.mean(found))


def _of_stretch(stretch: float) -> Rows:
    predicted = float(evaluate(PREDICTION.formula("ratio"), **point_of(stretch)))
    return (
        Row(
            f"√(a/b) of h after training from near a = {stretch:.3g}, 4 classes",
            lambda runs: ended_of(runs, "stretch", part="near", classes=4, stretch=stretch),
            MeanEquals(predicted, 0.02),
            "the start is off the optimum by 0.01 in every entry",
        ),
    )


def _of_ratios(part: str, what: str) -> Each[int]:
    def said(runs: Runs, count: int) -> str:
        ended = len(ended_of(runs, "ratio", part=part, classes=count))
        started = len(values_of(runs, "gap", part=part, classes=count))
        return f"{ended} of {started} runs ended at the optimum"

    return Each(
        lambda runs: _random_counts(runs, part),
        lambda count: (
            Row(
                f"largest ratio of singular values of h from {what}, {count} classes",
                lambda runs: max(
                    ended_of(runs, "ratio", part=part, classes=count), default=math.nan
                ),
                Equals(1.0, 1e-4),
                "L-BFGS ends where the gradient is below 1e-8 or the loss stands still",
                lambda runs: said(runs, count),
            ),
        ),
    )


FREE = {"part": "random", "classes": 4}

FINDINGS = table(
    Row(
        f"share of networks within {NEAR} nats of the optimum; the others do not count",
        _near,
        MeanWithin(least=0.6),
        "most must, or the choice of the runs would be a part of the result",
    ),
    Each(counts_of, _of_seen),
    Row(
        "sets of classes with another number of quadrics than predicted",
        _wrong_ranks,
        Equals(0.0, 0.0),
        "exact ranks of rational vectors",
        lambda runs: f"{len(runs_where(runs, part='quadrics'))} sets, d = 2, 3, 4",
    ),
    Row(
        "share of sets of 2d classes that meet the published condition",
        _fooled,
        Equals(1.0, 0.0),
        "exact ranks; the quadrics above are left all the same",
    ),
    Each(STRETCHES, _of_stretch),
    _of_ratios("near", "near every a"),
    _of_ratios("random", "random starts"),
    Row(
        "distance from a x² + b(1 − x²) = 1 from random starts, 4 classes",
        lambda runs: max(ended_of(runs, "off_family", **FREE), default=math.nan),
        Equals(0.0, 1e-4),
        "as above: every optimum is a member of the family",
    ),
    Row(
        "log of the ratio of singular values of h from random starts, 4 classes",
        lambda runs: [math.log(r) for r in ended_of(runs, "ratio", **FREE)],
        MeanWithin(least=math.log(1.05)),
        "a flat family: ends are spread over it, the mean is above that of a ratio 1.05",
    ),
)


def _random_counts(measurements: Sequence[Measurement], part: str) -> list[int]:
    found = {int(m.settings["classes"]) for m in measurements if m.settings["part"] == part}
    return sorted(found - {4})


STUDY = Study(
    name="diet_classes",
    title=PREDICTION.title,
    direction=Direction.SAMPLES,
    prediction=PREDICTION,
    plan=_plan,
    measure=measure,
    compare=FINDINGS,
    figure=draw,
    contradictions={
        "networks far from their optimum": changed(
            "gap", lambda gaps: [0.01, *(0.1 for _ in gaps[1:])], part="seen"
        ),
        "seen latents that are not recovered": changed(
            "inside", lambda values: [0.5 for _ in values], part="seen"
        ),
        "two classes that show every latent": changed(
            "outside", lambda values: [0.9 for _ in values], part="seen", classes=2
        ),
        "three classes that show every latent": changed(
            "outside", lambda values: [0.9 for _ in values], part="seen", classes=3
        ),
        "2d classes that leave no quadric": changed("free", lambda _: 0, part="quadrics"),
        "sets that miss the published condition": changed(
            "published", lambda _: 0.0, part="quadrics"
        ),
        "four classes that are drawn to another map": changed(
            "stretch", lambda s: s + 0.1, part="near", classes=4
        ),
        "five classes that keep their start": changed(
            "ratio", lambda _: 1.5, part="near", classes=5
        ),
        "five classes that end off the rotations": changed(
            "ratio", lambda _: 1.5, part="random", classes=5
        ),
        "six classes that end off the rotations": changed(
            "ratio", lambda _: 1.5, part="random", classes=6
        ),
        "four classes that find rotations": changed(
            "ratio", lambda _: 1.0, part="random", classes=4
        ),
        "four classes that leave the family": changed(
            "off_family", lambda _: 0.1, part="random", classes=4
        ),
    },
)
