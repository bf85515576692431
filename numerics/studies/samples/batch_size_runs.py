"""Variances of gradients, optimal scales and trained runs over the number of negatives: what is measured."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from scipy.optimize import brentq
from torch import Tensor

from sith.numerics.exact import loss_with_negatives
from sith.numerics.groups import residual
from sith.numerics.lowering.formulas import evaluate
from sith.numerics.runs.design import Design, train_design
from sith.numerics.studies.frame.finding import Measurement, Result, Settings
from sith.theory import prediction, theorem

PREDICTION = prediction("batch_size")

KAPPA = 2.0

COSINES = np.cos(np.arange(8) * math.pi / 4)

NEAR = np.array([0.5, 0.25, 0, 0, 0, 0, 0, 0.25])
"""The mismatched conditional: half stay, a quarter move to each neighbour."""

SIZES = (16, 32, 64, 128)

OWN = (1, 3, 15)

IN_BATCH = 0

COUNTS = (1, 2, 4, 8, 16)


def measure(settings: Settings) -> Result:
    """Return the result of one measurement; `settings` names its part."""
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


def predicted(name: str, law: np.ndarray) -> float:
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


def constants(name: str) -> float:
    """Return n times the variance, predicted."""
    return float(evaluate(PREDICTION.formula(name), beta=KAPPA))


def rows_of(measurements: Sequence[Measurement], negatives: int) -> list[list[float]]:
    """Return the variances at each number of pairs, one row for each seed."""
    return [
        [float(v) for v in m.result["variances"]]
        for m in measurements
        if m.settings["part"] == "variance" and m.settings["negatives"] == negatives
    ]


def scales_of(measurements: Sequence[Measurement], law: str) -> list[float]:
    """Return the optimal scales of a law, one for each number of negatives."""
    found = next(m.result["scales"] for m in measurements if m.settings.get("law") == law)
    return [float(x) for x in found]


def name_of(negatives: int) -> str:
    """Return the number of negatives in words."""
    return f"M = {negatives}" if negatives else "in-batch negatives"
