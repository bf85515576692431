"""A nearly kept latent: the loss along a family of squeezed maps, its slope, and the best map."""

from __future__ import annotations

from typing import Any

import numpy as np

from sith.numerics.studies.frame.finding import Runs, Settings
from sith.numerics.studies.frame.readings import only, over_runs, values_of
from sith.numerics.studies.frame.rules import Equals, MeanEquals
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.numerics.studies.frame.table import Each, Row, Rows, table
from sith.numerics.studies.samples.soft_diversity_figure import draw
from sith.numerics.studies.samples.soft_diversity_runs import (
    FACTORS,
    KEPT,
    PREDICTION,
    SAMPLED,
    SOFTNESS,
    measure,
    name_of,
    result_of,
)


def _plan(budget: str) -> list[Settings]:
    seeds, rows = {"smoke": (8, 20_000), "ci": (20, 20_000), "full": (100, 400_000)}[budget]
    return [
        *({"part": "curve", "softness": s} for s in SOFTNESS),
        *({"part": "best", "softness": s} for s in SAMPLED),
        *(
            {"part": "sampled", "softness": s, "seed": i, "rows": rows}
            for s in SAMPLED
            for i in range(seeds)
        ),
    ]


def _of_curve(s: float) -> Rows:
    return (
        Row(
            f"slope of the loss at the identity, {name_of(s)}",
            only("slope", part="curve", softness=s),
            lambda runs: Equals(_moment_of(runs, s), 1e-5),
            "central differences of step 0.001: 1e-6/6 times a third derivative of order 10",
        ),
    )


def _moment_of(runs: Runs, softness: float) -> float:
    return float(result_of(runs, "curve", softness)["moment"])


def _curve(runs: Runs, softness: float) -> np.ndarray:
    return np.array(result_of(runs, "curve", softness)["curve"])


def _order(runs: Runs) -> float:
    """The distance of a curve from that of a kept latent, s = 400 over s = 100."""
    near, far = (float(np.abs(_curve(runs, s) - _curve(runs, KEPT)).max()) for s in (100.0, 400.0))
    return far / near


def _above_the_family(runs: Runs, softness: float) -> float:
    found = result_of(runs, "best", softness)
    return max(0.0, float(found["best"]) - float(found["family"]))


def _said(runs: Runs, softness: float) -> str:
    found = result_of(runs, "best", softness)
    return f"best {found['best']:.4f}, family {found['family']:.4f}, both less the identity"


def _of_sampled(s: float) -> Rows:
    drawn: Row[Any] = Row(
        f"slope of −κ times the alignment from drawn pairs, {name_of(s)}",
        over_runs("slope", part="sampled", softness=s),
        lambda runs: MeanEquals(_moment_of(runs, s), 0.02),
        "a row has a spread of about 1; 8 runs of 20,000 rows give an interval of ± 0.006",
    )
    if s == 0:
        return drawn, Row(
            "least loss found among symmetric maps over the identity's, von Mises–Fisher pairs",
            only("best", part="best", softness=s),
            Equals(0.0, 1e-9),
            "the identity is optimal, and it is one of the starts",
        )
    return drawn, Row(
        f"least loss found among symmetric maps above the least of the family, {name_of(s)}",
        lambda runs: _above_the_family(runs, s),
        Equals(0.0, 1e-9),
        "the family is a part of the maps",
        lambda runs: _said(runs, s),
    )


FINDINGS = table(
    Each(SOFTNESS, _of_curve),
    Row(
        "largest slope of the uniformity at the identity",
        lambda runs: max(values_of(runs, "uniformity_slope", part="curve"), key=abs),
        Equals(0.0, 1e-5),
        "as above",
    ),
    Row(
        "best λ of the family for von Mises–Fisher pairs",
        lambda runs: FACTORS[int(_curve(runs, 0.0).argmin())],
        Equals(1.0, 1e-9),
        "the family is read every 0.05",
    ),
    Row(
        "distance of the curve at s = 400 from that of a kept latent, over that at s = 100",
        _order,
        Equals(0.25, 0.05),
        "continuous of order 1/s; the next order is 1/s²",
    ),
    Each(SAMPLED, _of_sampled),
)

STUDY = Study(
    name="soft_diversity",
    title=PREDICTION.title,
    direction=Direction.SAMPLES,
    prediction=PREDICTION,
    plan=_plan,
    measure=measure,
    compare=FINDINGS,
    figure=draw,
    contradictions={
        "a slope that the moment does not give": changed("slope", lambda x: x + 1e-3, part="curve"),
        "a uniformity that moves": changed("uniformity_slope", lambda _: 0.1, part="curve"),
        "von Mises–Fisher pairs that squeeze": changed(
            "curve", lambda c: list(reversed(c)), part="curve", softness=0.0
        ),
        "a jump at the kept latent": changed(
            "curve", lambda c: [x + 0.1 for x in c], part="curve", softness=KEPT
        ),
        "drawn pairs of another slope": changed("slope", lambda x: x + 0.5, part="sampled"),
        "maps worse than the family": changed("best", lambda _: 0.1, part="best"),
    },
)
