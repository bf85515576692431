"""Pairs that keep a coordinate: what Möbius, linear, random-feature and MLP encoders select."""

from __future__ import annotations

from collections.abc import Sequence

from sith.numerics.studies.bias.matched_encoder_figure import draw
from sith.numerics.studies.bias.matched_encoder_runs import (
    CONCENTRATIONS,
    FREE,
    KAPPA,
    PREDICTION,
    measure,
    optimum,
)
from sith.numerics.studies.frame.finding import Settings
from sith.numerics.studies.frame.readings import least, only, over_runs, pooled_of, values_of
from sith.numerics.studies.frame.rules import Equals, MeanWithin
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.numerics.studies.frame.table import Each, Row, Rows, table


def _plan(budget: str) -> list[Settings]:
    seeds = {"smoke": 3, "ci": 8, "full": 30}[budget]
    steps = {"smoke": 200, "ci": 500, "full": 2000}[budget]
    exact = [
        {"class": name, "kappa": k, "seed": s, "steps": 2000}
        for name in ("linear", "moebius")
        for k in CONCENTRATIONS
        for s in range(seeds)
    ]
    free = [
        {"class": name, "kappa": KAPPA, "seed": s, "steps": steps}
        for name in FREE
        for s in range(seeds)
    ]
    return [*exact, *free]


LINEAR = {"class": "linear"}

MOEBIUS = {"class": "moebius"}


def _of_concentration(kappa: float) -> Rows:
    own = optimum(kappa)
    nodes = "16 rings against 24: they differ by less than 1e-4 for κ of 2 to 5"
    return (
        Row(
            f"slope of the loss at the rotations, κ = {kappa:g}",
            only("slope", **LINEAR, kappa=kappa),
            Equals(own["slope"], 1e-4),
            nodes,
        ),
        Row(
            f"λ of the best linear encoder, the farthest of all starts, κ = {kappa:g}",
            lambda runs: _farthest(pooled_of(runs, "ratios", **LINEAR, kappa=kappa), own["ratio"]),
            Equals(own["ratio"], 1e-3),
            f"{nodes}; nine parameters, random starts",
        ),
        Row(
            f"R² of the best linear encoder, κ = {kappa:g}",
            lambda runs: _farthest(values_of(runs, "r2", **LINEAR, kappa=kappa), own["r2"]),
            Equals(own["r2"], 1e-3),
            nodes,
        ),
        Row(
            f"1 − E‖h − Qz‖² of the best Möbius encoder, κ = {kappa:g}",
            least("orthogonal", **MOEBIUS, kappa=kappa),
            Equals(1.0, 1e-6),
            "rotations lie in the class; L-BFGS to a gradient of 1e-10",
        ),
    )


def _farthest(found: Sequence[float], expected: float) -> float:
    return max(found, key=lambda r: abs(r - expected))


def _of_free(lowest: float) -> Rows:
    return [
        Row(
            f"loss above the rotations, {name}",
            over_runs("excess", **{"class": name}),
            MeanWithin(most=lowest),
            "more flexible than the best linear encoder, whose loss is the bound",
        )
        for name in FREE[1:]
    ]


FINDINGS = table(
    Each(CONCENTRATIONS, _of_concentration),
    Each(lambda _: (optimum(KAPPA)["excess"],), _of_free),
    Row(
        "R² of the wide and of the deep MLP",
        lambda runs: [
            x for n in ("mlp 64", "mlp 32-32") for x in values_of(runs, "r2", **{"class": n})
        ],
        MeanWithin(most=0.5),
        "diversity is violated and nothing selects a rotation; seeds 100 to 104 stay below 0.4",
    ),
)

_ONE = {"class": "linear"}

STUDY = Study(
    name="matched_encoder",
    title=PREDICTION.title,
    direction=Direction.BIAS,
    prediction=PREDICTION,
    plan=_plan,
    measure=measure,
    compare=FINDINGS,
    figure=draw,
    contradictions={
        "rotations are stationary": changed("slope", lambda _: 0.0, **_ONE),
        "the best linear encoder is a rotation": changed("ratios", lambda _: [1.0, 1.0], **_ONE),
        "the best linear encoder recovers everything": changed("r2", lambda _: 1.0, **_ONE),
        "the best Möbius encoder is not a rotation": changed(
            "orthogonal", lambda _: 0.95, **{"class": "moebius"}
        ),
        "flexible encoders stay at the rotations": changed("excess", lambda _: 0.0, kappa=KAPPA),
        "MLPs recover the latents": changed("r2", lambda _: 0.99, kappa=KAPPA),
    },
)
