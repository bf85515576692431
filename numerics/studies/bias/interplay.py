"""Augmentation against architecture: which modes a penalised minimiser keeps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sith.numerics.studies.bias.interplay_figure import draw
from sith.numerics.studies.bias.interplay_runs import (
    BETAS,
    FACTORS,
    PREDICTION,
    crossing_of,
    lengths,
    measure,
)
from sith.numerics.studies.frame.finding import Measurement, Runs, Settings
from sith.numerics.studies.frame.readings import largest, least, runs_where
from sith.numerics.studies.frame.rules import Equals
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.numerics.studies.frame.table import Each, Row, Rows, table

GRAPH_PENALTIES = (0.0, 0.02, 0.1)


def _plan(budget: str) -> list[Settings]:
    starts = {"smoke": 2, "ci": 6, "full": 30}[budget]
    hermite = [
        {"part": "hermite", "beta": b, "factor": f, "seed": s}
        for b in BETAS
        for f in FACTORS
        for s in range(starts)
    ]
    graphs = [
        {"part": "graph", "penalty": p, "seed": s}
        for p in GRAPH_PENALTIES
        for s in range(4 * starts)
    ]
    return [*hermite, *graphs]


def _errors(runs: Runs, beta: float, name: str) -> float:
    """The largest error of the minimiser's square length, or of its loss."""
    errors = []
    for m in runs_where(runs, beta=beta):
        best = max(0.0, float(lengths(beta, _penalty(m)).max()))
        found = float(m.result[name])
        errors.append(abs(found - best) if name == "length" else abs(found - 1 + best**2))
    return max(errors)


def _of_beta(beta: float) -> Rows:
    return (
        Row(
            f"λ at which modes 1 and 2 change places, over the predicted one, β = {beta:g}",
            lambda runs: _flip(runs, beta),
            Equals(1.0, 0.02),
            "the nearest penalties tried are 0.98 and 1.02 of the crossing",
        ),
        Row(
            f"square length of the output from μ of the best mode, largest error, β = {beta:g}",
            lambda runs: _errors(runs, beta, "length"),
            Equals(0.0, 1e-6),
            "L-BFGS to a gradient of 1e-10; where the mode vanishes the loss is flat to 4th order",
        ),
        Row(
            f"loss of the minimiser from 1 − μ₊², largest error, β = {beta:g}",
            lambda runs: _errors(runs, beta, "loss"),
            Equals(0.0, 1e-8),
            "every start ends in a global minimum; the error is of second order",
        ),
    )


FINDINGS = table(
    Each(BETAS, _of_beta),
    Row(
        "distance of Ψ*Ψ from the top part of T_λ on random graphs, Frobenius, largest",
        largest("distance", part="graph"),
        Equals(0.0, 1e-4),
        "L-BFGS to a gradient of 1e-10 or 5,000 steps; eigenvalue gaps down to 3e-4",
    ),
    Row(
        "overlap of the learned outputs with the pair's top modes without a penalty",
        least("overlap", part="graph", penalty=0.0),
        Equals(1.0, 1e-8),
        "of second order in a distance below 1e-4: the kernel does not matter",
    ),
)


def _penalty(measurement: Measurement) -> float:
    return float(measurement.settings["factor"]) * crossing_of(float(measurement.settings["beta"]))


def _share(measurement: Measurement, mode: int) -> float:
    squares = np.array(measurement.result["squares"])
    return float(squares[mode] / max(squares.sum(), 1e-12))


def _flip(measurements: Sequence[Measurement], beta: float) -> float:
    """The middle between the last penalty that keeps mode 1 and the first that keeps mode 2."""
    own = [m for m in measurements if m.settings.get("beta") == beta]
    keeps = [m.settings["factor"] for m in own if _share(m, 0) > 0.5]
    changes = [m.settings["factor"] for m in own if _share(m, 1) > 0.5]
    if not keeps or not changes:
        return 0.0
    return float(max(keeps) + min(changes)) / 2


STUDY = Study(
    name="interplay",
    title=PREDICTION.title,
    direction=Direction.BIAS,
    prediction=PREDICTION,
    plan=_plan,
    measure=measure,
    compare=FINDINGS,
    figure=draw,
    contradictions={
        "mode 1 is always kept": changed(
            "squares", lambda x: [sum(x) + 1, 0, 0, 0, 0], part="hermite"
        ),
        "the penalty shrinks nothing": changed("length", lambda x: x + 0.01, part="hermite"),
        "starts that stay off the minimum": changed("loss", lambda x: x + 1e-4, part="hermite"),
        "other modes on graphs": changed("distance", lambda x: x + 0.1, part="graph"),
        "the kernel matters without a penalty": changed("overlap", lambda _: 0.9, penalty=0.0),
    },
)
