"""The InfoNCE bound by enumeration: what it misses, what M moves, and critics from samples."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import Measurement, Runs, Settings
from sith.numerics.studies.frame.readings import Number, largest, over_runs, values_of
from sith.numerics.studies.frame.rules import Equals, MeanWithin
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.numerics.studies.frame.table import Row, table
from sith.numerics.studies.samples.information_bound_figure import draw
from sith.numerics.studies.samples.information_bound_runs import (
    MANY,
    PAIRS,
    PREDICTION,
    SHOWN,
    measure,
    root,
    scales_of,
)


def _plan(budget: str) -> list[Settings]:
    joints, samples = {"smoke": (5, 40), "ci": (40, 400), "full": (200, 2000)}[budget]
    return [
        *({"part": "joint", "seed": s} for s in range(joints)),
        *({"part": "limit", "seed": s} for s in range(3)),
        {"part": "restricted", "critic": "wrong", "seed": 0},
        {"part": "restricted", "critic": "right", "seed": 0},
        *({"part": "samples", "seed": s, "runs": samples // 8} for s in range(8)),
    ]


def _limits(runs: Runs) -> float:
    return float(np.mean([_limit(row) for row in _missed(runs)]))


def _many_scales(runs: Runs) -> float:
    """Without the term of order 1/M."""
    scales = scales_of(runs, "wrong")
    return 2 * scales[-1] - scales[-2]


def _above_zero(name: str) -> Number:
    """The largest excess over the joints, or 0."""
    return lambda runs: max(0.0, *values_of(runs, name, part="joint"))


DOUBLE = "sums in double precision"

ROOTS = "both are roots of a slope, found to 1e-12"

ONE, FULL = root("slope_one"), root("slope_many")

FINDINGS = table(
    Row(
        "largest distance of the best free critic from log r, all M",
        largest("moved", part="joint"),
        Equals(0.0, 1e-6),
        "Newton stops below a predicted decrease of 1e-18, at curvatures down to 1e-6",
    ),
    Row(
        "largest distance of what is missing from its divergence D_M",
        largest("wrong", part="joint"),
        Equals(0.0, 1e-12),
        DOUBLE,
    ),
    Row(
        "largest excess of a bound over min(I, log(M+1))",
        _above_zero("excess"),
        Equals(0.0, 1e-12),
        DOUBLE,
    ),
    Row(
        "largest excess of D_M over log(1 + χ²/(M+1))",
        _above_zero("above"),
        Equals(0.0, 1e-12),
        DOUBLE,
    ),
    Row(
        f"2(M+1) D_M/χ², from M = {MANY[-2]} and {MANY[-1]} without the term of order 1/M",
        _limits,
        Equals(1.0, 0.01),
        "what is left is of order 1/M²",
    ),
    Row(
        "scale of the restricted critic, one negative",
        lambda runs: scales_of(runs, "wrong")[0],
        Equals(ONE, 1e-9),
        ROOTS,
    ),
    Row(
        f"the same with many negatives, from M = {MANY[-2]} and {MANY[-1]}",
        _many_scales,
        Equals(FULL, 0.02 * abs(FULL - ONE)),
        "what is left of the way from one to many is of order 1/M²",
    ),
    Row(
        "spread over M of the scale of the critic that holds log r",
        lambda runs: float(np.ptp(scales_of(runs, "right"))),
        Equals(0.0, 1e-9),
        ROOTS,
    ),
    Row(
        f"bound from fresh rows, critics fitted to {PAIRS} rows, M = {SHOWN}",
        over_runs("fresh", part="samples"),
        lambda runs: MeanWithin(most=values_of(runs, "most", part="samples")[0]),
        "I − D_M is the best any critic has; the interval over batches must lie below",
    ),
    Row(
        "the same from the rows that the critic was fitted to",
        over_runs("own", part="samples"),
        lambda runs: MeanWithin(least=values_of(runs, "information", part="samples")[0]),
        "here nothing bounds it: the interval must lie above I",
    ),
)


def _missed(measurements: Sequence[Measurement]) -> list[list[float]]:
    """What is missing at each M, in units of its predicted value for many negatives."""
    rows = []
    for m in measurements:
        if m.settings["part"] == "limit":
            limit = evaluate(
                PREDICTION.formula("missing_for_many"), chi=m.result["chi"], M=np.array(MANY)
            )
            rows.append((np.array(m.result["missing"]) / limit).tolist())
    return rows


def _limit(row: Sequence[float]) -> float:
    """Extrapolated in 1/(M+1) from the last two, of which the last has twice the slots."""
    return 2 * row[-1] - row[-2]


STUDY = Study(
    name="information_bound",
    title=PREDICTION.title,
    direction=Direction.SAMPLES,
    prediction=PREDICTION,
    plan=_plan,
    measure=measure,
    compare=FINDINGS,
    figure=draw,
    contradictions={
        "negatives move the best free critic": changed("moved", lambda e: e + 1e-3, part="joint"),
        "something else is missing": changed("wrong", lambda e: e + 1e-6, part="joint"),
        "a critic beats the bound": changed("excess", lambda _: 1e-3, part="joint"),
        "more is missing than allowed": changed("above", lambda _: 1e-3, part="joint"),
        "what is missing falls more slowly": changed(
            "missing",
            lambda x: [v * (k + 1) ** 0.05 for v, k in zip(x, MANY, strict=True)],
            part="limit",
        ),
        "the restricted critic stays": changed("scales", lambda x: [x[3]] * len(x), critic="wrong"),
        "the right critic moves": changed(
            "scales", lambda x: [*x[:-1], x[-1] + 0.01], critic="right"
        ),
        "fresh rows beat the bound": changed("fresh", lambda v: v + 1, part="samples"),
        "fitted rows obey the bound": changed("own", lambda v: v - 1, part="samples"),
    },
)
