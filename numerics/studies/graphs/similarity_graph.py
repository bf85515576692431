"""Losses of a similarity graph: the optimum of Eckart and Young, and labels as a graph."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sith.numerics.measure import interval
from sith.numerics.studies.frame.finding import Measurement, Runs, Settings
from sith.numerics.studies.frame.readings import largest, over_runs, values_of
from sith.numerics.studies.frame.rules import Equals, MeanWithin
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.numerics.studies.frame.table import Each, Row, Rows, table
from sith.numerics.studies.graphs.similarity_graph_figure import draw
from sith.numerics.studies.graphs.similarity_graph_runs import LOSSES, PREDICTION, SMALL, measure

NAMES = {"spectral": "spectral contrastive", "vicreg": "VICReg-type", "barlow": "Barlow Twins"}


def _plan(budget: str) -> list[Settings]:
    seeds = {"smoke": 6, "ci": 20, "full": 100}[budget]
    trained = {"smoke": 1, "ci": 4, "full": 10}[budget]
    own: list[Settings] = []
    for loss in LOSSES:
        own += [{"part": "free", "loss": loss, "seed": s} for s in range(seeds)]
        own += [{"part": "linear", "loss": loss, "seed": s} for s in range(seeds)]
    for part, loss in (("white", "barlow"), ("unequal", "vicreg")):
        own += [{"part": part, "loss": loss, "seed": s} for s in range(seeds)]
    own += [
        {"part": "mlp", "loss": loss, "seed": s}
        for loss in ("spectral", "vicreg")
        for s in range(trained)
    ]
    return own


def _of_loss(loss: str) -> Rows:
    return (
        Row(
            f"{NAMES[loss]}, free embeddings: largest loss above Eckart and Young",
            largest("gap", part="free", loss=loss),
            Equals(0.0, 1e-8),
            "L-BFGS in double precision, losses of order 1",
        ),
        Row(
            f"{NAMES[loss]}, free embeddings: largest angle to the top eigenspace, degrees",
            largest("angle", part="free", loss=loss),
            Equals(0.0, 0.1),
            "a gap of 1e-8 at an eigengap of 0.01 is an angle of 0.06 degrees",
        ),
        Row(
            f"{NAMES[loss]}, labels, linear: largest angle to least squares, degrees",
            largest("least_squares", part="linear", loss=loss),
            Equals(0.0, 0.1),
            "as for free embeddings",
        ),
        Row(
            f"{NAMES[loss]}, labels, MLP: largest loss above Eckart and Young",
            largest("gap", part="mlp", loss=loss),
            Equals(0.0, 1e-2),
            "1,500 steps of AdamW in single precision; losses of order 1",
        ),
        Row(
            f"{NAMES[loss]}, labels, MLP: largest angle to the labels, degrees",
            largest("angle", part="mlp", loss=loss),
            Equals(0.0, 5.0),
            "a gap of 1e-2 is an angle of up to 6 degrees",
        ),
    )


def _between(runs: Runs) -> str:
    found = interval(values_of(runs, "between", part="unequal"))
    return f"the predicted angle is {found} degrees"


FREE = {"part": "free", "loss": "barlow"}

LINEAR = {"part": "linear", "loss": "barlow"}

LEFT = f"a start of scale {SMALL} leaves about that much outside the span, in radians"

BARLOW = (
    Row(
        "Barlow Twins, free embeddings: largest loss",
        largest("gap", **FREE),
        Equals(0.0, 1e-8),
        "L-BFGS in double precision",
    ),
    Row(
        "Barlow Twins, free embeddings: angle to the top eigenspace, degrees",
        over_runs("angle", **FREE),
        MeanWithin(least=10.0),
        "the optimum does not fix the span: the interval lies above 10 degrees",
    ),
    Row(
        "Barlow Twins, labels, linear: largest loss",
        largest("loss", **LINEAR),
        Equals(0.0, 1e-8),
        "L-BFGS in double precision",
    ),
    Row(
        "Barlow Twins, labels, linear: largest angle to the class sums, degrees",
        largest("class_sums", **LINEAR),
        Equals(0.0, 1.0),
        LEFT,
    ),
    Row(
        "Barlow Twins, labels, linear: its angle to least squares less the predicted one, degrees",
        lambda runs: _shift(runs, **LINEAR),
        Equals(0.0, 1.0),
        LEFT,
    ),
    Row(
        "Barlow Twins, labels, linear: angle to least squares, degrees",
        over_runs("least_squares", **LINEAR),
        MeanWithin(least=10.0),
        "the two spans differ in these data: the interval lies above 10 degrees",
    ),
    Row(
        "Barlow Twins, labels, linear, whitened inputs: largest angle to least squares, degrees",
        largest("least_squares", part="white"),
        Equals(0.0, 1.0),
        LEFT,
    ),
)

FINDINGS = table(
    Each(("spectral", "vicreg"), _of_loss),
    Row(
        "VICReg-type, G = YYᵀ of unequal classes, linear: largest angle to its operator's "
        "top space, degrees",
        largest("operator", part="unequal"),
        Equals(0.0, 0.1),
        "as for free embeddings",
    ),
    Row(
        "VICReg-type, G = YYᵀ of unequal classes, linear: its angle to least squares less the "
        "predicted one, degrees",
        lambda runs: _shift(runs, part="unequal"),
        Equals(0.0, 0.1),
        "as for free embeddings",
        _between,
    ),
    *BARLOW,
)


def _shift(measurements: Sequence[Measurement], **where: str) -> float:
    """The largest difference of the measured and the predicted angle to least squares."""
    found = values_of(measurements, "least_squares", **where)
    expected = values_of(measurements, "between", **where)
    return float(np.abs(np.subtract(found, expected)).max())


STUDY = Study(
    name="similarity_graph",
    title=PREDICTION.title,
    direction=Direction.GRAPHS,
    prediction=PREDICTION,
    plan=_plan,
    measure=measure,
    compare=FINDINGS,
    figure=draw,
    contradictions={
        "free embeddings stay above the optimum": changed("gap", lambda x: x + 1e-3, part="free"),
        "free embeddings span something else": changed("angle", lambda _: 9.0, part="free"),
        "linear encoders miss least squares": changed(
            "least_squares", lambda x: x + 2.0, part="linear"
        ),
        "Barlow Twins finds least squares": changed("least_squares", lambda _: 1e-3, part="linear"),
        "Barlow Twins leaves the class sums": changed("class_sums", lambda _: 5.0, part="linear"),
        "linear Barlow Twins stays above zero": changed("loss", lambda _: 1e-3, part="linear"),
        "unequal classes leave the operator": changed("operator", lambda _: 5.0, part="unequal"),
        "unequal classes do not matter": changed("least_squares", lambda _: 0.01, part="unequal"),
        "whitening does not help": changed("least_squares", lambda _: 20.0, part="white"),
        "the MLP stays above the optimum": changed("gap", lambda _: 0.1, part="mlp"),
        "the MLP mixes the classes": changed("angle", lambda _: 30.0, part="mlp"),
    },
)
