r"""Masked prediction sees the weight of a mode with a curvature that decays as ρ^m / √m.

Setting: p = w p⁺ + (1 − w) p⁻, under p^± the coordinates are 1 with probability θ or 1 − θ; the model
knows both modes and has λ in the place of w, and predicts one coordinate from m visible ones.
Loss: masked cross-entropy; its excess is D_m(λ), see `sith.theory.masked`.
Prediction: with q = θ/(1 − θ) and even m, D_m''(w) is the sum over j of
C(m, m/2 + j) (θ(1 − θ))^{m/2} g(j). As C(m, m/2 + j) / C(m, m/2) is at most 1 and tends to 1, and g is
summable, D_m''(w) ~ C(m, m/2) (θ(1 − θ))^{m/2} Σ_j g(j), of order ρ^m / √m with ρ = 2 √(θ(1 − θ)).
The same argument holds for D_m(λ). D_m''(w) is the Fisher information of λ in one masked word.
Gradient descent with step η in the log-odds of λ contracts by 1 − ηc, c = (w(1 − w))² D_m''(w); N
words give the standard error 1/√(N D_m''(w)); steps on fresh batches of N words stay around the
optimum with the variance η/(N(2 − ηc)), which solves V = (1 − ηc)² V + η² c/N.
Source: Cai and Shi (2026) for the phenomenon; the formulas are derived here.
"""

from __future__ import annotations

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

theta, w, lam, P, M = sp.symbols("theta w lambda P M", positive=True)
offset = sp.Symbol("j", integer=True)
rate, information, words, tolerance = sp.symbols("eta I N epsilon", positive=True)


def _predicted(weight: sp.Expr, plus: sp.Expr, minus: sp.Expr) -> sp.Expr:
    """The probability of a 1 under the model with this weight."""
    total = weight * plus + (1 - weight) * minus
    return (theta * weight * plus + (1 - theta) * (1 - weight) * minus) / total


def _term(plus: sp.Expr, minus: sp.Expr) -> sp.Expr:
    """What one visible word with these likelihoods adds to D_m''(w)."""
    total, one = w * plus + (1 - w) * minus, _predicted(w, plus, minus)
    return (2 * theta - 1) ** 2 * plus**2 * minus**2 / (total**3 * one * (1 - one))


odds = (theta / (1 - theta)) ** offset
near_balance = _term(odds, 1 / odds)
log_odds_curvature = (w * (1 - w)) ** 2 * information
steps = sp.log(tolerance) / sp.log(1 - rate * log_odds_curvature)
batch_variance = rate / (words * (2 - rate * log_odds_curvature))

_truth, _model = _predicted(w, P, M), _predicted(lam, P, M)
_slope = sp.diff(_model, lam).subs(lam, w)
_balance = sp.Symbol("b", positive=True)

PREDICTION = Prediction(
    name="mode_blindness",
    title="Visible coordinates blind masked prediction to the weight of a mode",
    statement=(
        r"The excess loss $D_m(\lambda)$ of a wrong weight and its curvature at $w$ are of order "
        r"$\rho^m/\sqrt m$ in the number $m$ of visible coordinates, $\rho = 2\sqrt{\theta(1-\theta)}$. "
        r"The curvature is the Fisher information: gradient descent takes of order $1/D_m''(w)$ steps, "
        r"and $N$ words give the standard error $1/\sqrt{N D_m''(w)}$. The variance that fresh batches "
        r"keep up hardly depends on $m$."
    ),
    formulas={
        "rate": -sp.log(2 * sp.sqrt(theta * (1 - theta))),
        "near_balance": near_balance,
        "steps": steps,
        "standard_error": 1 / sp.sqrt(words * information),
        "batch_variance": batch_variance,
    },
    identities={
        "the curvature of one word's excess loss is the information of its prediction": sp.together(
            -_truth * sp.diff(sp.log(_model), lam, 2).subs(lam, w)
            - (1 - _truth) * sp.diff(sp.log(1 - _model), lam, 2).subs(lam, w)
            - _slope**2 / (_truth * (1 - _truth))
        ),
        "a word's share of the curvature": (w * P + (1 - w) * M) * _slope**2
        - _term(P, M) * _truth * (1 - _truth),
        "a word with 2j more ones than zeros has the share (θ(1 − θ))^{m/2} g(j)": _term(
            _balance * P, _balance / P
        )
        - _balance * _term(P, 1 / P),
        "the variance of batches is kept by a step": (1 - rate * log_odds_curvature) ** 2
        * batch_variance
        + rate**2 * log_odds_curvature / words
        - batch_variance,
        "the contraction over the predicted steps is the tolerance": sp.log(
            1 - rate * log_odds_curvature
        )
        * steps
        - sp.log(tolerance),
    },
    conditions=(
        "the modes are known, of product form, and mirror each other; only the weight is learned",
        "steps and variances: a start near w, a step size below 1/c",
        "standard error and batches: N large enough for N D_m''(w) to be large",
    ),
    source=Source(
        key="cai_2026",
        authors="Cai, Shi",
        year=2026,
        title="Mode Blindness and Mask Schedules",
        statement="the phenomenon; rate, constant, bounds and noise are derived here",
        evidence=Evidence.CODE,
        version="arXiv 2608.01383",
    ),
    not_shown="adaptive optimisers, learned modes, masks of random size",
)
