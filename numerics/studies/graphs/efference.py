"""Equivariance to known actions: what trained linear maps span, against the derived commutant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import Measurement, Settings
from sith.numerics.studies.frame.readings import only, pooled
from sith.numerics.studies.frame.rules import Equals, MeanWithin
from sith.numerics.studies.frame.study import Change, Direction, Study, changed
from sith.numerics.studies.frame.table import Each, Row, Rows, table
from sith.numerics.studies.graphs.efference_figure import draw
from sith.numerics.studies.graphs.efference_runs import (
    ACTIONS,
    DIM,
    NAMES,
    PREDICTION,
    ZERO,
    measure,
    result_of,
)

CHAIN = ("turn", "turns", "mirror", "all")


def _plan(budget: str) -> list[Settings]:
    seeds = {"smoke": 12, "ci": 32, "full": 100}[budget]
    return [{"actions": name, "seeds": seeds} for name in ACTIONS]


def _of_actions(name: str) -> Rows:
    words, own = NAMES[name], {"actions": name}
    closed = Equals(float(evaluate(PREDICTION.formula(name), n=DIM)), 0.0)
    return (
        Row(
            f"{words}: dimension, closed form against the engine's derivation",
            only("derived", **own),
            closed,
            "integers",
        ),
        Row(
            f"{words}: dimensions that trained maps span",
            lambda runs: float(sum(x > ZERO**0.5 for x in result_of(runs, name)["singular"])),
            closed,
            f"singular values above {ZERO**0.5:g} of the largest, one map for each seed",
        ),
        Row(
            f"{words}: largest share of a map outside the commutant",
            lambda runs: max(result_of(runs, name)["residual"][name]),
            Equals(0.0, ZERO),
            "1,500 steps; seeds 100 to 115 end below 1e-7",
        ),
        Row(
            f"{words}: largest loss",
            lambda runs: max(result_of(runs, name)["loss"]),
            Equals(0.0, ZERO),
            "1,500 steps; zero is reached on the commutant",
        ),
    )


def _of_chain(pair: tuple[str, str]) -> Rows:
    name, smaller = pair
    return (
        Row(
            f"{NAMES[name]}: share outside the next smaller commutant",
            lambda runs: list(result_of(runs, name)["residual"][smaller]),
            MeanWithin(least=0.05),
            "the interval must lie above 0.05; members have 0",
        ),
    )


FINDINGS = table(
    Each(NAMES, _of_actions),
    Each(tuple(pairwise(CHAIN)), _of_chain),
    Each(
        ("turn", "turns", "mirror", "common"),
        lambda name: (
            Row(
                f"{NAMES[name]}: distance from multiples of orthogonal maps",
                pooled("orthogonal", actions=name),
                MeanWithin(least=0.01),
                "the interval must lie above 0.01; these commutants hold other maps",
            ),
        ),
    ),
    Row(
        "smallest over largest singular value of the maps, all sets",
        lambda runs: [x for name in ACTIONS for x in result_of(runs, name)["conditions"]],
        MeanWithin(least=0.05),
        "invertible maps: the interval must lie above 0.05",
    ),
    Row(
        f"{NAMES['all']}: largest distance from multiples of orthogonal maps",
        lambda runs: max(result_of(runs, "all")["orthogonal"]),
        Equals(0.0, ZERO),
        "scalars are multiples of orthogonal maps",
    ),
)


def _all_runs(name: str, change: Callable[[float], float]) -> Change:
    """Change one list of numbers of every measurement."""

    def apply(measurements: Sequence[Measurement]) -> list[Measurement]:
        return [
            Measurement(m.settings, {**m.result, name: [change(x) for x in m.result[name]]})
            for m in measurements
        ]

    return apply


def _residuals(change: Callable[[float], float]) -> Change:
    """Change the residuals to every commutant."""

    def apply(measurements: Sequence[Measurement]) -> list[Measurement]:
        return [
            Measurement(
                m.settings,
                {
                    **m.result,
                    "residual": {
                        k: [change(x) for x in v] for k, v in m.result["residual"].items()
                    },
                },
            )
            for m in measurements
        ]

    return apply


STUDY = Study(
    name="efference",
    title=PREDICTION.title,
    direction=Direction.GRAPHS,
    prediction=PREDICTION,
    plan=_plan,
    measure=measure,
    compare=FINDINGS,
    figure=draw,
    contradictions={
        "another group is derived": changed("derived", lambda x: x + 1),
        "the maps span more": changed("singular", lambda x: [1.0, *x]),
        "the maps leave their commutant": _residuals(lambda x: x + 0.01),
        "the maps lie in a smaller commutant": _residuals(lambda _: 0.0),
        "the maps are not invertible": _all_runs("conditions", lambda _: 0.0),
        "the loss stays above zero": _all_runs("loss", lambda x: x + 0.01),
        "the maps are multiples of orthogonal ones": _all_runs("orthogonal", lambda _: 0.0),
        "scalars are not orthogonal": changed("orthogonal", lambda x: [0.1, *x], actions="all"),
    },
)
