"""How long gradient descent needs for the weight of a mode, for each number of visible coordinates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp
import torch
from torch import Tensor

from sith.numerics.losses import masked_prediction
from sith.theory.errors import InputError
from sith.theory.exactness import integer
from sith.theory.masked import TwoModes, bhattacharyya, curvature, discrepancy


@dataclass(frozen=True, slots=True)
class Visibility:
    """One number of visible coordinates.

    Fields:
        visible: m.
        discrepancy: D_m at the start, exact, in nats.
        curvature: D_m'' at the true weight, exact.
        steps: gradient steps taken.
        reached: whether the distance fell to the tolerance; if not, `steps` is the budget.
        predicted_steps: log(tolerance) / log(1 − η c), with c = (w(1 − w))² D_m''(w) the curvature
            in log-odds: about log(1/tolerance) / (η c).
    """

    visible: int
    discrepancy: sp.Expr
    curvature: sp.Rational
    steps: int
    reached: bool
    predicted_steps: float

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers for JSON; exact ones are rounded to doubles."""
        return {
            "visible": self.visible,
            "discrepancy": float(self.discrepancy.evalf(17)),
            "curvature": float(self.curvature),
            "steps": self.steps,
            "reached": self.reached,
            "predicted_steps": self.predicted_steps,
        }


@dataclass(frozen=True, slots=True)
class MaskedStudy:
    """What was predicted and what was measured.

    Fields:
        modes: the world.
        start: the weight λ at which training starts.
        rows: one for each number of visible coordinates.
        tail: the two numbers of visible coordinates between which the rate was fitted.
        fitted_rate: minus the slope of log D_m(start) in m over the tail.
        fitted_rate_without_root: the same of log(√m D_m), for the bounds have a factor 1/√m.
        predicted_rate: −log of the Bhattacharyya coefficient 2 √(θ(1 − θ)).
    """

    modes: TwoModes
    start: sp.Rational
    rows: tuple[Visibility, ...]
    tail: tuple[int, int]
    fitted_rate: float
    fitted_rate_without_root: float
    predicted_rate: float

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "theta": str(self.modes.theta),
            "weight": str(self.modes.weight),
            "start": str(self.start),
            "tail": list(self.tail),
            "fitted_rate": self.fitted_rate,
            "fitted_rate_without_root": self.fitted_rate_without_root,
            "predicted_rate": self.predicted_rate,
            "rows": [row.to_dict() for row in self.rows],
        }


def masked_prediction_study(
    modes: TwoModes,
    start: Any,
    visible: Sequence[int],
    *,
    learning_rate: float = 8.0,
    tolerance: float = 0.01,
    budget: int = 20_000,
    tail: tuple[int, int] = (32, 64),
) -> MaskedStudy:
    """Descend the population loss in the log-odds of λ, from `start`, for each m.

    Plain gradient steps of one size: an optimiser that rescales its gradients, such as Adam, would
    hide the curvature of a loss without noise. The loss is the enumerated one, so this is the time
    that the shape of the loss costs; noise of samples comes on top.

    Arguments:
        modes: the world; its two modes are known to the model, the weight is learned.
        start: λ, rational, in (0, 1), other than w.
        visible: the numbers m, integers ≥ 0.
        learning_rate: η, positive, and below 1/c for every m.
        tolerance: training ends when the distance of the log-odds to the true ones is at most this
            part of that at the start; in (0, 1).
        budget: the largest number of steps for each m.
        tail: two numbers 1 ≤ m < m', between which the rate is fitted.

    Raises:
        InputError: an argument is out of its range.

    Source: Cai and Shi (2026), time to learn against curvature.
    """
    if not 0 < tolerance < 1:
        raise InputError(f"tolerance = {tolerance}", allowed="(0, 1)", cure="use for example 0.01")
    if not visible:
        raise InputError("visible is empty", allowed="one or more integers ≥ 0")
    first, last = tail
    if not 1 <= first < last:
        raise InputError(f"tail = {tail}", allowed="1 ≤ m < m'", cure="use for example (32, 64)")
    rows = []
    for m in visible:
        excess, curve = discrepancy(modes, start, m), curvature(modes, m)
        if excess == 0:
            raise InputError(f"start = {start} is the true weight", allowed="another in (0, 1)")
        slope = learning_rate * float(curve * (modes.weight * (1 - modes.weight)) ** 2)
        if not 0 < slope < 1:
            raise InputError(
                f"learning_rate = {learning_rate} at {m} visible coordinates",
                allowed=f"(0, {learning_rate / slope:.3g}), one over the curvature"
                if slope > 0
                else "> 0",
            )
        steps, reached = _descend(modes, start, m, learning_rate, tolerance, budget)
        predicted = math.log(tolerance) / math.log1p(-slope)
        rows.append(Visibility(int(m), excess, curve, steps, reached, predicted))
    ratio = discrepancy(modes, start, first).evalf(17) / discrepancy(modes, start, last).evalf(17)
    fall, width = math.log(ratio), last - first
    return MaskedStudy(
        modes,
        sp.Rational(start),
        tuple(rows),
        tail,
        fall / width,
        (fall - math.log(last / first) / 2) / width,
        -math.log(bhattacharyya(modes)),
    )


