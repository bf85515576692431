"""Explaining away: exact tables, and what a trained predictor of the augmentation keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from scipy.special import xlogy
from torch import Tensor

from sith.numerics.encoders.build import build_encoder
from sith.numerics.encoders.spec import EncoderSpec
from sith.numerics.losses import SimilarityGraph, graph_vicreg, similarity_graph
from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import (
    Finding,
    Measurement,
    Result,
    Settings,
    covered,
    within,
)
from sith.numerics.studies.frame.readings import values_of
from sith.numerics.studies.frame.study import Change, Direction, Study, changed
from sith.numerics.training.loop import Batch, Encode, TrainSettings, seed_generators, train
from sith.theory import prediction

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PREDICTION = prediction("explaining_away")

WORLDS = ((0.1, 0.1), (0.5, 0.5), (0.75, 0.25), (0.9, 0.3))
"""(t_0, t_1): how often a view of each class shows the augmentation."""

FLIP = 0.05
LEVEL = 0.2
"""Representations nearer than this to each other, in units of the logits, are one level."""

TABLES = ("general", "determined", "classless")


def _plan(budget: str) -> list[Settings]:
    seeds = {"smoke": 3, "ci": 8, "full": 30}[budget]
    tables = {"smoke": 30, "ci": 100, "full": 1000}[budget]
    parts = ("view", "told", "invariant", "invariant 2")
    trained = [{"part": p, "t_0": a, "t_1": b, "seeds": seeds} for a, b in WORLDS for p in parts]
    return [*({"part": "table", "kind": k, "count": tables} for k in TABLES), *trained]


def _law(t_0: float, t_1: float) -> np.ndarray:
    """p(x̃, a, c), ``(4, 2, 2)``."""
    law = np.zeros((4, 2, 2))
    for c, shown in enumerate((t_0, t_1)):
        for a in (0, 1):
            law[2 + a, a, c] += shown * (1 - FLIP) / 4
            law[3 - a, a, c] += shown * FLIP / 4
            law[c ^ a, a, c] += (1 - shown) / 4
    return law


def _measure(settings: Settings) -> Result:
    if settings["part"] == "table":
        return _tables(str(settings["kind"]), int(settings["count"]))
    law = _law(float(settings["t_0"]), float(settings["t_1"]))
    if str(settings["part"]).startswith("invariant"):
        return _invariant(law, settings)
    return _equivariant(law, settings)


def _tables(kind: str, count: int) -> Result:
    """Random rational tables p(x̃|a, c): is A independent of C given the view, exactly?"""
    rng = np.random.default_rng([3, TABLES.index(kind)])
    apart = 0
    for _ in range(count):
        cells = rng.integers(1, 50, size=(4, 2, 2))
        if kind == "determined":
            cells[:2, 1], cells[2:, 0] = 0, 0
        if kind == "classless":
            cells[..., 1] = cells[..., 0]
        apart += not _independent(_joint(cells))
    return {"dependent": apart / count}


def _joint(cells: np.ndarray) -> np.ndarray:
    """p(x̃, a, c) as fractions, with p(a, c) = 1/4."""
    joint = np.empty(cells.shape, dtype=object)
    for place in np.ndindex(*cells.shape):
        joint[place] = Fraction(int(cells[place]), 4 * int(cells[:, place[1], place[2]].sum()))
    return joint


def _independent(joint: np.ndarray) -> bool:
    """Whether p(x, a, c) p(x) = p(x, a) p(x, c) in every cell, exactly."""
    x = joint.sum((1, 2))[:, None, None]
    gap = joint * x - joint.sum(2)[:, :, None] * joint.sum(1)[:, None, :]
    return not any(gap.ravel())


def _equivariant(law: np.ndarray, settings: Settings) -> Result:
    """Cross-entropy of A from one output: of the view, or of the view and the class."""
    told = settings["part"] == "told"
    # One row for each value of the input, and the probabilities of A there.
    joint = law.transpose(0, 2, 1).reshape(8, 2) if told else law.sum(2)
    weight = torch.from_numpy(joint).float()
    seeds = range(int(settings["seeds"]))
    extras = {"slope": torch.ones(len(seeds), 1, 1), "shift": torch.zeros(len(seeds), 1, 1)}

    def objective(encode: Encode, batch: Batch, extra: Mapping[str, Tensor]) -> Tensor:
        logit = extra["slope"] * encode(batch[0]) + extra["shift"]
        both = torch.cat((-logit / 2, logit / 2), -1).log_softmax(-1)
        return -(weight * both).sum((1, 2))

    end, losses = _trained(len(joint), 1, seeds, objective, extras)
    logit = end["slope"] * end["h"] + end["shift"]
    held = {} if told else _held(logit, law)
    return {"loss": losses, "gap": [x - _entropy(joint) for x in losses], **held}


def _invariant(law: np.ndarray, settings: Settings) -> Result:
    """The VICReg-type loss on two views of one class, with one or two outputs."""
    kind = law.sum(1)
    graph = similarity_graph(kind @ np.diag(1 / kind.sum(0)) @ kind.T).to(torch.float32)
    seeds = range(int(settings["seeds"]))
    outputs = 2 if settings["part"] == "invariant 2" else 1

    def objective(encode: Encode, batch: Batch, extra: Mapping[str, Tensor]) -> Tensor:
        del extra
        return graph_vicreg(encode(batch[0]), graph)

    end, losses = _trained(4, outputs, seeds, objective, {})
    return {"gap": [x - _least(graph, outputs) for x in losses], **_held(end["h"], law)}


def _least(graph: SimilarityGraph, outputs: int) -> float:
    values = torch.linalg.eigvalsh(graph.operator().double()).flip(0)[:outputs].clamp_min(0)
    return float(outputs - values.square().sum())


def _trained(
    inputs: int, outputs: int, seeds: range, objective: Any, extras: dict[str, Tensor]
) -> tuple[dict[str, Tensor], list[float]]:
    """A table of outputs by value of the input, trained on the population, and the last losses."""
    rows = torch.eye(inputs).expand(len(seeds), inputs, inputs)
    weights = seed_generators(seeds, "explaining away")
    encoder = build_encoder(EncoderSpec("linear"), outputs, rows.repeat(1, 2, 1), weights)
    settings = TrainSettings(steps=800, learning_rate=5e-2, weight_decay=0.0, draw_ahead=100)
    end = train(
        lambda k: (rows.expand(k, *rows.shape),), objective, encoder, settings, extras=extras
    )
    with torch.no_grad():
        return {"h": end.encoder(rows), **end.extras}, end.losses[-1].tolist()


def _held(h: Tensor, law: np.ndarray) -> Result:
    """What the levels of a representation ``(S, 4, m)`` say of the class: nats, and accuracy."""
    kind = law.sum(1)
    information, accuracy = [], []
    for rows in h.double().numpy():
        sums: list[np.ndarray] = []
        places: list[np.ndarray] = []
        for row, cell in zip(rows, kind, strict=True):
            near = [k for k, p in enumerate(places) if np.linalg.norm(p - row) < LEVEL]
            if near:
                sums[near[0]] = sums[near[0]] + cell
            else:
                places.append(row)
                sums.append(cell)
        joint = np.array(sums)
        information.append(float(np.log(2) - _entropy(joint)))
        accuracy.append(float(joint.max(1).sum()))
    return {"information": information, "accuracy": accuracy}


def _entropy(joint: np.ndarray) -> float:
    """H(second | first) of a table, nats."""
    return float(xlogy(joint.sum(1), joint.sum(1)).sum() - xlogy(joint, joint).sum())


def _runs(measurements: Sequence[Measurement], name: str, **where: Any) -> list[float]:
    """One number of every run, of all measurements with these settings."""
    return [
        float(x)
        for m in measurements
        if all(m.settings.get(k) == v for k, v in where.items())
        for x in m.result[name]
    ]


def _formula(name: str, world: tuple[float, float]) -> float:
    return float(evaluate(PREDICTION.formula(name), t_0=world[0], t_1=world[1]))


def _compare(measurements: Sequence[Measurement]) -> list[Finding]:
    expected = {"general": 1.0, "determined": 0.0, "classless": 0.0}
    words = {
        "general": "general tables",
        "determined": "tables where the view determines A",
        "classless": "tables that do not depend on the class",
    }
    findings = [
        within(
            f"share of {words[kind]} with I(A;C|X̃) > 0, in exact arithmetic",
            expected[kind],
            values_of(measurements, "dependent", part="table", kind=kind)[0],
            0.0,
            "exact fractions",
        )
        for kind in TABLES
    ]
    for part, words_of in (
        ("view", "predicting A from the view"),
        ("told", "predicting A from view and class"),
        ("invariant", "invariance, one output"),
        ("invariant 2", "invariance, two outputs"),
    ):
        findings.append(
            within(
                f"{words_of}: largest loss above the optimum",
                0.0,
                max(_runs(measurements, "gap", part=part)),
                2e-3,
                "800 steps of AdamW on the population; the optimum told the class is at infinity",
            )
        )
    for world in WORLDS:
        findings += _of_world(measurements, world)
    return findings


def _of_world(measurements: Sequence[Measurement], world: tuple[float, float]) -> list[Finding]:
    here = {"t_0": world[0], "t_1": world[1]}
    name = f"t = {world[0]:g}, {world[1]:g}"
    alone, told = (_runs(measurements, "loss", part=p, **here) for p in ("view", "told"))
    exact = "the levels of a trained representation are read exactly"
    findings = [
        covered(
            f"{name}: loss that being told the class saves, nats",
            _formula("gain", world),
            [a - b for a, b in zip(alone, told, strict=True)],
            4e-3,
            "twice the largest gap of the losses",
        ),
        covered(
            f"{name}: class information kept for predicting A, nats",
            _formula("kept", world),
            _runs(measurements, "information", part="view", **here),
            1e-9,
            exact,
        ),
        covered(
            f"{name}: accuracy of the class from that representation",
            _formula("accuracy", world),
            _runs(measurements, "accuracy", part="view", **here),
            1e-9,
            exact,
        ),
        covered(
            f"{name}: accuracy of the class from one invariant output",
            0.5,
            _runs(measurements, "accuracy", part="invariant", **here),
            1e-9,
            exact,
        ),
        covered(
            f"{name}: accuracy of the class from two invariant outputs",
            _formula("accuracy", world),
            _runs(measurements, "accuracy", part="invariant 2", **here),
            1e-9,
            exact,
        ),
    ]
    return findings


def _figure(measurements: Sequence[Measurement]) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    places = np.arange(len(WORLDS))
    names = [f"{a:g}, {b:g}" for a, b in WORLDS]
    for k, (formula, label) in enumerate(
        (("gain", "saved by being told the class"), ("kept", "kept by the representation"))
    ):
        at = places + 0.3 * k - 0.15
        left.bar(at, [_formula(formula, w) for w in WORLDS], 0.26, color=f"C{k}", alpha=0.4)
        for x, (a, b) in zip(at, WORLDS, strict=True):
            here = {"t_0": a, "t_1": b}
            values = _runs(measurements, "information", part="view", **here)
            if formula == "gain":
                alone, told = (
                    _runs(measurements, "loss", part=p, **here) for p in ("view", "told")
                )
                values = [p - q for p, q in zip(alone, told, strict=True)]
            left.plot([x] * len(values), values, "o", ms=4, color=f"C{k}", mfc="none")
        left.plot([], [], "s", color=f"C{k}", label=label)
    left.set(ylabel="nats", title="predicted (bars) and measured (circles)", ylim=(0, 0.75))
    parts = (("view", "predicting A"), ("invariant", "invariance, 1 output"))
    for k, (part, label) in enumerate((*parts, ("invariant 2", "invariance, 2 outputs"))):
        for x, (a, b) in enumerate(WORLDS):
            values = _runs(measurements, "accuracy", part=part, t_0=a, t_1=b)
            right.plot(
                [x + 0.2 * (k - 1)] * len(values), values, "o^s"[k], color=f"C{k}", mfc="none",
                label=label if x == 0 else "",
            )  # fmt: skip
    for x, world in enumerate(WORLDS):
        right.hlines(_formula("accuracy", world), x - 0.35, x + 0.35, color="grey", lw=1)
    right.set(
        ylabel="accuracy of the class",
        title="grey: predicted for circles and squares",
        ylim=(0.4, 1),
    )
    for axes in (left, right):
        axes.set(xlabel="share of views that show A, by class")
        axes.set_xticks(places, names)
        axes.legend(frameon=False, fontsize=8)
    return figure


def _of_runs(name: str, change: Callable[[float], float]) -> Change:
    """Change one entry of every run, where there are any."""

    def apply(measurements: Sequence[Measurement]) -> list[Measurement]:
        return [
            Measurement(m.settings, {**m.result, name: [change(x) for x in m.result[name]]})
            if name in m.result
            else m
            for m in measurements
        ]

    return apply


STUDY = Study(
    name="explaining_away",
    title=PREDICTION.title,
    direction=Direction.GRAPHS,
    prediction=PREDICTION,
    plan=_plan,
    measure=_measure,
    compare=_compare,
    figure=_figure,
    contradictions={
        "a table without dependence": changed("dependent", lambda x: 0.99 * x, kind="general"),
        "dependence where the view tells A": changed(
            "dependent", lambda _: 0.01, kind="determined"
        ),
        "dependence without a class": changed("dependent", lambda _: 0.01, kind="classless"),
        "training stops early": _of_runs("gap", lambda x: x + 0.01),
        "being told the class saves nothing": _of_runs("loss", lambda _: 0.4),
        "another amount is kept": _of_runs("information", lambda x: x + 0.05),
        "another accuracy": _of_runs("accuracy", lambda x: x + 0.05),
    },
)
