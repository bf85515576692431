"""The norm of the mean embedding under five losses, and without what holds it down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from sith.numerics.losses.barlow_twins import barlow_twins
from sith.numerics.losses.clustering import dino, swav
from sith.numerics.losses.infonce import InnerProduct, infonce
from sith.numerics.losses.self_distillation import self_distillation
from sith.numerics.studies.frame.finding import (
    Measurement,
    Result,
    Runs,
    Settings,
)
from sith.numerics.studies.frame.readings import (
    largest,
    over_runs,
    runs_where,
)
from sith.numerics.studies.frame.rules import Equals, MeanWithin
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.numerics.studies.frame.table import Each, Row, Rows, table
from sith.theory import prediction

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PREDICTION = prediction("centring")

METHODS = ("simclr", "simsiam", "swav", "dino", "barlow_twins")
INPUTS, HIDDEN, OUTPUTS = 8, 32, 8
STEPS, EVERY, BATCH, NOISE = 400, 20, 128, 0.3
MOMENTUM = 0.9
"""Of DINO's centre."""


def _plan(budget: str) -> list[Settings]:
    seeds = {"smoke": 5, "ci": 12, "full": 40}[budget]
    tasks: list[Settings] = [{"part": "shift", "seed": s} for s in range(2)]
    return tasks + [
        {"part": "train", "method": x, "full": full, "seed": s}
        for s in range(seeds)
        for x in METHODS
        for full in (True, False)
    ]


def _measure(settings: Settings) -> Result:
    generator = torch.Generator().manual_seed(3000 + int(settings["seed"]))
    if settings["part"] == "shift":
        return _shift(generator)
    return _train(str(settings["method"]), bool(settings["full"]), generator)


def _monitor(f: Tensor) -> float:
    """|E f|²/E|f|², from 0 to 1; 1 only for a constant."""
    return float(f.mean(0).square().sum() / f.square().sum(-1).mean())


def _shift(generator: torch.Generator) -> Result:
    """Change of two losses by a constant that is 10 times the embeddings."""
    one, two = torch.randn(2, 1, 64, OUTPUTS, generator=generator, dtype=torch.float64)
    two = one + 0.3 * two
    far = 10 * torch.ones(OUTPUTS, dtype=torch.float64)
    critic = InnerProduct()
    before, after = barlow_twins(one, two), barlow_twins(one + far, two + far)
    near = infonce(F.normalize(one, dim=-1), F.normalize(two, dim=-1), critic)
    moved = infonce(F.normalize(one + far, dim=-1), F.normalize(two + far, dim=-1), critic)
    return {
        "barlow_twins": float((after - before).abs()),
        "simclr": float(moved - near),
        "monitor": _monitor(F.normalize(one + far, dim=-1)[0]),
    }


def _loss(
    method: str, full: bool, one: Tensor, two: Tensor, predictor: Tensor, centre: Tensor
) -> Tensor:
    """A published loss, or what is left of it without repulsion, balance, centre, stop-gradient."""
    if method in ("swav", "dino"):
        a, b = F.normalize(one, dim=-1), F.normalize(two, dim=-1)
        a, b = a @ predictor.mT, b @ predictor.mT
        if method == "swav" and full:
            return swav(a, b).sum()
        return dino(a, b, a, b, centre).sum()
    if method == "simsiam":
        ahead = [x @ predictor.mT for x in (one, two)]
        return self_distillation(ahead[0], ahead[1], one, two, stop_gradient=full).sum()
    if method == "barlow_twins" and full:
        return barlow_twins(one, two, redundancy_weight=0.1).sum()
    a, b = F.normalize(one, dim=-1), F.normalize(two, dim=-1)
    if full:
        return infonce(a, b, InnerProduct(temperature=0.5)).sum()
    return (1 - (a * b).sum(-1)).mean()


def _output(method: str, h: Tensor, predictor: Tensor) -> Tensor:
    """What the monitor sees: unit embeddings, or assignments."""
    if method in ("swav", "dino"):
        return (F.normalize(h, dim=-1) @ predictor.mT / 0.1).softmax(-1)
    return F.normalize(h, dim=-1)


