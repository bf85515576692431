"""Bounds on information from enumerated joints and from samples: what is measured."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

import numpy as np
import torch
from scipy.optimize import brentq
from torch import Tensor

from sith.numerics.exact import loss_with_negatives, optimal_scores
from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import Measurement, Result, Settings
from sith.theory import prediction

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


def measure(settings: Settings) -> Result:
    """Return the result of one measurement; `settings` names its part."""
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


def root(name: str) -> float:
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


def scales_of(measurements: Sequence[Measurement], critic: str) -> list[float]:
    """Return the scales of a critic, one for each number of negatives."""
    found = next(m.result for m in measurements if m.settings.get("critic") == critic)
    return [float(x) for x in found["scales"]]
