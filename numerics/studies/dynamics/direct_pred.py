"""Linear BYOL: fixed points, threshold and invariant; closed form, gradient flow and SGD."""

from __future__ import annotations

import numpy as np

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.dynamics.direct_pred_figure import draw
from sith.numerics.studies.dynamics.direct_pred_runs import (
    ALIGNED,
    ALPHA,
    FRACTIONS,
    NOISE,
    NUMBERS,
    PREDICTION,
    SAMPLED,
    measure,
    point_of,
)
from sith.numerics.studies.frame.finding import Runs, Settings
from sith.numerics.studies.frame.readings import largest, only, over_runs, values_of
from sith.numerics.studies.frame.rules import Equals, MeanEquals, MeanWithin
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.numerics.studies.frame.table import Each, Row, Rows, table

SCALES = (1.0, 1.4)


def _plan(budget: str) -> list[Settings]:
    seeds = {"smoke": 4, "ci": 10, "full": 40}[budget]
    alone: list[Settings] = [{"part": "aligned", "seed": s} for s in range(2)]
    alone += [{"part": "basin", "side": x, "seed": 0} for x in (0.95, 1.05)]
    for seed in range(seeds):
        alone += [{"part": "end", "fraction": f, "seed": seed} for f in FRACTIONS]
        alone += [{"part": "sampled", "fraction": f, "seed": seed} for f in SAMPLED]
        alone += [{"part": "memory", "scale": x, "seed": seed} for x in SCALES]
        alone += [{"part": x, "seed": seed} for x in ("no stop-gradient", "no predictor")]
    return alone


SGD = "sampling error and step size; the runs with seeds 100 to 107 stay within 0.045"


def _of_basin(start: tuple[float, float]) -> Rows:
    side, point = start
    return (
        Row(
            f"p at the end from {side} of p₋",
            only("end", part="basin", side=side),
            Equals(point, 1e-4),
            "the slowest rate is above 0.03 and the run lasts 400",
        ),
    )


def _fixed(fraction: float) -> float:
    return point_of("p_plus", fraction) if fraction < 1 else 0.0


def _of_end(fraction: float) -> Rows:
    return (
        Row(
            f"p at the end of the flow, decay {fraction} of the critical one",
            over_runs("end", part="end", fraction=fraction),
            MeanEquals(_fixed(fraction), 1e-4),
            "the slowest rate is above 0.02 and the run lasts 800",
        ),
    )


def _of_sampled(fraction: float) -> Rows:
    return (
        Row(
            f"p at the end of SGD, decay {fraction} of the critical one",
            over_runs("end", part="sampled", fraction=fraction),
            MeanEquals(_fixed(fraction), 0.05),
            SGD,
        ),
    )


def _larger(runs: Runs) -> list[float]:
    """What a larger start ends with beyond a smaller one, one for each seed."""
    small, large = (values_of(runs, "free", part="memory", scale=x) for x in SCALES)
    return [b - a for a, b in zip(small, large, strict=True)]


PLAIN = 2 * float(np.log(evaluate(PREDICTION.formula("no_predictor"), t=1, eta=0, **NUMBERS)))

MEMORY = (
    Row(
        "largest distance of s at the end from its closed form, no decay, flow",
        largest("flow", part="memory"),
        Equals(0.0, 1e-6),
        "the solver's relative tolerance is 1e-9 over 200 units of time",
    ),
    Row(
        "s at the end of SGD minus the closed form, no decay",
        over_runs("sampled", part="memory"),
        MeanEquals(0.0, 0.05),
        SGD,
    ),
    Row(
        f"s at the end from W of size {SCALES[1]} minus that from size {SCALES[0]}, no decay",
        _larger,
        MeanWithin(least=0.5),
        f"the closed form says {SCALES[1] ** 2 - SCALES[0] ** 2:.2f} on average",
    ),
    Row(
        "s at the end with decay 0.3 of the critical one, all starts",
        over_runs("decayed", part="memory"),
        MeanEquals(point_of("p_plus", 0.3) ** 2 / ALPHA, 1e-4),
        "the start is forgotten at rate 2η = 0.1 over 400 units of time",
    ),
)

FINDINGS = table(
    Row(
        "largest distance of the flow of full matrices from the closed form",
        largest("error", part="aligned"),
        Equals(0.0, 1e-6),
        "the solver's relative tolerance is 1e-9 over 40 units of time",
    ),
    Row(
        "largest entry of WWᵀ − PᵀP/α minus e^{−2ηt} times its start, full matrices",
        largest("invariant", part="end"),
        Equals(0.0, 1e-6),
        "the solver's relative tolerance is 1e-9 over 30 units of time",
    ),
    Each(((0.95, 0.0), (1.05, point_of("p_plus", ALIGNED))), _of_basin),
    Each(FRACTIONS, _of_end),
    Each(SAMPLED, _of_sampled),
    *MEMORY,
    Row(
        "rate of |W|² under SGD without predictor",
        over_runs("rate", part="no predictor"),
        MeanEquals(PLAIN, 0.05),
        SGD,
    ),
    Row(
        "rate of |W|² under SGD without stop-gradient",
        over_runs("rate", part="no stop-gradient"),
        MeanWithin(most=-2 * NOISE**2),
        "the bound is −2σ² for every predictor",
    ),
)


STUDY = Study(
    name="direct_pred",
    title=PREDICTION.title,
    direction=Direction.DYNAMICS,
    prediction=PREDICTION,
    plan=_plan,
    measure=measure,
    compare=FINDINGS,
    figure=draw,
    contradictions={
        "the flow leaves the closed form": changed("error", lambda e: e + 1e-3, part="aligned"),
        "the difference is not kept": changed("invariant", lambda e: e + 1e-3, part="end"),
        "below p₋ it does not collapse": changed("end", lambda _: 0.5, side=0.95),
        "above p₋ it collapses": changed("end", lambda _: 0.0, side=1.05),
        **{
            f"{part} at decay {x} ends elsewhere": changed(
                "end", lambda p: p + 0.2, part=part, fraction=x
            )
            for part, fractions in (("end", FRACTIONS), ("sampled", SAMPLED))
            for x in fractions
        },
        "the flow forgets its start": changed("flow", lambda e: e + 0.1, part="memory"),
        "SGD forgets its start": changed("sampled", lambda e: e + 0.2, part="memory"),
        "the size of the start does not matter": changed("free", lambda _: 0.5, part="memory"),
        "decay keeps the start": changed("decayed", lambda e: e + 0.1, part="memory"),
        "no predictor, no collapse": changed("rate", lambda _: 0.0, part="no predictor"),
        "no stop-gradient, no collapse": changed("rate", lambda _: 0.0, part="no stop-gradient"),
    },
)
