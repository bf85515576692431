"""Fewer outputs than clusters: what a linear and a universal encoder keep of a graph."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sith.numerics.losses import graph_spectral_contrastive, similarity_graph
from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import (
    Measurement,
    Result,
    Settings,
)
from sith.numerics.studies.frame.parts import descend
from sith.numerics.studies.frame.readings import pooled
from sith.numerics.studies.frame.rules import Equals, MeanEquals
from sith.numerics.studies.frame.study import Change, Direction, Study
from sith.numerics.studies.frame.table import Each, Row, Rows, table
from sith.theory import prediction

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PREDICTION = prediction("implementable_clusters")

OUTPUTS = 2
HIDDEN = (1, 2, 3)
"""Numbers r of bits that a linear encoder cannot implement; the graph has 2^(r+1) components."""

ENCODERS = ("linear", "universal")


def _plan(budget: str) -> list[Settings]:
    seeds = {"smoke": 150, "ci": 400, "full": 2000}[budget]
    return [{"encoder": e, "hidden": r, "starts": seeds} for e in ENCODERS for r in HIDDEN]


def _measure(settings: Settings) -> Result:
    hidden, linear = int(settings["hidden"]), settings["encoder"] == "linear"
    signs = np.array(list(itertools.product((-1.0, 1.0), repeat=1 + 2 * hidden)))
    own, moved, bits = np.split(signs, [1, 1 + hidden], axis=1)
    kind = np.column_stack([own, bits])
    # Two nodes are views of each other if they share their component.
    graph = similarity_graph((kind[:, None] == kind[None]).all(2))
    seen = np.column_stack([np.ones(len(signs)), own, moved, moved * bits])
    inputs = seen if linear else np.eye(len(signs))
    rng = np.random.default_rng([hidden, 17])
    scores, gaps = [], []
    for _ in range(int(settings["starts"])):
        start = 0.1 * rng.normal(size=(inputs.shape[1], OUTPUTS))
        h, value = descend(graph_spectral_contrastive, graph, inputs, start)
        frame = np.linalg.qr(h)[0]
        scores.append(float(((frame.T @ own) ** 2).sum() / len(own)))
        gaps.append(value + OUTPUTS)
    if linear:
        return {"score": scores, "gap": max(gaps)}
    centred = np.array(scores) - _formula("mean", hidden)
    return {"score": scores, "square": (centred**2).tolist(), "gap": max(gaps)}


def _formula(name: str, hidden: int) -> float:
    return float(evaluate(PREDICTION.formula(name), m=OUTPUTS, C=2 ** (hidden + 1)))


def _of(measurements: Sequence[Measurement], encoder: str, hidden: int) -> Result:
    here = {"encoder": encoder, "hidden": hidden}
    return next(m.result for m in measurements if all(m.settings[k] == v for k, v in here.items()))


def _of_encoder(encoder: str) -> Rows:
    return (
        Row(
            f"{encoder} encoder: largest loss above the least, all starts and graphs",
            lambda runs: max(float(_of(runs, encoder, r)["gap"]) for r in HIDDEN),
            Equals(0.0, 1e-8),
            "L-BFGS in double precision; the least loss is −2 for both encoders",
        ),
    )


def _of_hidden(r: int) -> Rows:
    clusters, spread = 2 ** (r + 1), _formula("deviation", r)
    linear, free = ENCODERS
    return (
        Row(
            f"{clusters} components, linear encoder: least R² of the implementable bit",
            lambda runs: min(_of(runs, linear, r)["score"]),
            Equals(1.0, 1e-6),
            "a loss gap of 1e-8 at an eigengap of 1",
        ),
        Row(
            f"{clusters} components, universal encoder: mean R² of the same bit",
            pooled("score", encoder=free, hidden=r),
            MeanEquals(_formula("mean", r), 0.41 * spread),
            "five standard errors of 150 starts, from the predicted law",
        ),
        Row(
            f"{clusters} components, universal encoder: its variance over starts",
            pooled("square", encoder=free, hidden=r),
            MeanEquals(spread**2, 0.81 * spread**2),
            "five standard errors of 150 squares; the kurtosis of these laws is at most 5",
        ),
    )


FINDINGS = table(Each(ENCODERS, _of_encoder), Each(HIDDEN, _of_hidden))


def _figure(measurements: Sequence[Measurement]) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 3.8), layout="constrained")
    axes = figure.subplots()
    rng = np.random.default_rng(0)
    for k, r in enumerate(HIDDEN):
        linear, free = (np.array(_of(measurements, e, r)["score"]) for e in ENCODERS)
        jitter = 0.1 * rng.uniform(-1, 1, len(free))
        axes.plot(k - 0.2 + 0 * linear, linear, "s", color="C0", mfc="none")
        axes.plot(k + 0.2 + jitter, free, ".", ms=3, color="C1", alpha=0.4)
        mean, spread = _formula("mean", r), _formula("deviation", r)
        axes.errorbar(k + 0.4, mean, spread, fmt="_", color="k", capsize=3)
    axes.plot([], [], "s", color="C0", mfc="none", label="linear encoder, every start")
    axes.plot([], [], ".", color="C1", label="universal encoder, every start")
    axes.errorbar([], [], [], fmt="_", color="k", capsize=3, label="predicted mean ± deviation")
    axes.axhline(1, color="C0", lw=0.8, ls=":")
    axes.set_xticks(range(len(HIDDEN)), [str(2 ** (r + 1)) for r in HIDDEN])
    axes.set(
        xlabel="components of the graph (two outputs)",
        ylabel="R² of the implementable bit",
        ylim=(-0.02, 1.35),
        title="one loss, one least value",
    )
    axes.legend(frameon=False, fontsize=8, loc="upper right")
    return figure


def _runs(name: str, change: Callable[[float], float], encoder: str) -> Change:
    def apply(measurements: Sequence[Measurement]) -> list[Measurement]:
        return [
            Measurement(m.settings, {**m.result, name: [change(x) for x in m.result[name]]})
            if m.settings["encoder"] == encoder
            else m
            for m in measurements
        ]

    return apply


def _stopped(measurements: Sequence[Measurement]) -> list[Measurement]:
    return [Measurement(m.settings, {**m.result, "gap": 1e-3}) for m in measurements]


STUDY = Study(
    name="implementable_clusters",
    title=PREDICTION.title,
    direction=Direction.GRAPHS,
    prediction=PREDICTION,
    plan=_plan,
    measure=_measure,
    compare=FINDINGS,
    figure=_figure,
    contradictions={
        "descent stops early": _stopped,
        "linear encoders miss the bit": _runs("score", lambda x: 0.9 * x, "linear"),
        "universal encoders find the bit": _runs("score", lambda _: 0.999, "universal"),
        "universal encoders all agree": _runs("square", lambda _: 0.0, "universal"),
    },
)
