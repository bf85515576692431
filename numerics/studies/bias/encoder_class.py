"""Which functions an encoder class keeps, and which of several equally good ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sith.numerics.studies.bias.encoder_class_figure import draw
from sith.numerics.studies.bias.encoder_class_runs import (
    CLASSES,
    NETWORKS,
    PREDICTION,
    WORLDS,
    kept,
)
from sith.numerics.studies.bias.encoder_class_setup import (
    EXCESS,
    FACTORS,
    SCALES,
    SIDES,
    measure,
    reached_of,
)
from sith.numerics.studies.frame.finding import Finding, Measurement, Runs, Settings, within
from sith.numerics.studies.frame.readings import Number, over_runs, runs_where, values_of
from sith.numerics.studies.frame.rules import Equals, MeanWithin
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.numerics.studies.frame.table import Each, Row, Rows, table
from sith.theory import Agreement

GAP = 0.08
"""Least difference λ² − λ'² of kept and next eigenvalue: ρ⁴ − ρ⁶ = 0.083 at ρ = 0.6."""


def _plan(budget: str) -> list[Settings]:
    smoke = budget == "smoke"
    seeds = {"smoke": 3, "ci": 6, "full": 20}[budget]
    classes = [
        {"part": "class", "world": w, "class": k, "seeds": min(seeds, 10), "steps": 1500}
        for w in WORLDS
        for k in CLASSES
    ]
    mixtures = [
        {"part": "mixture", "factor": f, "scale": s, "seed": i}
        for f in (FACTORS[1::6] if smoke else FACTORS)
        for s in SCALES
        for i in range(seeds)
    ]
    networks = [
        {
            "part": "network",
            "network": name,
            "factor": f,
            "seeds": 8 + seeds,
            "steps": 600 if name.startswith("mlp") else 1000,
        }
        for name in (("mlp 64 × 0",) if smoke else NETWORKS)
        for f in SIDES
    ]
    return [*classes, *mixtures, *networks]


@dataclass(frozen=True, slots=True)
class _Attained:
    """The least loss over seeds against the optimum of the class: nothing lies below the optimum.

    Above it by more than the tolerance the training has not ended, and nothing is decided.
    """

    optimum: float

    def compare(self, name: str, measured: float, reason: str) -> Finding:
        """Return the finding; `measured` is the excess over the optimum."""
        found = within(name, self.optimum, self.optimum + measured, EXCESS, reason)
        if measured > EXCESS:
            return replace(found, agrees=Agreement.UNDECIDED)
        if measured < -1e-6:
            return replace(found, agrees=Agreement.DISAGREES)
        return found


def _of_class(m: Measurement) -> Rows:
    """The loss against the optimum of the class, and what is kept at that loss."""
    what = f"{m.settings['class']}, {m.settings['world']}"
    shares, loss = kept(m.settings["world"], m.settings["class"])
    excess = np.array(m.result["loss"]) - loss
    reached = excess <= EXCESS
    parts = np.array([[m.result[f][i] for f in shares] for i in np.flatnonzero(reached)])
    error = np.abs(parts - np.array(list(shares.values()))).max() if len(parts) else np.nan
    words = ", ".join(f"{share:g} {name}" for name, share in shares.items() if share)
    return (
        Row(
            f"least loss over seeds: {what}",
            lambda _: float(excess.min()),
            _Attained(loss),
            "training ends above the optimum of the class; nothing may lie below it",
        ),
        Row(
            f"largest error of a share of {words}: {what}",
            lambda _: float(error),
            Equals(0.0, EXCESS / (2 * GAP)),
            "an excess loss ε leaves at most ε/(2·gap) of two whitened outputs elsewhere",
            f"{int(reached.sum())} of {len(reached)} seeds reached the optimum",
        ),
    )


def _largest(scale: float, *names: str) -> Number:
    """The largest entry of the first column, less the second where there is one."""

    def found(runs: Runs) -> float:
        one, *other = (
            np.array(values_of(runs, name, part="mixture", scale=scale)) for name in names
        )
        return float(np.abs(one - (other[0] if other else 0.0)).max())

    return found


