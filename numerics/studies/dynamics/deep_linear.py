"""Two linear layers: closed form, flow, SGD, and what happens when a condition fails."""

from __future__ import annotations

from sith.numerics.studies.dynamics.deep_linear_figure import draw
from sith.numerics.studies.dynamics.deep_linear_runs import PREDICTION, measure
from sith.numerics.studies.frame.finding import Settings
from sith.numerics.studies.frame.readings import largest, over_runs, runs_where
from sith.numerics.studies.frame.rules import Equals, MeanEquals, MeanWithin
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.numerics.studies.frame.table import Each, Row, Rows, table

SINGLE = ("balanced", "unbalanced", "coloured", "rotated")


def _plan(budget: str) -> list[Settings]:
    seeds = {"smoke": 5, "ci": 20, "full": 100}[budget]
    tasks: list[Settings] = [{"part": x, "seed": s} for x in SINGLE for s in range(3)]
    tasks += [{"part": "rotated", "seed": s} for s in range(3, 20)]
    tasks += [{"part": x, "seed": s} for s in range(seeds) for x in ("sgd", "random")]
    return tasks


def _of_flow(part: str) -> Rows:
    return (
        Row(
            f"largest distance of the flow from its closed form, {part}",
            largest("error", part=part),
            Equals(0.0, 1e-6),
            "the solver's relative tolerance is 1e-9 over 12 units of time",
        ),
    )


def _of_mode(j: int) -> Rows:
    return (
        Row(
            f"half time of mode {j + 1} over ln(s/a₀ − 1)/(2s), from a random start",
            lambda runs: [float(m.result["ratios"][j]) for m in runs_where(runs, part="random")],
            MeanEquals(1.0, 0.05),
            "read every 0.1 units of time; modes share hidden units; fixed with seeds 100 to 107",
        ),
    )


def _of_failure(part: str) -> Rows:
    return (
        Row(
            f"distance from the balanced white closed form where that fails, {part}",
            over_runs("from_white", part=part),
            MeanWithin(least=0.2),
            "the condition is needed",
        ),
    )


FINDINGS = table(
    Each(("balanced", "unbalanced", "coloured"), _of_flow),
    Row(
        "largest distance of SGD from the closed form",
        over_runs("error", part="sgd"),
        MeanWithin(most=0.25),
        "steps of 0.005 on batches of 64; seeds 100 to 107 stay below 0.11, the modes reach 3",
    ),
    Each(range(3), _of_mode),
    Each(("unbalanced", "coloured"), _of_failure),
    Row(
        "distance from the coloured closed form where the input axes are others",
        over_runs("error", part="rotated"),
        MeanWithin(least=0.2),
        "the shared axes are needed",
    ),
)

STUDY = Study(
    name="deep_linear",
    title=PREDICTION.title,
    direction=Direction.DYNAMICS,
    prediction=PREDICTION,
    plan=_plan,
    measure=measure,
    compare=FINDINGS,
    figure=draw,
    contradictions={
        **{
            f"the {part} flow leaves its closed form": changed(
                "error", lambda e: e + 1e-3, part=part
            )
            for part in ("balanced", "unbalanced", "coloured")
        },
        "SGD leaves the closed form": changed("error", lambda e: e + 1, part="sgd"),
        "half times that do not follow the start": changed(
            "ratios", lambda r: [1.5 * x for x in r], part="random"
        ),
        "an unbalanced start does not matter": changed(
            "from_white", lambda _: 0.0, part="unbalanced"
        ),
        "the variances do not matter": changed("from_white", lambda _: 0.0, part="coloured"),
        "the axes do not matter": changed("error", lambda _: 0.0, part="rotated"),
    },
)
