"""Tables in exact arithmetic and encoders that are trained on them: what is measured."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import torch
from scipy.special import xlogy
from torch import Tensor

from sith.numerics.encoders.build import build_encoder
from sith.numerics.encoders.spec import EncoderSpec
from sith.numerics.losses import SimilarityGraph, graph_vicreg, similarity_graph
from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import Result, Settings
from sith.numerics.training.loop import Batch, Encode, TrainSettings, seed_generators, train
from sith.theory import prediction

PREDICTION = prediction("explaining_away")

WORLDS = ((0.1, 0.1), (0.5, 0.5), (0.75, 0.25), (0.9, 0.3))
"""(t_0, t_1): how often a view of each class shows the augmentation."""

FLIP = 0.05

LEVEL = 0.2
"""Representations nearer than this to each other, in units of the logits, are one level."""

TABLES = ("general", "determined", "classless")


def _law(t_0: float, t_1: float) -> np.ndarray:
    """p(x̃, a, c), ``(4, 2, 2)``."""
    law = np.zeros((4, 2, 2))
    for c, shown in enumerate((t_0, t_1)):
        for a in (0, 1):
            law[2 + a, a, c] += shown * (1 - FLIP) / 4
            law[3 - a, a, c] += shown * FLIP / 4
            law[c ^ a, a, c] += (1 - shown) / 4
    return law


def measure(settings: Settings) -> Result:
    """Return the result of one measurement; `settings` names its part."""
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


def formula_of(name: str, world: tuple[float, float]) -> float:
    """Return a formula of the prediction in one world."""
    return float(evaluate(PREDICTION.formula(name), t_0=world[0], t_1=world[1]))
