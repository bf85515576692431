"""Batch size and negatives: variance of the gradient, the optimum by enumeration, and training."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sith.numerics.studies.frame.finding import Measurement, Settings
from sith.numerics.studies.frame.rules import Equals, MeanEquals, MeanWithin
from sith.numerics.studies.frame.slopes import log_slope
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.numerics.studies.frame.table import Each, Row, Rows, table
from sith.numerics.studies.samples.batch_size_figure import draw
from sith.numerics.studies.samples.batch_size_runs import (
    COUNTS,
    IN_BATCH,
    KAPPA,
    NEAR,
    OWN,
    PREDICTION,
    SIZES,
    constants,
    measure,
    name_of,
    predicted,
    rows_of,
    scales_of,
)

TRAINED = (1, 16)


def _plan(budget: str) -> list[Settings]:
    seeds, steps, runs = {"smoke": (10, 300, 4), "ci": (20, 1000, 6), "full": (100, 2000, 20)}[
        budget
    ]
    return [
        *(
            {"part": "variance", "negatives": k, "seed": s, "steps": steps}
            for k in (*OWN, IN_BATCH)
            for s in range(seeds)
        ),
        *({"part": "optimum", "law": law} for law in ("matched", "near")),
        *({"part": "training", "negatives": k, "runs": runs} for k in TRAINED),
    ]


def _slopes(measurements: Sequence[Measurement], negatives: int) -> list[float]:
    return [log_slope(SIZES, row) for row in rows_of(measurements, negatives)]


def _scaled(measurements: Sequence[Measurement], negatives: int) -> list[float]:
    """n times the variance: its mean over n, or at the largest n for in-batch negatives."""
    rows = np.array(rows_of(measurements, negatives)) * np.array(SIZES)
    kept = rows[:, -1:] if negatives == IN_BATCH else rows
    found: list[float] = kept.mean(1).tolist()
    return found


def _residuals(measurements: Sequence[Measurement], negatives: int) -> list[float]:
    return [
        float(x)
        for m in measurements
        if m.settings["part"] == "training" and m.settings["negatives"] == negatives
        for x in m.result["residuals"]
    ]


SAMPLING = "six standard errors of the smallest budget, √(2/300)/(√5 ln 2)/√10 = 0.017"

ROOTS = "roots of an enumerated slope, found to 1e-12"


def _of_slope(k: int) -> Rows:
    return (
        Row(
            f"slope of log variance of the gradient against log pairs, {name_of(k)}",
            lambda runs: _slopes(runs, k),
            MeanEquals(-1.0, 0.1),
            SAMPLING if k else SAMPLING + ", and terms of order 1/n from n = 16 on",
        ),
    )


def _of_constants(few: float, many: float) -> Rows:
    return (
        Row(
            "pairs times variance, M = 1",
            lambda runs: _scaled(runs, 1),
            MeanEquals(few, 0.1 * few),
            "sampling error: the standard error of ten seeds is about 2 %",
        ),
        Row(
            f"pairs times variance, in-batch negatives, {SIZES[-1]} pairs",
            lambda runs: _scaled(runs, IN_BATCH),
            MeanEquals(many, 0.15 * many),
            "sampling error of about 3 %, and terms of order 1/n",
        ),
    )


def _of_scales(one: float, many: float) -> Rows:
    return (
        Row(
            "largest distance over M of the optimal scale from κ, matched",
            lambda runs: float(np.abs(np.array(scales_of(runs, "matched")) - KAPPA).max()),
            Equals(0.0, 1e-9),
            ROOTS,
        ),
        Row(
            "optimal scale, mismatched, one negative",
            lambda runs: scales_of(runs, "near")[0],
            Equals(one, 1e-9),
            ROOTS,
        ),
        Row(
            f"the same for many negatives, from M = {COUNTS[-2]} and {COUNTS[-1]}",
            lambda runs: _extrapolated(scales_of(runs, "near")),
            Equals(many, 0.1 * abs(many - one)),
            "what is left of the way from one to many is of order 1/M²",
        ),
    )


def _of_training(k: int) -> Rows:
    return (
        Row(
            f"residual to O(2) after training, {name_of(k)}",
            lambda runs: _residuals(runs, k),
            MeanWithin(most=0.02),
            "the interval over seeds must lie below 0.02, as in the checks of theorems",
        ),
    )


FINDINGS = table(
    Each((*OWN, IN_BATCH), _of_slope),
    *_of_constants(constants("one"), constants("many")),
    *_of_scales(predicted("one", NEAR), predicted("many", NEAR)),
    Each(TRAINED, _of_training),
)


def _extrapolated(scales: Sequence[float]) -> float:
    """To 1/(M+1) = 0 along the line through the last two."""
    a, b = COUNTS[-2] + 1, COUNTS[-1] + 1
    return (b * scales[-1] - a * scales[-2]) / (b - a)


STUDY = Study(
    name="batch_size",
    title=PREDICTION.title,
    direction=Direction.SAMPLES,
    prediction=PREDICTION,
    plan=_plan,
    measure=measure,
    compare=FINDINGS,
    figure=draw,
    contradictions={
        "the variance falls like a root of the pairs": changed(
            "variances",
            lambda v: [x * math.sqrt(n) for x, n in zip(v, SIZES, strict=True)],
            part="variance",
        ),
        "twice the variance": changed("variances", lambda v: [2 * x for x in v], part="variance"),
        "negatives move the matched optimum": changed(
            "scales", lambda s: [*s[:-1], s[-1] + 0.01], law="matched"
        ),
        "negatives do not move the mismatched one": changed(
            "scales", lambda s: [s[2]] * len(s), law="near"
        ),
        "training leaves the group": changed(
            "residuals", lambda r: [x + 0.5 for x in r], part="training"
        ),
    },
)
