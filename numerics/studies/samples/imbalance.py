"""Rare classes: the direction of their feature from labels and from pairs, against the prediction."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.measure import interval
from sith.numerics.studies.frame.finding import (
    Measurement,
    Result,
    Settings,
)
from sith.numerics.studies.frame.rules import MeanEquals, MeanWithin
from sith.numerics.studies.frame.study import Change, Direction, Study, changed
from sith.numerics.studies.frame.table import Each, Row, Rows, table
from sith.theory import prediction

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PREDICTION = prediction("imbalance")

DIMENSION, NOISE = 20, 0.5
SHARES = (0.2, 0.05, 0.02, 0.01)
"""Of the rare classes."""

VARIATION = 0.7
"""a, of the frequent examples along the rare feature."""

ALONE = (0.2, 0.1)
"""Shares at which a = 0 still leaves an eigenvalue far above the sampling error."""

ROWS = 20_000


def _plan(budget: str) -> list[Settings]:
    seeds = {"smoke": 120, "ci": 400, "full": 2000}[budget]
    points = [(VARIATION, s) for s in SHARES] + [(0.0, s) for s in ALONE]
    blocks = range(0, seeds, 20)
    return [{"a": a, "share": s, "seed": block, "count": 20} for a, s in points for block in blocks]


def _measure(settings: Settings) -> Result:
    found = [
        _misses(float(settings["a"]), float(settings["share"]), int(settings["seed"]) + i)
        for i in range(int(settings["count"]))
    ]
    return {"labels": [x for x, _ in found], "pairs": [y for _, y in found]}


def _misses(variation: float, share: float, seed: int) -> tuple[float, float]:
    """Squared sines to e_2 of the two directions that one sample gives."""
    rng = np.random.default_rng([seed, round(1e4 * share), round(10 * variation), 23])
    is_rare = rng.random(ROWS) < share
    sign, other = rng.choice((-1.0, 1.0), (2, ROWS))
    kept = np.zeros((ROWS, DIMENSION))
    kept[:, 0] = np.where(is_rare, 0.0, sign)
    kept[:, 1] = np.where(is_rare, sign, variation * other)
    one, two = (kept + NOISE * rng.normal(size=kept.shape) for _ in range(2))
    label = np.where(is_rare, sign, 0.0)
    from_labels = one.T @ label / ROWS
    cross = one.T @ two / ROWS
    vectors = np.linalg.eigh((cross + cross.T) / 2)[1][:, -2:]
    # Of the two top eigenvectors the one that is nearest to e_2; the other one is near e_1.
    from_pairs = vectors[:, int(np.argmax(np.abs(vectors[1])))]
    return _miss(from_labels), _miss(from_pairs)


def _miss(direction: np.ndarray) -> float:
    """Squared sine to the plane of e_1 and e_2: what lies in the D − 2 directions without signal."""
    return float(np.square(direction[2:]).sum() / np.square(direction).sum())


@cache
def _predicted(name: str, variation: float, share: float) -> float:
    numbers = {"epsilon": share, "a": variation, "sigma": NOISE, "D": DIMENSION, "N": ROWS}
    return float(evaluate(PREDICTION.formula(name), **numbers))


def _ratios(
    measurements: Sequence[Measurement], what: str, name: str, a: float, share: float
) -> list[float]:
    """Measured over predicted, one value for each sample."""
    values = [
        float(v)
        for m in measurements
        if m.settings["a"] == a and m.settings["share"] == share
        for v in m.result[what]
    ]
    return [v / _predicted(name, a, share) for v in values]


SECOND = (
    "terms of second order are at most the miss itself over 1 minus it, below 0.05 here, and the "
    "interval of the mean adds about 0.06 at 120 samples"
)


def _of_point(point: tuple[float, float]) -> Rows:
    a, share = point
    return [
        Row(
            f"miss from {what} over the prediction, a = {a}, share {share}",
            partial(_ratios, what=what, name=name, a=a, share=share),
            MeanEquals(1.0, 0.15),
            SECOND,
        )
        for what, name in (("labels", "supervised"), ("pairs", "paired"))
    ]


RAREST = SHARES[-1]

FINDINGS = table(
    Each([(VARIATION, s) for s in SHARES] + [(0.0, s) for s in ALONE], _of_point),
    Row(
        f"miss from labels less that from pairs, a = {VARIATION}, share {RAREST}",
        lambda runs: _differences(runs, VARIATION, RAREST),
        MeanWithin(least=0.0),
        f"predicted {_predicted('gain', VARIATION, RAREST):.0f} times as large",
    ),
    Row(
        f"miss from labels less that from pairs, a = 0, share {ALONE[1]}",
        lambda runs: _differences(runs, 0.0, ALONE[1]),
        MeanWithin(most=0.0),
        f"predicted: pairs miss {_predicted('lone', 0.0, ALONE[1]):.2f} times as much",
    ),
)


def _differences(measurements: Sequence[Measurement], a: float, share: float) -> list[float]:
    found = [m for m in measurements if m.settings["a"] == a and m.settings["share"] == share]
    labels, pairs = ([float(v) for m in found for v in m.result[k]] for k in ("labels", "pairs"))
    return [x - y for x, y in zip(labels, pairs, strict=True)]


def _figure(measurements: Sequence[Measurement]) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.2, 3.6), layout="constrained")
    axes = figure.subplots()
    grid = np.geomspace(0.008, 0.3, 60)
    for k, (what, name) in enumerate((("labels", "supervised"), ("pairs", "paired"))):
        axes.plot(
            grid,
            [_predicted(name, VARIATION, s) for s in grid],
            color=f"C{k}",
            label=f"from {what}",
        )
        for s in SHARES:
            found = interval(
                [
                    r * _predicted(name, VARIATION, s)
                    for r in _ratios(measurements, what, name, VARIATION, s)
                ]
            )
            axes.errorbar(s, found.mean, found.high - found.mean, fmt="o", color=f"C{k}", ms=4)
    axes.plot(
        grid,
        [_predicted("paired", 0.0, s) for s in grid],
        color="C1",
        ls=":",
        label="from pairs, a = 0",
    )
    for s in ALONE:
        mean = float(np.mean(_ratios(measurements, "pairs", "paired", 0.0, s)))
        axes.plot(s, mean * _predicted("paired", 0.0, s), "s", color="C1", ms=4, mfc="none")
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="share ε of the rare classes",
        ylabel="squared sine to the rare feature",
        title="lines: predicted; marks: measured, with intervals",
    )
    axes.legend(frameon=False)
    return figure


def _scaled(what: str, factor: float, a: float, share: float) -> Change:
    return changed(what, lambda values: [factor * v for v in values], a=a, share=share)


STUDY = Study(
    name="imbalance",
    title=PREDICTION.title,
    direction=Direction.SAMPLES,
    prediction=PREDICTION,
    plan=_plan,
    measure=_measure,
    compare=FINDINGS,
    figure=_figure,
    contradictions={
        **{
            f"the miss from {what} is another at a = {a}, share {s}": _scaled(what, 1.5, a, s)
            for what in ("labels", "pairs")
            for a, s in [(VARIATION, s) for s in SHARES] + [(0.0, s) for s in ALONE]
        },
        "labels are as good as pairs": _scaled("labels", 1e-3, VARIATION, SHARES[-1]),
        "pairs are better without variation": _scaled("pairs", 1e-3, 0.0, ALONE[1]),
    },
)
