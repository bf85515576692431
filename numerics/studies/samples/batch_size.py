"""Batch size and negatives: variance of the gradient, the optimum by enumeration, and training."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from scipy.optimize import brentq
from torch import Tensor

from sith.numerics.exact import loss_with_negatives
from sith.numerics.groups import residual
from sith.numerics.lowering.formulas import evaluate
from sith.numerics.measure import interval
from sith.numerics.runs.design import Design, train_design
from sith.numerics.studies.frame.finding import (
    Finding,
    Measurement,
    Result,
    Settings,
    bounded,
    covered,
    within,
)
from sith.numerics.studies.frame.slopes import log_slope
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.theory import prediction, theorem

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PREDICTION = prediction("batch_size")

KAPPA = 2.0
COSINES = np.cos(np.arange(8) * math.pi / 4)
NEAR = np.array([0.5, 0.25, 0, 0, 0, 0, 0, 0.25])
"""The mismatched conditional: half stay, a quarter move to each neighbour."""

SIZES = (16, 32, 64, 128)
OWN = (1, 3, 15)
IN_BATCH = 0
COUNTS = (1, 2, 4, 8, 16)
TRAINED = (1, 16)


def _plan(budget: str) -> list[Settings]:
    seeds, steps, runs = {"smoke": (10, 300, 4), "ci": (20, 1000, 6), "full": (100, 2000, 20)}[
        budget
    ]
    return [
        *(
            {"part": "variance", "negatives": k, "seed": s, "steps": steps}
            for k in (*OWN, IN_BATCH)
            for s in range(seeds)
        ),
        *({"part": "optimum", "law": law} for law in ("matched", "near")),
        *({"part": "training", "negatives": k, "runs": runs} for k in TRAINED),
    ]


def _measure(settings: Settings) -> Result:
    if settings["part"] == "optimum":
        law = _matched() if settings["law"] == "matched" else NEAR
        return {"scales": [_optimum(law, k) for k in COUNTS]}
    if settings["part"] == "training":
        return _trained(int(settings["negatives"]), int(settings["runs"]))
    negatives, steps = int(settings["negatives"]), int(settings["steps"])
    rng = np.random.default_rng([int(settings["seed"]), negatives, 13])
    return {"variances": [_variance(n, negatives, steps, rng) for n in SIZES]}


def _matched() -> np.ndarray:
    weights = np.exp(KAPPA * COSINES)
    law: np.ndarray = weights / weights.sum()
    return law


def _variance(pairs: int, negatives: int, steps: int, rng: np.random.Generator) -> float:
    """Variance over steps of the gradient by β at β = κ, the mean over the pairs of a step."""
    shift = rng.choice(8, size=(steps, pairs), p=_matched())
    if negatives == IN_BATCH:
        x = rng.integers(8, size=(steps, pairs))
        y = x + shift
        scores = COSINES[(x[:, :, None] - y[:, None, :]) % 8]
    else:
        others = COSINES[rng.integers(8, size=(steps, pairs, negatives))]
        scores = np.concatenate((COSINES[shift][:, :, None], others), 2)
    weights = np.exp(KAPPA * scores)
    gradient = (weights * scores).sum(2) / weights.sum(2) - COSINES[shift]
    return float(gradient.mean(1).var(ddof=1))


def _optimum(law: np.ndarray, negatives: int) -> float:
    """The best β by enumeration; the world turns, so one anchor and five cosines are enough."""
    joint, marginal, values = _folded(law)

    def slope(scale: float) -> float:
        leaf = torch.tensor(scale, dtype=torch.float64, requires_grad=True)
        loss = loss_with_negatives(joint, leaf * values, negatives, marginal)
        return float(torch.autograd.grad(loss, leaf)[0])

    return float(brentq(slope, 0.1, 20, xtol=1e-12))


def _folded(law: np.ndarray) -> tuple[Tensor, Tensor, Tensor]:
    """Laws of x·y for a pair and for a negative, and its five values."""
    pair = [law[0], *(law[k] + law[8 - k] for k in (1, 2, 3)), law[4]]
    joint, marginal = torch.tensor([pair]).double(), torch.tensor([1, 2, 2, 2, 1]).double() / 8
    return joint, marginal, torch.from_numpy(COSINES[:5])[None]


def _predicted(name: str, law: np.ndarray) -> float:
    """The root for one negative or for many, from the formulas."""

    def one(scale: float) -> float:
        gaps = COSINES[:, None] - COSINES[None, :]
        slopes = evaluate(PREDICTION.formula("slope_one"), beta=scale, delta=gaps)
        return float(law @ slopes.mean(1))

    def many(scale: float) -> float:
        return float(evaluate(PREDICTION.formula("mean"), beta=scale)) - float(law @ COSINES)

    return float(brentq(one if name == "one" else many, 0.1, 20, xtol=1e-12))


def _trained(negatives: int, runs: int) -> Result:
    """Distance from O(2) of encoders trained on the circle with this number of negatives."""
    claim = theorem("ma_2018_any_negatives").claim_at(2, negatives, 2)
    design = Design(steps=1200, batch=256, width=48)
    run = train_design(claim, design, tuple(range(runs)))
    found = residual(claim.group, run.latents, run.representations).value
    return {"residuals": np.asarray(found).tolist(), "lost": len(run.diverged)}


def _constants(name: str) -> float:
    return float(evaluate(PREDICTION.formula(name), beta=KAPPA))


def _slopes(measurements: Sequence[Measurement], negatives: int) -> list[float]:
    return [log_slope(SIZES, row) for row in _rows(measurements, negatives)]


def _rows(measurements: Sequence[Measurement], negatives: int) -> list[list[float]]:
    return [
        [float(v) for v in m.result["variances"]]
        for m in measurements
        if m.settings["part"] == "variance" and m.settings["negatives"] == negatives
    ]


def _scaled(measurements: Sequence[Measurement], negatives: int) -> list[float]:
    """n times the variance: its mean over n, or at the largest n for in-batch negatives."""
    rows = np.array(_rows(measurements, negatives)) * np.array(SIZES)
    kept = rows[:, -1:] if negatives == IN_BATCH else rows
    found: list[float] = kept.mean(1).tolist()
    return found


def _scales(measurements: Sequence[Measurement], law: str) -> list[float]:
    found = next(m.result["scales"] for m in measurements if m.settings.get("law") == law)
    return [float(x) for x in found]


def _residuals(measurements: Sequence[Measurement], negatives: int) -> list[float]:
    return [
        float(x)
        for m in measurements
        if m.settings["part"] == "training" and m.settings["negatives"] == negatives
        for x in m.result["residuals"]
    ]


def _name(negatives: int) -> str:
    return f"M = {negatives}" if negatives else "in-batch negatives"


def _compare(measurements: Sequence[Measurement]) -> list[Finding]:
    sampling = "six standard errors of the smallest budget, √(2/300)/(√5 ln 2)/√10 = 0.017"
    findings = [
        covered(
            f"slope of log variance of the gradient against log pairs, {_name(k)}",
            -1.0,
            _slopes(measurements, k),
            0.1,
            sampling if k else sampling + ", and terms of order 1/n from n = 16 on",
        )
        for k in (*OWN, IN_BATCH)
    ]
    few, many = _constants("one"), _constants("many")
    findings += [
        covered(
            "pairs times variance, M = 1",
            few,
            _scaled(measurements, 1),
            0.1 * few,
            "sampling error: the standard error of ten seeds is about 2 %",
        ),
        covered(
            f"pairs times variance, in-batch negatives, {SIZES[-1]} pairs",
            many,
            _scaled(measurements, IN_BATCH),
            0.15 * many,
            "sampling error of about 3 %, and terms of order 1/n",
        ),
        within(
            "largest distance over M of the optimal scale from κ, matched",
            0.0,
            float(np.abs(np.array(_scales(measurements, "matched")) - KAPPA).max()),
            1e-9,
            "roots of an enumerated slope, found to 1e-12",
        ),
        within(
            "optimal scale, mismatched, one negative",
            _predicted("one", NEAR),
            _scales(measurements, "near")[0],
            1e-9,
            "roots of an enumerated slope, found to 1e-12",
        ),
        within(
            f"the same for many negatives, from M = {COUNTS[-2]} and {COUNTS[-1]}",
            _predicted("many", NEAR),
            _extrapolated(_scales(measurements, "near")),
            0.1 * abs(_predicted("many", NEAR) - _predicted("one", NEAR)),
            "what is left of the way from one to many is of order 1/M²",
        ),
    ]
    findings += [
        bounded(
            f"residual to O(2) after training, {_name(k)}",
            _residuals(measurements, k),
            "the interval over seeds must lie below 0.02, as in the checks of theorems",
            most=0.02,
        )
        for k in TRAINED
    ]
    return findings


def _extrapolated(scales: Sequence[float]) -> float:
    """To 1/(M+1) = 0 along the line through the last two."""
    a, b = COUNTS[-2] + 1, COUNTS[-1] + 1
    return (b * scales[-1] - a * scales[-2]) / (b - a)


def _figure(measurements: Sequence[Measurement]) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    for j, k in enumerate((*OWN, IN_BATCH)):
        rows = np.array(_rows(measurements, k))
        spread = [interval(column) for column in rows.T]
        values = np.array([i.mean for i in spread])
        error = [values - [i.low for i in spread], [i.high for i in spread] - values]
        place = np.array(SIZES) * 1.04 ** (j - 1.5)
        left.errorbar(place, values, error, fmt="o", ms=4, capsize=2, color=f"C{j}", label=_name(k))
    for name, style, label in (("one", "--", "M = 1"), ("many", "-", "M → ∞")):
        line = _constants(name) / np.array(SIZES)
        left.plot(SIZES, line, style, color="k", lw=1, label=f"predicted, {label}")
    left.set(xscale="log", yscale="log", xlabel="pairs per step", ylabel="variance of the gradient")
    left.set_xticks(SIZES, [str(n) for n in SIZES])
    left.set_xticks([], minor=True)
    left.legend(frameon=False, fontsize=8)
    right.plot(COUNTS, _scales(measurements, "matched"), "s", color="C0", label="matched")
    right.plot(COUNTS, _scales(measurements, "near"), "o", color="C1", label="mismatched")
    right.axhline(KAPPA, color="C0", lw=1, label="κ")
    right.axhline(_predicted("one", NEAR), ls="--", color="C1", lw=1, label="predicted, M = 1")
    right.axhline(_predicted("many", NEAR), ls=":", color="C1", label="predicted, M → ∞")
    right.set(xscale="log", xlabel="negatives M", ylabel="optimal scale β")
    right.set_xticks(COUNTS, [str(k) for k in COUNTS])
    right.set_xticks([], minor=True)
    right.legend(frameon=False, fontsize=8)
    return figure


STUDY = Study(
    name="batch_size",
    title=PREDICTION.title,
    direction=Direction.SAMPLES,
    prediction=PREDICTION,
    plan=_plan,
    measure=_measure,
    compare=_compare,
    figure=_figure,
    contradictions={
        "the variance falls like a root of the pairs": changed(
            "variances",
            lambda v: [x * math.sqrt(n) for x, n in zip(v, SIZES, strict=True)],
            part="variance",
        ),
        "twice the variance": changed("variances", lambda v: [2 * x for x in v], part="variance"),
        "negatives move the matched optimum": changed(
            "scales", lambda s: [*s[:-1], s[-1] + 0.01], law="matched"
        ),
        "negatives do not move the mismatched one": changed(
            "scales", lambda s: [s[2]] * len(s), law="near"
        ),
        "training leaves the group": changed(
            "residuals", lambda r: [x + 0.5 for x in r], part="training"
        ),
    },
)
