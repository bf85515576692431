"""Stepwise learning under Barlow-Twins-type losses: closed form, gradient flow, SGD."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import (
    Measurement,
    Result,
    Settings,
)
from sith.numerics.studies.frame.parts import gradient_flow
from sith.numerics.studies.frame.readings import largest, over_runs, values_of
from sith.numerics.studies.frame.rules import Equals, MeanWithin
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.numerics.studies.frame.table import Each, Row, Rows, table
from sith.theory import prediction

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PREDICTION = prediction("stepwise")

EIGENVALUES = (1.0, 0.6, 0.3, 0.15, 0.05)
"""Of Γ, apart by factors of about two, so that the steps do not overlap."""

OUTPUTS = 2
SCALES = (1e-3, 0.1, 1.0, 3.0)
ZERO_LOSS = 1e-6


def _plan(budget: str) -> list[Settings]:
    seeds = {"smoke": 10, "ci": 30, "full": 100}[budget]
    flow = [{"part": "flow", "seed": s} for s in range(3)]
    starts = [{"part": "start", "scale": x, "seed": s} for x in SCALES for s in range(seeds)]
    return [*flow, {"part": "sgd", "seed": 0}, *starts]


def _measure(settings: Settings) -> Result:
    rng = np.random.default_rng([int(settings["seed"]), 7])
    basis = np.linalg.qr(rng.normal(size=(5, 5)))[0]
    matrix = basis @ np.diag(EIGENVALUES) @ basis.T
    if settings["part"] == "flow":
        return _aligned(matrix, basis)
    if settings["part"] == "sgd":
        return _stochastic(basis, rng)
    start = float(settings["scale"]) * rng.normal(size=(OUTPUTS, 5)) / math.sqrt(5)
    end = _flow(matrix, start, 400.0)[-1]
    return {
        "loss": _loss(end, matrix),
        "overlap": _overlap(end, basis[:, :OUTPUTS]),
    }


def _loss(weights: np.ndarray, matrix: np.ndarray) -> float:
    return float(((weights @ matrix @ weights.T - np.eye(len(weights))) ** 2).sum())


def _overlap(weights: np.ndarray, top: np.ndarray) -> float:
    """Mean squared cosine between the row space and the top eigenspace, in [0, 1]."""
    rows = np.linalg.qr(weights.T)[0]
    return float((np.linalg.svd(rows.T @ top, compute_uv=False) ** 2).mean())


def _flow(
    matrix: np.ndarray, start: np.ndarray, end: float, times: Sequence[float] = ()
) -> np.ndarray:
    """Gradient flow of the loss from `start`; the states at the times, or at the end."""

    def velocity(w: np.ndarray) -> np.ndarray:
        out: np.ndarray = -4 * (w @ matrix @ w.T - np.eye(len(w))) @ w @ matrix
        return out

    return gradient_flow(velocity, start, list(times) or [end])


TIMES = tuple(float(x) for x in np.linspace(0.0, 12.0, 121))
START = 1e-2


def _aligned(matrix: np.ndarray, basis: np.ndarray) -> Result:
    """Lengths of aligned modes under the flow."""
    states = _flow(matrix, START * basis[:, :OUTPUTS].T, TIMES[-1], TIMES)
    lengths = np.linalg.norm(states, axis=2)
    return {"lengths": lengths.T.tolist(), "error": float(np.abs(lengths - _closed()).max())}


def _closed() -> np.ndarray:
    """The closed form at the times, one column per mode."""
    times, modes = np.array(TIMES)[:, None], np.array(EIGENVALUES[:OUTPUTS])
    return evaluate(PREDICTION.formula("length"), t=times, gamma=modes, s_0=START)


def _stochastic(basis: np.ndarray, rng: np.random.Generator) -> Result:
    """Lengths under SGD on batches of pairs: x = u + a, x' = u + a', Cov u = Γ."""
    rate, batch = 0.002, 256
    root = basis @ np.diag(np.sqrt(EIGENVALUES))
    weights = START * basis[:, :OUTPUTS].T
    lengths = []
    steps = int(TIMES[-1] / rate)
    every = steps // (len(TIMES) - 1)
    for step in range(steps + 1):
        if step % every == 0:
            lengths.append(np.linalg.norm(weights, axis=1))
        shared = rng.normal(size=(batch, 5)) @ root.T
        one, two = (shared + 0.1 * rng.normal(size=(batch, 5)) for _ in range(2))
        cross = (one.T @ two + two.T @ one) / (2 * batch)
        weights = (
            weights - rate * 4 * (weights @ cross @ weights.T - np.eye(OUTPUTS)) @ weights @ cross
        )
    return {
        "lengths": np.array(lengths).T.tolist(),
        "error": float(np.abs(np.array(lengths) - _closed()).max()),
    }


def _of_mode(j: int) -> Rows:
    return (
        Row(
            f"time at which mode {j + 1} has half of its final square",
            lambda runs: _crossing(_lengths(runs)[j], EIGENVALUES[j]),
            Equals(float(_half_times()[j]), 0.1),
            "the flow is read every 0.1 units of time",
        ),
    )


FINDINGS = table(
    Row(
        "largest distance of the flow from the closed form",
        largest("error", part="flow"),
        Equals(0.0, 1e-6),
        "the solver's relative tolerance is 1e-9 over 12 units of time",
    ),
    Row(
        "largest distance of SGD from the closed form",
        largest("error", part="sgd"),
        Equals(0.0, 0.05),
        "batches of 256 and 6,000 steps: runs with seeds 100 to 104 stay below 0.03",
    ),
    Each(range(OUTPUTS), _of_mode),
    Row(
        "largest loss at the end, over all starts",
        largest("loss", part="start"),
        Equals(0.0, ZERO_LOSS),
        "every start ends in a global minimum; 400 units of time",
    ),
    Row(
        f"overlap with the top eigenspace from a start of scale {SCALES[0]}",
        over_runs("overlap", part="start", scale=SCALES[0]),
        MeanWithin(least=0.99),
        "the interval over seeds must lie above 0.99",
    ),
    Row(
        f"overlap from a start of scale {SCALES[-1]}, at the same loss",
        over_runs("overlap", part="start", scale=SCALES[-1]),
        MeanWithin(most=0.7),
        "a start that chooses nothing has overlap 2/5; the interval must lie below 0.7",
    ),
)


def _lengths(measurements: Sequence[Measurement]) -> list[list[float]]:
    found: Any = next(m.result["lengths"] for m in measurements if m.settings["part"] == "flow")
    return [list(row) for row in found]


def _half_times() -> list[float]:
    modes = np.array(EIGENVALUES[:OUTPUTS])
    found: list[float] = evaluate(PREDICTION.formula("half_time"), gamma=modes, s_0=START).tolist()
    return found


def _crossing(lengths: Sequence[float], eigenvalue: float) -> float:
    squares = np.square(lengths) * eigenvalue
    return float(np.interp(0.5, squares, TIMES))


def _figure(measurements: Sequence[Measurement]) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    closed = _closed()
    sgd = next(m.result["lengths"] for m in measurements if m.settings["part"] == "sgd")
    for j in range(OUTPUTS):
        left.plot(TIMES, closed[:, j], color=f"C{j}", label=f"closed form, mode {j + 1}")
        left.plot(TIMES[::5], _lengths(measurements)[j][::5], "o", ms=4, color=f"C{j}", mfc="none")
        left.plot(TIMES, sgd[j], ":", color=f"C{j}")
    left.set(xlabel="time", ylabel="length of the mode", title="flow (circles) and SGD (dots)")
    left.legend(frameon=False)
    overlaps = [values_of(measurements, "overlap", part="start", scale=s) for s in SCALES]
    for scale, values in zip(SCALES, overlaps, strict=True):
        right.plot([scale] * len(values), values, ".", color="C2", alpha=0.4)
    right.plot(SCALES, [float(np.mean(v)) for v in overlaps], "k-")
    right.axhline(OUTPUTS / 5, ls="--", color="grey", lw=1)
    right.set(
        xscale="log",
        xlabel="scale of the initial weights",
        ylabel="overlap with the top eigenspace",
        title="which of the minima is found",
    )
    return figure


STUDY = Study(
    name="stepwise",
    title=PREDICTION.title,
    direction=Direction.DYNAMICS,
    prediction=PREDICTION,
    plan=_plan,
    measure=_measure,
    compare=FINDINGS,
    figure=_figure,
    contradictions={
        "the flow leaves the closed form": changed("error", lambda e: e + 1e-3, part="flow"),
        "SGD leaves the closed form": changed("error", lambda e: e + 1, part="sgd"),
        "both modes grow at once": changed("lengths", lambda x: [x[1], x[0]], part="flow"),
        "starts that stay off the minimum": changed("loss", lambda _: 1e-3, part="start"),
        "a small start chooses nothing": changed("overlap", lambda _: 0.4, scale=SCALES[0]),
        "a large start chooses the top": changed("overlap", lambda _: 0.99, scale=SCALES[-1]),
    },
)
