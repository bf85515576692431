"""Which member of GL gradient flow selects, with and without weight decay."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from scipy.integrate import solve_ivp
from scipy.special import softmax

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import (
    Measurement,
    Result,
    Runs,
    Settings,
)
from sith.numerics.studies.frame.readings import largest, runs_where, values_of
from sith.numerics.studies.frame.rules import Equals, MeanWithin
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.numerics.studies.frame.table import Each, Row, Rows, table
from sith.theory import prediction

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PREDICTION = prediction("optimiser")

TARGET = (2.0, 1.0, 0.5)
"""Singular values of M; as many latents and outputs, six classes."""

CLASSES = 6
DECAYS = (0.0, 0.05)
LOSSES = ("squares", "cross-entropy")
SCALES = (0.1, 1.0)
TIMES = np.linspace(0.0, 60.0, 121)


def _plan(budget: str) -> list[Settings]:
    seeds = {"smoke": 10, "ci": 20, "full": 50}[budget]
    return [
        {"loss": k, "decay": e, "scale": s, "seed": i}
        for k in LOSSES
        for e in DECAYS
        for s in SCALES
        for i in range(seeds)
    ]


def _measure(settings: Settings) -> Result:
    rng = np.random.default_rng([int(settings["seed"]), 19])
    d, eta = len(TARGET), float(settings["decay"])
    left = np.linalg.qr(rng.normal(size=(CLASSES, d)))[0]
    target = left * TARGET @ np.linalg.qr(rng.normal(size=(d, d)))[0]
    rows = rng.normal(size=(200, d))
    labels = softmax(rows @ target.T, axis=1)
    squares = settings["loss"] == "squares"

    def velocity(_t: float, flat: np.ndarray) -> np.ndarray:
        head, encoder = flat[: CLASSES * d].reshape(CLASSES, d), flat[CLASSES * d :].reshape(d, d)
        product = head @ encoder
        slope = 2 * (product - target)
        if not squares:
            slope = (softmax(rows @ product.T, axis=1) - labels).T @ rows / len(rows)
        f = -slope @ encoder.T - 2 * eta * head
        w = -head.T @ slope - 2 * eta * encoder
        return np.concatenate([f.ravel(), w.ravel()])

    begin = float(settings["scale"]) * rng.normal(size=(CLASSES + d) * d)
    solved = solve_ivp(
        velocity, (0.0, TIMES[-1]), begin, method="LSODA", rtol=1e-9, atol=1e-12, t_eval=TIMES
    )
    heads = solved.y.T[:, : CLASSES * d].reshape(-1, CLASSES, d)
    encoders = solved.y.T[:, CLASSES * d :].reshape(-1, d, d)
    imbalance = heads.transpose(0, 2, 1) @ heads - encoders @ encoders.transpose(0, 2, 1)
    sizes = np.linalg.norm(imbalance, axis=(1, 2))
    factor = evaluate(PREDICTION.formula("imbalance"), D_0=1.0, eta=eta, t=TIMES)
    values = np.linalg.svd(encoders[-1], compute_uv=False)
    return {
        "error": float(np.abs(imbalance - factor[:, None, None] * imbalance[0]).max()),
        "imbalance": (sizes / sizes[0])[::5].tolist(),
        "values": values.tolist(),
        "spread": float(values[0] / values[-1]),
    }


def _balanced() -> np.ndarray:
    squares = evaluate(PREDICTION.formula("balanced"), sigma=np.array(TARGET), eta=DECAYS[1])
    out: np.ndarray = np.sqrt(squares)
    return out


def _of_loss(key: tuple[str, float]) -> Rows:
    loss, decay = key
    return (
        Row(
            f"FᵀF − WWᵀ from its closed form, largest entry at all times, {loss}, decay {decay:g}",
            largest("error", loss=loss, decay=decay),
            Equals(0.0, 1e-5),
            "the solver's relative tolerance is 1e-9 over 60 units of time",
        ),
    )


def _from_balanced(runs: Runs) -> float:
    own = runs_where(runs, loss="squares", decay=DECAYS[1])
    return max(float(np.abs(np.array(m.result["values"]) - _balanced()).max()) for m in own)


REMEMBERED = {"loss": "squares", "decay": 0.0, "scale": SCALES[-1]}

FINDINGS = table(
    Each(tuple(product(LOSSES, DECAYS)), _of_loss),
    Row(
        "singular values of W from the balanced ones, squares with decay, largest error",
        _from_balanced,
        Equals(0.0, 1e-3),
        f"what is left of the imbalance after 60 units of time is e^-{4 * DECAYS[1] * 60:g}",
    ),
    Row(
        f"|log₁₀| of the spread of W over the balanced one, no decay, start of scale {SCALES[-1]:g}",
        lambda runs: _apart(values_of(runs, "spread", **REMEMBERED)),
        MeanWithin(least=0.05),
        "the start is remembered: the interval over starts lies above a factor of 1.12",
    ),
)


def _apart(spread: Sequence[float]) -> list[float]:
    """|log₁₀ of the spread over the balanced one|, of every start."""
    own = _balanced()
    return [float(x) for x in np.abs(np.log10(np.array(spread) * own[-1] / own[0]))]


def _figure(measurements: Sequence[Measurement]) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.5, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    for i, decay in enumerate(DECAYS):
        curve = evaluate(PREDICTION.formula("imbalance"), D_0=1.0, eta=decay, t=TIMES)
        left.plot(TIMES, curve, "k--", lw=1, label="predicted" if i == 0 else None)
        for loss, marker in zip(LOSSES, "o^", strict=True):
            own = next(
                m
                for m in measurements
                if m.settings["loss"] == loss and m.settings["decay"] == decay
            )
            left.plot(
                TIMES[::5],
                own.result["imbalance"],
                marker,
                ms=4,
                mfc="none",
                color=f"C{i}",
                label=f"{loss}, decay {decay:g}",
            )
    left.set(yscale="log", xlabel="time of the flow", ylabel="imbalance, over its start")
    left.legend(frameon=False)
    at = 0
    for scale in SCALES:
        for decay in DECAYS:
            values = values_of(measurements, "spread", loss="squares", decay=decay, scale=scale)
            right.plot([at] * len(values), values, "o", mfc="none", color=f"C{DECAYS.index(decay)}")
            at += 1
    ideal = _balanced()
    right.axhline(ideal[0] / ideal[-1], ls="--", color="k", lw=1, label="balanced")
    right.axhline(1, ls=":", color="grey", label="orthogonal")
    right.set(
        yscale="log",
        ylabel="largest over smallest singular value of W",
        xticks=range(4),
        xticklabels=[f"start {s:g}\ndecay {e:g}" for s in SCALES for e in DECAYS],
    )
    right.legend(frameon=False, loc="upper left")
    return figure


STUDY = Study(
    name="optimiser",
    title=PREDICTION.title,
    direction=Direction.BIAS,
    prediction=PREDICTION,
    plan=_plan,
    measure=_measure,
    compare=FINDINGS,
    figure=_figure,
    contradictions={
        "the imbalance leaves its closed form": changed("error", lambda _: 0.1),
        "decay makes the encoder orthogonal": changed("values", lambda _: [1.0, 1.0, 1.0]),
        "no start is remembered": changed("spread", lambda _: 2.0),
    },
)
