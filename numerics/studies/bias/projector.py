"""Dimension mismatch and projectors: what outputs hold, what a backbone keeps, what comes first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sith.numerics.studies.bias.projector_figure import draw
from sith.numerics.studies.bias.projector_networks import ONE_OUTPUT, of_excess, of_network
from sith.numerics.studies.bias.projector_runs import (
    fixed_run,
    network_run,
    outputs_run,
    time_run,
    trained_run,
)
from sith.numerics.studies.bias.projector_setup import (
    APART,
    CLOSE,
    DEGREE,
    DIM,
    EARLY,
    FEW,
    GROUP,
    MANY,
    NETWORK_WIDTH,
    NETWORKS,
    PREDICTION,
    RANKS,
    RATE,
    RATES,
    SCALES,
    SMALL,
    TOGETHER,
    UNEQUAL,
    WIDTH,
    entries,
)
from sith.numerics.studies.bias.projector_table import (
    of_few,
    of_fixed,
    of_many,
    of_rate,
    of_time,
    of_trained,
)
from sith.numerics.studies.frame.finding import Measurement, Result, Settings
from sith.numerics.studies.frame.parts import rounded
from sith.numerics.studies.frame.readings import runs_where
from sith.numerics.studies.frame.rules import MeanWithin
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.numerics.studies.frame.table import Each, Row, table


def _plan(budget: str) -> list[Settings]:
    groups = {"smoke": 4, "ci": 10, "full": 60}[budget]
    seeds = {"smoke": 6, "ci": 12, "full": 100}[budget]
    networks = {"smoke": 1, "ci": 2, "full": 10}[budget]
    steps = {"smoke": 250, "ci": 600, "full": 3000}[budget]
    few, many = ([{"part": "outputs", "outputs": m} for m in ms] for ms in (FEW, MANY))
    fixed = [{"part": "fixed", "rank": k} for k in RANKS]
    trained = [{"part": "trained", "rank": k, "scale": s} for k in RANKS for s in SCALES]
    rates = [{"part": "rates", "outputs": m} for m in range(1, 8)]
    plan: list[Settings] = []
    for settings, count in (
        (few, groups),
        (many, groups // 4),
        (fixed, 3 * groups // 2),
        (trained, seeds),
        (rates, 4),
        ([{"part": "time"}], seeds),
    ):
        plan += [{**own, "seed": s} for own in settings for s in range(count)]
    plan += [
        {"part": "network", "rates": list(r), "outputs": m, "group": g, "steps": n}
        for r, m, n in (*((*own, steps) for own in NETWORKS), (CLOSE, 2, EARLY))
        for g in range(networks)
    ]
    return plan


def _measure(settings: Settings) -> Result:
    found: Result = rounded(_run(settings))
    return found


def _run(settings: Settings) -> Result:
    part = settings["part"]
    if part == "network":
        begin = int(settings["group"]) * TOGETHER
        seeds = tuple(range(begin, begin + TOGETHER))
        outputs, steps = int(settings["outputs"]), int(settings["steps"])
        return network_run(settings["rates"], NETWORK_WIDTH, outputs, seeds, steps)
    rng = np.random.default_rng([int(settings["seed"]), 31])
    if part == "outputs":
        return outputs_run(rng, (RATE,) * DIM, 2, int(settings["outputs"]), GROUP)
    if part == "rates":
        return outputs_run(rng, RATES, DEGREE, int(settings["outputs"]), 2)
    if part == "fixed":
        return fixed_run(rng, RATE, (DIM, WIDTH, int(settings["rank"])), GROUP)
    if part == "trained":
        sizes = (DIM, WIDTH, int(settings["rank"]))
        return trained_run(rng, RATE, sizes, float(settings["scale"]))
    return time_run(rng, APART, 2, SMALL, 10.0)


FINDINGS = table(
    Each(FEW, of_few),
    Each(MANY, of_many),
    Each(range(len(RATES)), of_rate),
    Each(range(2), of_time),
    Row(
        f"R² of the latent of rate {APART[2]:g} from 2 of 3 outputs, after 10 units of time",
        lambda runs: [m.result["shares"][2] for m in runs_where(runs, part="time")],
        MeanWithin(most=0.01),
        "dropped: below 0.01",
    ),
    Each(RANKS, lambda k: (*of_fixed(k), *of_trained(k))),
    Each(NETWORKS, of_network),
    Row(
        "R² from the backbone of these networks, 1 output",
        lambda runs: entries(runs, "backbone", **ONE_OUTPUT),
        MeanWithin(least=0.5, most=1.0),
        "between k/d and 1; where in between is not predicted",
    ),
    Each((UNEQUAL, CLOSE), of_excess),
)


def _all_of(value: float) -> Any:
    """A change that puts a value for every entry of a list."""
    return lambda values: [value for _ in values]


def _rows_of(value: float) -> Any:
    """The same for a list of lists."""
    return lambda rows: [[value for _ in row] for row in rows]


def _no_gap(measurements: Sequence[Measurement]) -> Sequence[Measurement]:
    full = changed("projector", _all_of(1.0), rates=list(CLOSE))(measurements)
    return changed("gap", _all_of(0.0), rates=list(CLOSE))(full)


STUDY = Study(
    name="projector",
    title=PREDICTION.title,
    direction=Direction.BIAS,
    prediction=PREDICTION,
    plan=_plan,
    measure=_measure,
    compare=FINDINGS,
    figure=draw,
    contradictions={
        "few outputs hold half of the latents": changed("r2", _all_of(0.5), part="outputs"),
        **{
            f"every start treats the latents alike, {m} of 3 outputs": changed(
                "shares", _rows_of(m / DIM), part="outputs", outputs=m
            )
            for m in FEW
        },
        "no output leaves the latents": changed("nonlinear", _all_of(0.0), part="outputs"),
        "nor without whitening": changed("nonlinear_plain", _all_of(0.0), part="outputs"),
        "latents enter one by one, all but the first": changed(
            "shares", _rows_of(1.0), part="rates", outputs=2
        ),
        "the first latent is missed": changed("shares", _rows_of(0.0), part="rates", outputs=1),
        "half times twice as long": changed("halves", lambda x: [2 * h for h in x], part="time"),
        "the weakest latent is learned": changed("shares", lambda _: [0.6, 0.7, 0.7], part="time"),
        "a projector holds more than its rank": changed("projector", _all_of(0.9), part="fixed"),
        "the backbone holds no more than the projector": changed(
            "backbone", _all_of(1 / 3), part="fixed"
        ),
        "the blind part moves": changed("drift", _all_of(0.1), part="fixed"),
        "layers lose their balance": changed("kept", lambda _: 0.1, part="trained"),
        "the backbone's directions are white": changed(
            "variances", lambda v: [1.0 for _ in v], part="trained"
        ),
        "no collapse": changed("participation", lambda _: 3.5, part="trained"),
        "a probe of the backbone finds less": changed("backbone", lambda _: 0.2, part="trained"),
        "networks hold three quarters": changed("projector", _all_of(0.75), part="network"),
        "networks hold both latents without a gap": _no_gap,
        "networks hold a third of nonlinear variance less": changed(
            "nonlinear", lambda v: [x - 1 / 3 for x in v], part="network"
        ),
        "a network's backbone is worse than its projector": changed(
            "backbone", _all_of(0.3), part="network"
        ),
    },
)