def _train(method: str, full: bool, generator: torch.Generator) -> Result:
    """The monitor over the steps of Adam, with one hidden ReLU layer."""
    shapes = ((HIDDEN, INPUTS), (OUTPUTS, HIDDEN), (OUTPUTS, OUTPUTS))
    layers = [torch.randn(s, generator=generator) / s[1] ** 0.5 for s in shapes]
    if method in ("swav", "dino"):
        layers[2] = F.normalize(layers[2], dim=-1)
    parameters = [x.requires_grad_() for x in layers]
    optimiser = torch.optim.Adam(parameters, lr=5e-3)
    centre = torch.zeros(1, OUTPUTS)
    test = torch.randn(512, INPUTS, generator=generator)

    def encode(x: Tensor) -> Tensor:
        found: Tensor = (x @ layers[0].T).relu() @ layers[1].T
        return found

    curve = []
    for step in range(STEPS + 1):
        if step % EVERY == 0:
            with torch.no_grad():
                curve.append(_monitor(_output(method, encode(test), layers[2])))
        x, own, other = torch.randn(3, BATCH, INPUTS, generator=generator)
        one, two = (encode(x + NOISE * n).unsqueeze(0) for n in (own, other))
        loss = _loss(method, full, one, two, layers[2], centre)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if method == "dino" and full:
            with torch.no_grad():
                scores = torch.cat([F.normalize(y[0], dim=-1) @ layers[2].T for y in (one, two)])
                centre = MOMENTUM * centre + (1 - MOMENTUM) * scores.mean(0)
    return {"curve": [round(x, 4) for x in curve], "end": curve[-1]}


BOUNDS = {"simclr": 0.05, "barlow_twins": 0.1, "swav": 0.4, "dino": 0.4, "simsiam": 0.9}
"""Of the monitor at the end, fixed with seeds 100 to 102."""


def _of_method(method: str) -> Rows:
    own = {"part": "train", "method": method}
    return (
        Row(
            f"|E f|²/E|f|² at the end, {method}",
            over_runs("end", full=True, **own),
            MeanWithin(most=BOUNDS[method]),
            "bound fixed with seeds 100 to 102",
        ),
        Row(
            f"|E f|²/E|f|² at the end, {method} without what holds it down",
            over_runs("end", full=False, **own),
            MeanWithin(least=0.95),
            "a constant map is a global minimum; 1 is reached only in the limit",
        ),
    )


def _rises(runs: Runs) -> list[float]:
    curves = [m.result["curve"] for m in runs_where(runs, method="simsiam", full=True)]
    return [max(curve) - float(curve[0]) for curve in curves]


FINDINGS = table(
    Row(
        "change of Barlow Twins by a constant of 10 in every coordinate",
        largest("barlow_twins", part="shift"),
        Equals(0.0, 1e-12),
        "rounding",
    ),
    Row(
        "change of InfoNCE by the same constant, unit embeddings",
        over_runs("simclr", part="shift"),
        MeanWithin(least=0.1),
        "it rises, as it repels the mean",
    ),
    Each(METHODS, _of_method),
    Row(
        "largest |E f|²/E|f|² of a run minus that at the start, simsiam",
        _rises,
        MeanWithin(least=0.1),
        "its loss has no repulsion: the mean rises before the dynamics hold it",
    ),
)


def _figure(measurements: Sequence[Measurement]) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.4), layout="constrained")
    steps = np.arange(0, STEPS + 1, EVERY)
    titles = ("full losses", "without repulsion, balance, centre, stop-gradient")
    axes = figure.subplots(1, 2, sharey=True)
    for axis, full, title in zip(axes, (True, False), titles, strict=True):
        for c, method in enumerate(METHODS):
            rows = np.array(
                [
                    m.result["curve"]
                    for m in measurements
                    if m.settings.get("method") == method and m.settings["full"] is full
                ]
            )
            mean, half = rows.mean(0), 1.96 * rows.std(0, ddof=1) / np.sqrt(len(rows))
            style = ("-", "--", "-.", ":", (0, (5, 1)))[c]
            axis.plot(steps, mean, color=f"C{c}", ls=style, label=method.replace("_", " "))
            axis.fill_between(steps, mean - half, mean + half, color=f"C{c}", alpha=0.2, lw=0)
        axis.set(xlabel="steps", title=title, ylim=(-0.02, 1.02))
    axes[0].set_ylabel(r"$\|\mathbb{E} f\|^2 / \mathbb{E}\|f\|^2$")
    axes[1].legend(frameon=False, loc="lower right")
    return figure


STUDY = Study(
    name="centring",
    title=PREDICTION.title,
    direction=Direction.DYNAMICS,
    prediction=PREDICTION,
    plan=_plan,
    measure=_measure,
    compare=FINDINGS,
    figure=_figure,
    contradictions={
        "Barlow Twins sees the shift": changed("barlow_twins", lambda _: 0.1, part="shift"),
        "InfoNCE does not": changed("simclr", lambda _: 0.0, part="shift"),
        "the full losses collapse": changed("end", lambda _: 1.0, part="train", full=True),
        "the reduced losses do not": changed("end", lambda _: 0.5, part="train", full=False),
        "SimSiam never raises the mean": changed(
            "curve", lambda c: [c[0]] * len(c), part="train", method="simsiam"
        ),
    },
)