def _of_mixtures(scale: float) -> Rows:
    return (
        Row(
            f"largest distance of the share of brightness from the closed form, scale {scale:g}",
            _largest(scale, "share", "predicted"),
            Equals(0.0, 1e-5),
            "the flow stops at time 400, when slow modes still hold some 1e-7",
        ),
        Row(
            f"largest excess of the loss over −λ², whatever the mixture, scale {scale:g}",
            _largest(scale, "excess"),
            Equals(0.0, 1e-5),
            "the flow stops at time 400; all mixtures are equally good",
        ),
    )


def _of_network(m: Measurement) -> Rows:
    """The share of the seeds that reached the optimum, on one side of the kernel's threshold."""
    reached = reached_of(m)
    found = [float(x) for x in np.array(m.result["share"])[reached]]
    return (
        Row(
            f"share of brightness, {m.settings['network']}, c = {m.settings['factor']:g} of its threshold",
            lambda _: found if len(found) > 1 else [float("nan")] * 2,
            MeanWithin(most=0.5) if m.settings["factor"] < 1 else MeanWithin(least=0.5),
            "the faster mode of the mean kernel has the larger part; nothing else is predicted",
            f"threshold {m.result['threshold']:.3f} c*; {int(reached.sum())} of {len(reached)} seeds",
            lambda _: float(reached.mean()) >= 0.75,
        ),
    )


def _networks(runs: Runs, family: str = "") -> list[Measurement]:
    found = runs_where(runs, part="network")
    return [m for m in found if m.settings["network"].startswith(family)]


def _right(runs: Runs, family: str) -> list[float]:
    """Whether the larger part is the faster mode of the seed's own kernel."""
    return [
        float((share > 0.5) == (ratio > 1))
        for m in _networks(runs, family)
        for share, ratio, trained in zip(
            m.result["share"], m.result["ratio"], reached_of(m), strict=True
        )
        if trained
    ]


def _of_family(family: str) -> Rows:
    return (
        Row(
            f"part of the seeds that keep the faster mode of their own kernel, {family}",
            lambda runs: _right(runs, family),
            MeanWithin(least=0.75),
            "a kernel that says nothing has 1/2; the interval over seeds must lie above 3/4",
        ),
    )


SMALL = {"part": "mixture", "scale": SCALES[0]}

FINDINGS = table(
    Each(lambda runs: runs_where(runs, part="class"), _of_class),
    Each(SCALES, _of_mixtures),
    Row(
        "share of brightness, linear, c = 0.8 c*, from a start of scale 1e-6",
        over_runs("share", factor=0.8, **SMALL),
        MeanWithin(most=0.1),
        "the closed form is below 0.01 from most starts",
    ),
    Row(
        "share of brightness, linear, c = 1.25 c*, from a start of scale 1e-6",
        over_runs("share", factor=1.25, **SMALL),
        MeanWithin(least=0.9),
        "the closed form is above 0.99 from most starts",
    ),
    Each(_networks, _of_network),
    Each(lambda runs: [f for f in ("mlp", "convolution") if _networks(runs, f)], _of_family),
)


def _add(amount: float) -> Any:
    return lambda values: [x + amount for x in values]


STUDY = Study(
    name="encoder_class",
    title=PREDICTION.title,
    direction=Direction.BIAS,
    prediction=PREDICTION,
    plan=_plan,
    measure=measure,
    compare=FINDINGS,
    figure=draw,
    contradictions={
        "a class goes below its optimum": changed("loss", _add(-0.002), part="class"),
        "a class keeps other functions": changed("brightness", _add(-0.1), part="class"),
        "the share leaves the closed form": changed("share", lambda x: x + 1e-3, part="mixture"),
        "one mixture is better": changed("excess", lambda x: x + 1e-3, part="mixture"),
        "the position is kept above the threshold": changed(
            "share", lambda _: 0.0, part="mixture", factor=1.25
        ),
        "brightness is kept below the threshold": changed(
            "share", lambda _: 1.0, part="mixture", factor=0.8
        ),
        "networks keep the other one": changed(
            "share", lambda values: [1 - x for x in values], part="network"
        ),
    },
)
