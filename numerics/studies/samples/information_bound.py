"""The InfoNCE bound by enumeration: what it misses, what M moves, and critics from samples."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import torch
from scipy.optimize import brentq
from torch import Tensor

from sith.numerics.exact import loss_with_negatives, optimal_scores
from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import (
    Finding,
    Measurement,
    Result,
    Settings,
    bounded,
    within,
)
from sith.numerics.studies.frame.readings import values_of
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.theory import prediction

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PREDICTION = prediction("information_bound")

FEW = (1, 2, 3, 5)
MANY = (1, 2, 3, 7, 15, 31, 63, 127)
ROWS, COLUMNS = 4, 3
CRITICS = 50
ANCHORS = (0.99, 0.5)
"""p(y = 1|x) of the restricted critic's world, for two equally likely x."""

PAIRS, FRESH, SHOWN = 30, 400, 15
"""Rows that a critic is fitted to, fresh rows that it is judged by, and the negatives of both."""

PRIOR = 0.1
"""Added to every count, so that the empirical law has no zero and the fitted scores are finite."""


def _plan(budget: str) -> list[Settings]:
    joints, samples = {"smoke": (5, 40), "ci": (40, 400), "full": (200, 2000)}[budget]
    return [
        *({"part": "joint", "seed": s} for s in range(joints)),
        *({"part": "limit", "seed": s} for s in range(3)),
        {"part": "restricted", "critic": "wrong", "seed": 0},
        {"part": "restricted", "critic": "right", "seed": 0},
        *({"part": "samples", "seed": s, "runs": samples // 8} for s in range(8)),
    ]


def _measure(settings: Settings) -> Result:
    rng = np.random.default_rng([int(settings["seed"]), 11])
    if settings["part"] == "restricted":
        return _restricted(settings["critic"] == "right")
    joint = _joint(rng)
    if settings["part"] == "joint":
        return _enumerated(joint, rng)
    if settings["part"] == "limit":
        missing = [_missing(joint, _log_ratio(joint), k) for k in MANY]
        return {"chi": _chi(joint), "missing": missing}
    return _sampled(_joint(np.random.default_rng(3)), int(settings["runs"]), rng)


def _joint(rng: np.random.Generator) -> Tensor:
    """A law with rational entries k/n, 1 ≤ k ≤ 20."""
    counts = torch.from_numpy(rng.integers(1, 21, size=(ROWS, COLUMNS)).astype(float))
    return counts / counts.sum()


def _log_ratio(joint: Tensor) -> Tensor:
    return (joint / joint.sum(1, keepdim=True) / joint.sum(0)).log()


def _information(joint: Tensor) -> float:
    return float((joint * _log_ratio(joint)).sum())


def _chi(joint: Tensor) -> float:
    return float((joint * _log_ratio(joint).exp()).sum()) - 1


def _missing(joint: Tensor, scores: Tensor, negatives: int) -> float:
    """I − (log(M+1) − L)."""
    loss = float(loss_with_negatives(joint, scores, negatives))
    return _information(joint) - math.log(negatives + 1) + loss


def _divergence(joint: Tensor, negatives: int) -> float:
    """D_M over all tuples of slots, by its definition: no loss and no critic."""
    ratio = _log_ratio(joint).exp().numpy()
    rows, columns = joint.sum(1).numpy(), joint.sum(0).numpy()
    total = 0.0
    for slots in product(range(joint.shape[1]), repeat=negatives + 1):
        mean = ratio[:, slots].mean(1)
        total += float(columns[list(slots)].prod() * (rows * mean * np.log(mean)).sum())
    return total


def _enumerated(joint: Tensor, rng: np.random.Generator) -> Result:
    best, information = _log_ratio(joint), _information(joint)
    moved, wrong, excess, above = 0.0, 0.0, -math.inf, -math.inf
    for negatives in FEW:
        found = optimal_scores(joint, negatives)
        difference = found - best
        moved = max(moved, float((difference - difference.mean(1, keepdim=True)).abs().max()))
        missing = _missing(joint, found, negatives)
        divergence = _divergence(joint, negatives)
        wrong = max(wrong, abs(missing - divergence))
        most = evaluate(PREDICTION.formula("most_missing"), chi=_chi(joint), M=negatives)
        above = max(above, divergence - float(most))
        noise = torch.from_numpy(rng.normal(size=(CRITICS, *joint.shape)))
        tried = best * torch.linspace(0, 3, CRITICS).double()[:, None, None] + noise / 4
        losses = loss_with_negatives(joint, tried, negatives)
        value = math.log(negatives + 1) - float(losses.min())
        excess = max(excess, value - min(information, math.log(negatives + 1)))
    return {"moved": moved, "wrong": wrong, "excess": excess, "above": above}


def _restricted(right: bool) -> Result:
    """Minimisers over the one scale of a critic s(x, 1) = scale·u(x), s(x, 0) = 0."""
    rows = torch.tensor(ANCHORS, dtype=torch.float64)
    joint = torch.stack((1 - rows, rows), 1) / 2
    shape = torch.stack((torch.zeros(2).double(), torch.from_numpy(_shape(right))), 1)
    scales = []
    for negatives in MANY:

        def slope(scale: float, negatives: int = negatives) -> float:
            leaf = torch.tensor(scale, dtype=torch.float64, requires_grad=True)
            loss = loss_with_negatives(joint, leaf * shape, negatives)
            return float(torch.autograd.grad(loss, leaf)[0])

        scales.append(float(brentq(slope, 0.01, 10, xtol=1e-12)))
    return {"scales": scales}


def _shape(right: bool) -> np.ndarray:
    if not right:
        return np.array([1.0, -1.0])
    return evaluate(PREDICTION.formula("best"), a=np.array(ANCHORS), b=sum(ANCHORS) / 2)


def _root(name: str) -> float:
    """The scale at which the predicted slope of the loss is zero, for the wrong critic."""
    shape = _shape(False)

    def slope(scale: float) -> float:
        values = evaluate(
            PREDICTION.formula(name), a=np.array(ANCHORS), b=sum(ANCHORS) / 2, t=scale * shape
        )
        return float((values * shape).sum())

    return float(brentq(slope, 0.01, 10, xtol=1e-12))


def _sampled(joint: Tensor, runs: int, rng: np.random.Generator) -> Result:
    """Critics that minimise the loss of a few rows, judged by those rows and by fresh ones."""
    own, fresh = [], []
    law = joint.numpy().ravel()
    columns = joint.sum(0).numpy()
    for _ in range(runs):
        counts = torch.from_numpy(rng.multinomial(PAIRS, law).reshape(ROWS, COLUMNS) + 0.0)
        seen = (counts + PRIOR) / (counts + PRIOR).sum()
        scores = optimal_scores(seen, SHOWN)
        own.append(math.log(SHOWN + 1) - float(loss_with_negatives(seen, scores, SHOWN)))
        x, y = np.divmod(rng.choice(len(law), size=FRESH, p=law), COLUMNS)
        others = rng.choice(COLUMNS, size=(FRESH, SHOWN), p=columns)
        slots = torch.from_numpy(np.concatenate((y[:, None], others), 1))
        logits = scores[torch.from_numpy(x)[:, None], slots]
        loss = float((logits.logsumexp(1) - logits[:, 0]).mean())
        fresh.append(math.log(SHOWN + 1) - loss)
    return {
        "own": float(np.mean(own)),
        "fresh": float(np.mean(fresh)),
        "information": _information(joint),
        "most": _information(joint) - _missing(joint, _log_ratio(joint), SHOWN),
    }


def _compare(measurements: Sequence[Measurement]) -> list[Finding]:
    scales = _scales(measurements, "wrong")
    one, many = _root("slope_one"), _root("slope_many")
    findings = [
        _largest(measurements, "moved", "distance of the best free critic from log r, all M", 1e-6),
        _largest(
            measurements, "wrong", "distance of what is missing from its divergence D_M", 1e-12
        ),
        _largest(measurements, "excess", "excess of a bound over min(I, log(M+1))", 1e-12),
        _largest(measurements, "above", "excess of D_M over log(1 + χ²/(M+1))", 1e-12),
        within(
            f"2(M+1) D_M/χ², from M = {MANY[-2]} and {MANY[-1]} without the term of order 1/M",
            1.0,
            float(np.mean([_limit(row) for row in _missed(measurements)])),
            0.01,
            "what is left is of order 1/M²",
        ),
        within(
            "scale of the restricted critic, one negative",
            one,
            scales[0],
            1e-9,
            "both are roots of a slope, found to 1e-12",
        ),
        within(
            f"the same with many negatives, from M = {MANY[-2]} and {MANY[-1]}",
            many,
            2 * scales[-1] - scales[-2],
            0.02 * abs(many - one),
            "what is left of the way from one to many is of order 1/M²",
        ),
        within(
            "spread over M of the scale of the critic that holds log r",
            0.0,
            float(np.ptp(_scales(measurements, "right"))),
            1e-9,
            "both are roots of a slope, found to 1e-12",
        ),
        bounded(
            f"bound from fresh rows, critics fitted to {PAIRS} rows, M = {SHOWN}",
            values_of(measurements, "fresh", part="samples"),
            "I − D_M is the best any critic has; the interval over batches must lie below",
            most=values_of(measurements, "most", part="samples")[0],
        ),
        bounded(
            "the same from the rows that the critic was fitted to",
            values_of(measurements, "own", part="samples"),
            "here nothing bounds it: the interval must lie above I",
            least=values_of(measurements, "information", part="samples")[0],
        ),
    ]
    return findings


def _largest(
    measurements: Sequence[Measurement], entry: str, name: str, tolerance: float
) -> Finding:
    worst = max(values_of(measurements, entry, part="joint"))
    signed = entry in ("excess", "above")
    found = max(0.0, worst) if signed else worst
    reason = "sums in double precision"
    if entry == "moved":
        reason = "Newton stops below a predicted decrease of 1e-18, at curvatures down to 1e-6"
    return within(f"largest {name}", 0.0, found, tolerance, reason)


def _scales(measurements: Sequence[Measurement], critic: str) -> list[float]:
    found = next(m.result for m in measurements if m.settings.get("critic") == critic)
    return [float(x) for x in found["scales"]]


def _missed(measurements: Sequence[Measurement]) -> list[list[float]]:
    """What is missing at each M, in units of its predicted value for many negatives."""
    rows = []
    for m in measurements:
        if m.settings["part"] == "limit":
            limit = evaluate(
                PREDICTION.formula("missing_for_many"), chi=m.result["chi"], M=np.array(MANY)
            )
            rows.append((np.array(m.result["missing"]) / limit).tolist())
    return rows


def _limit(row: Sequence[float]) -> float:
    """Extrapolated in 1/(M+1) from the last two, of which the last has twice the slots."""
    return 2 * row[-1] - row[-2]


def _figure(measurements: Sequence[Measurement]) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 3.4), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    slots = np.array(MANY) + 1
    for k, m in enumerate(m for m in measurements if m.settings["part"] == "limit"):
        chi = m.result["chi"]
        left.plot(slots, m.result["missing"], "o", ms=4, color=f"C{k}")
        most = evaluate(PREDICTION.formula("most_missing"), chi=chi, M=slots - 1.0)
        left.plot(slots, most, "-", lw=1, color=f"C{k}")
        left.plot(slots, chi / (2 * slots), ":", color=f"C{k}")
    left.plot([], [], "ko", ms=4, label="enumerated, three laws")
    left.plot([], [], "k-", lw=1, label="upper bound")
    left.plot([], [], "k:", label="limit for many")
    left.set(xscale="log", yscale="log", xlabel="slots M + 1", ylabel="missing information (nats)")
    left.legend(frameon=False, fontsize=8)
    middle.plot(slots, _scales(measurements, "wrong"), "o", color="C1", label="restricted critic")
    middle.plot(slots, _scales(measurements, "right"), "s", color="C0", label="holds log r")
    middle.axhline(_root("slope_one"), ls="--", color="grey", lw=1, label="M = 1, predicted")
    middle.axhline(_root("slope_many"), ls=":", color="grey", label="M → ∞, predicted")
    middle.set(xscale="log", xlabel="slots M + 1", ylabel="scale at the optimum")
    middle.legend(frameon=False, fontsize=8, loc="center right")
    fresh, own = (values_of(measurements, name, part="samples") for name in ("fresh", "own"))
    first = next(m.result for m in measurements if m.settings["part"] == "samples")
    right.plot([0] * len(fresh), fresh, "o", color="C0", mfc="none")
    right.plot([1] * len(own), own, "o", color="C1", mfc="none")
    right.axhline(first["information"], color="k", lw=1, label="I")
    right.axhline(first["most"], color="k", ls="--", lw=1, label="I − D")
    right.set(
        xticks=[0, 1],
        xticklabels=["fresh rows", "rows fitted to"],
        xlim=(-0.5, 1.5),
        ylabel="mean of log(M+1) − L (nats)",
    )
    right.legend(frameon=False, fontsize=8, loc="center left")
    return figure


STUDY = Study(
    name="information_bound",
    title=PREDICTION.title,
    direction=Direction.SAMPLES,
    prediction=PREDICTION,
    plan=_plan,
    measure=_measure,
    compare=_compare,
    figure=_figure,
    contradictions={
        "negatives move the best free critic": changed("moved", lambda e: e + 1e-3, part="joint"),
        "something else is missing": changed("wrong", lambda e: e + 1e-6, part="joint"),
        "a critic beats the bound": changed("excess", lambda _: 1e-3, part="joint"),
        "more is missing than allowed": changed("above", lambda _: 1e-3, part="joint"),
        "what is missing falls more slowly": changed(
            "missing",
            lambda x: [v * (k + 1) ** 0.05 for v, k in zip(x, MANY, strict=True)],
            part="limit",
        ),
        "the restricted critic stays": changed("scales", lambda x: [x[3]] * len(x), critic="wrong"),
        "the right critic moves": changed(
            "scales", lambda x: [*x[:-1], x[-1] + 0.01], critic="right"
        ),
        "fresh rows beat the bound": changed("fresh", lambda v: v + 1, part="samples"),
        "fitted rows obey the bound": changed("own", lambda v: v - 1, part="samples"),
    },
)