def population_rows(modes: TwoModes, visible: int) -> tuple[Tensor, Tensor, Tensor]:
    """The finite population of m visible coordinates and one hidden one, for `masked_prediction`.

    The law is exchangeable, so one row stands for all words with the same number of ones among the
    visible coordinates and the same hidden bit.

    Returns:
        x ``(1, 2(m + 1), m + 1)`` in float64, with the hidden coordinate last; the mask of visible
        coordinates; the probabilities of the rows ``(2(m + 1),)``.

    Raises:
        InputError: `visible` is not an integer ≥ 0.
    """
    m = integer(visible, "visible m", least=0)
    words, masses = [], []
    for ones in range(m + 1):
        plus, minus = modes.likelihoods(ones, m)
        mass = sp.binomial(m, ones) * (modes.weight * plus + (1 - modes.weight) * minus)
        one = modes.prediction(ones, m, modes.weight)
        for bit, chance in ((0, 1 - one), (1, one)):
            words.append([1.0] * ones + [0.0] * (m - ones) + [float(bit)])
            masses.append(float(mass * chance))
    x = torch.tensor([words], dtype=torch.float64)
    seen = (torch.arange(m + 1) < m).expand(x.shape)
    return x, seen, torch.tensor(masses, dtype=torch.float64)


def _descend(
    modes: TwoModes, start: Any, visible: int, rate: float, tolerance: float, budget: int
) -> tuple[int, bool]:
    """Steps taken, and whether the true weight was reached."""
    x, seen, masses = population_rows(modes, visible)
    odds = _log_odds(modes.theta)
    logits = torch.tensor([[[odds], [-odds]]], dtype=torch.float64).expand(1, 2, visible + 1)
    truth, at = _log_odds(modes.weight), _log_odds(sp.Rational(start))
    near = tolerance * abs(at - truth)
    for step in range(budget):
        if abs(at - truth) <= near:
            return step, True
        at -= rate * _slope(at, x, seen, logits, masses)
    return budget, abs(at - truth) <= near


def _slope(at: float, x: Tensor, seen: Tensor, logits: Tensor, masses: Tensor) -> float:
    """The derivative of the population loss in the log-odds of λ."""
    leaf = torch.tensor([[at, 0.0]], dtype=torch.float64, requires_grad=True)
    loss = masked_prediction(x, seen, leaf, logits, row_weights=masses)
    (gradient,) = torch.autograd.grad(loss.sum(), leaf)
    return float(gradient[0, 0])


def _log_odds(probability: sp.Rational) -> float:
    return math.log(float(probability / (1 - probability)))
