"""Finite samples: distance of whitened and aligned linear encoders from the group, against N."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.measure import interval
from sith.numerics.studies.frame.finding import (
    Measurement,
    Result,
    Runs,
    Settings,
)
from sith.numerics.studies.frame.rules import MeanEquals
from sith.numerics.studies.frame.slopes import log_slope
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.numerics.studies.frame.table import Each, Row, Rows, table
from sith.theory import prediction

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PREDICTION = prediction("sample_size")

SIZES = (400, 800, 1600, 3200)
EQUAL = (0.8, 0.8, 0.8)
SEVERAL = (0.9, 0.8, 0.3, 0.1)
OUTPUTS = 2
MIXING_SEED = 5


def _plan(budget: str) -> list[Settings]:
    runs = {"smoke": 100, "ci": 300, "full": 1000}[budget]
    return [
        {"part": part, "seed": seed, "runs": runs}
        for part in ("white", "angle")
        for seed in range(10)
    ]


def _measure(settings: Settings) -> Result:
    part, runs = settings["part"], int(settings["runs"])
    rng = np.random.default_rng([int(settings["seed"]), 17, len(part)])
    correlations = np.array(EQUAL if part == "white" else SEVERAL)
    size = len(correlations)
    mixing = np.random.default_rng(MIXING_SEED).normal(size=(size, size))
    means = []
    for rows in SIZES:
        found = [
            _distance(*_fitted(correlations, mixing, rows, rng), part == "white")
            for _ in range(runs)
        ]
        means.append(float(np.mean(found)))
    return {"means": means}


def _fitted(
    correlations: np.ndarray, mixing: np.ndarray, rows: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The linear map from latents to outputs that observations x = Az of `rows` pairs give.

    Returns its matrix, rows in order of falling sample correlation, and those correlations.
    """
    one = rng.normal(size=(rows, len(correlations)))
    noise = rng.normal(size=one.shape)
    two = correlations * one + np.sqrt(1 - correlations**2) * noise
    a, b = one @ mixing.T, two @ mixing.T
    pooled = (a.T @ a + b.T @ b) / (2 * rows)
    cross = (a.T @ b + b.T @ a) / (2 * rows)
    values, vectors = np.linalg.eigh(pooled)
    root = (vectors / np.sqrt(values)) @ vectors.T
    found, turn = np.linalg.eigh(root @ cross @ root)
    encoder = turn[:, ::-1].T @ root
    return encoder @ mixing, found[::-1]


def _distance(latent_map: np.ndarray, _values: np.ndarray, white: bool) -> float:
    """Squared distance from O(n), or squared sine between m rows and the top axes."""
    if white:
        lengths = np.linalg.svd(latent_map, compute_uv=False)
        return float(((lengths - 1) ** 2).sum())
    rows = np.linalg.qr(latent_map[:OUTPUTS].T)[0]
    return float((rows[OUTPUTS:] ** 2).sum())


def _constant(part: str) -> float:
    """Predicted N times the mean."""
    if part == "white":
        return float(evaluate(PREDICTION.formula("white"), n=len(EQUAL), rho=EQUAL[0]))
    top, low = np.array(SEVERAL[:OUTPUTS]), np.array(SEVERAL[OUTPUTS:])
    pairs = evaluate(PREDICTION.formula("angle"), rho_i=top[:, None], rho_j=low)
    return float(pairs.sum())


def _means(measurements: Sequence[Measurement], part: str) -> np.ndarray:
    """Mean distances, one row for each seed and one column for each N."""
    return np.array([m.result["means"] for m in measurements if m.settings["part"] == part])


NAMES = {
    "white": "squared distance from O(3), equal correlations",
    "angle": "squared sine from the top two of four",
}


def _of_part(part: str) -> Rows:
    name, constant = NAMES[part], _constant(part)

    def scaled(runs: Runs) -> list[float]:
        found: list[float] = (_means(runs, part) * np.array(SIZES)).mean(1).tolist()
        return found

    return (
        Row(
            f"slope against N on logarithmic axes: {name}",
            lambda runs: [log_slope(SIZES, row) for row in _means(runs, part)],
            MeanEquals(-1.0, 0.1),
            "six standard errors at 100 runs and 10 seeds; terms of order 1/N add 0.01",
        ),
        Row(
            f"N times its mean: {name}",
            scaled,
            MeanEquals(constant, 0.1 * constant),
            "sampling error of about 2 % at 100 runs and 10 seeds, and terms of order 1/N",
        ),
    )


FINDINGS = table(Each(NAMES, _of_part))


def _figure(measurements: Sequence[Measurement]) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3.8), layout="constrained")
    axes = figure.subplots()
    for j, (part, name) in enumerate(NAMES.items()):
        spread = [interval(column) for column in _means(measurements, part).T]
        values = np.array([i.mean for i in spread])
        error = [values - [i.low for i in spread], [i.high for i in spread] - values]
        axes.errorbar(SIZES, values, error, fmt="o", ms=4, capsize=3, color=f"C{j}", label=name)
        axes.plot(SIZES, _constant(part) / np.array(SIZES), color=f"C{j}", lw=1, label="predicted")
    axes.set(xscale="log", yscale="log", xlabel="pairs N", ylabel="mean squared distance")
    axes.set_xticks(SIZES, [str(s) for s in SIZES])
    axes.set_xticks([], minor=True)
    axes.legend(frameon=False, fontsize=8)
    return figure


STUDY = Study(
    name="sample_size",
    title=PREDICTION.title,
    direction=Direction.SAMPLES,
    prediction=PREDICTION,
    plan=_plan,
    measure=_measure,
    compare=FINDINGS,
    figure=_figure,
    contradictions={
        "the distance falls like a root of N": changed(
            "means", lambda v: [x * n**0.5 for x, n in zip(v, SIZES, strict=True)]
        ),
        "another constant": changed("means", lambda v: [1.5 * x for x in v]),
    },
)
