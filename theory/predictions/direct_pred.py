r"""Linear BYOL: when a predictor and a stop-gradient keep the representation from collapse.

Setting: x, x' = x̄ + σξ, x̄ + σξ' with x̄, ξ, ξ' standard normal; online W, predictor P, target τW.
Loss: J = ½ E|P W x − sg(τ W x')|², with weight decay η and a predictor α times as fast.
Flow: Ṗ = α (τW − k P W) Wᵀ − ηP and Ẇ = Pᵀ (τW − k P W) − ηW, with k = 1 + σ².
Prediction: WWᵀ − PᵀP/α falls as e^{−2ηt} for all matrices. Where P is symmetric and commutes with
WWᵀ its eigenvalues p and s solve ṗ = αs(τ − kp) − ηp, ṡ = 2ps(τ − kp) − 2ηs; once s = p²/α,
ṗ = p(τp − kp² − η), with a stable non-zero point p₊ iff η < τ²/(4k), reached iff p > p₋.
Source: Tian, Chen, Ganguli (2021), recalled; every formula is derived here.
"""

from __future__ import annotations

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

t = sp.Symbol("t", nonnegative=True)
p, s = sp.symbols("p s", real=True)
alpha, tau, noise, decay = sp.symbols("alpha tau sigma eta", positive=True)
upper, lower = sp.symbols("p_+ p_-", positive=True)
scale = 1 + noise**2


def _velocities(rate: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    drive = tau - scale * p
    return alpha * s * drive - rate * p, 2 * p * s * drive - 2 * rate * s


p_rate, s_rate = _velocities(decay)
root = sp.sqrt(tau**2 - 4 * decay * scale)
stable = (tau + root) / (2 * scale)
unstable = (tau - root) / (2 * scale)
critical = tau**2 / (4 * scale)
on_manifold = p * (tau * p - scale * p**2 - decay)

time = (
    -(
        sp.log(p) / (upper * lower)
        + sp.log(sp.Abs(p - upper)) / (upper * (upper - lower))
        - sp.log(sp.Abs(p - lower)) / (lower * (upper - lower))
    )
    / scale
)
time_slope = (
    -(
        1 / (p * upper * lower)
        + 1 / ((p - upper) * upper * (upper - lower))
        - 1 / ((p - lower) * lower * (upper - lower))
    )
    / scale
)
no_decay = tau / scale
start_p, start_s = sp.symbols("p_0 s_0", real=True)
kept = no_decay**2 / alpha + start_s - start_p**2 / alpha
free_rate = 2 * p - scale * (p**2 + 1) - decay
plain = sp.exp(-(scale - tau + decay) * t)

PREDICTION = Prediction(
    name="direct_pred",
    title="Linear BYOL: the predictor and the stop-gradient keep it from collapse",
    statement=(
        r"With weight decay $\eta$ a non-collapsed stable point "
        r"$p_+ = (\tau + \sqrt{\tau^2 - 4\eta(1+\sigma^2)})/(2(1+\sigma^2))$ exists iff "
        r"$\eta < \tau^2/(4(1+\sigma^2))$, and is reached from $s = p^2/\alpha$ iff $p > p_-$. "
        r"The matrix $WW^\top - P^\top P/\alpha$ falls as $e^{-2\eta t}$, so that with $\eta = 0$ "
        r"the end keeps the start. Without the stop-gradient, and without the predictor, "
        r"$\|W\|^2$ falls at least as $e^{-2(\sigma^2+\eta)t}$ for $\tau \le 1$."
    ),
    formulas={
        "p_plus": stable,
        "p_minus": unstable,
        "critical_decay": critical,
        "p_rate": p_rate,
        "s_rate": s_rate,
        "time": time,
        "end_without_decay": kept,
        "no_predictor": plain,
    },
    identities={
        "the difference s - p^2/alpha falls at the rate 2 eta": s_rate
        - 2 * p * p_rate / alpha
        + 2 * decay * (s - p**2 / alpha),
        "the flow on s = p^2/alpha": p_rate.subs(s, p**2 / alpha) - on_manifold,
        "p_plus is a fixed point": on_manifold.subs(p, stable),
        "p_minus is a fixed point": on_manifold.subs(p, unstable),
        "p_plus is stable while the root is real": sp.diff(on_manifold, p).subs(p, stable)
        + stable * root,
        "p_minus is unstable while the root is real": sp.diff(on_manifold, p).subs(p, unstable)
        - unstable * root,
        "the points meet at the critical decay": (stable - unstable).subs(decay, critical),
        "the time solves the flow": time_slope * p * (-scale) * (p - upper) * (p - lower) - 1,
        "the slope of the time": sp.diff(time.replace(sp.Abs, lambda x: x), p) - time_slope,
        "the roots are those of the flow": on_manifold + scale * p * (p - stable) * (p - unstable),
        "without decay p ends at tau/(1 + sigma^2)": (tau - scale * p).subs(p, no_decay),
        "without stop-gradient s falls at least at 2 (sigma^2 + eta)": free_rate
        + (1 - p) ** 2
        + noise**2 * (1 + p**2)
        + decay,
        "without predictor W falls": sp.diff(plain, t) - (tau - scale - decay) * plain,
    },
    conditions=(
        "linear encoder and predictor; Cov x̄ = I and isotropic augmentation of variance σ²",
        "for p and s: P symmetric and commuting with WWᵀ; the matrix invariant needs neither",
        "the target is τW, at all times",
        "for the end without decay: s > p²/α at the start, which no mode can lose",
        "for collapse without a predictor: 1 + σ² − τ + η > 0",
    ),
    source=Source(
        key="tian2021directpred",
        authors="Tian, Chen, Ganguli",
        year=2021,
        title="Understanding self-supervised learning dynamics without contrastive pairs",
        statement="fixed points of linear BYOL, recalled and derived here",
        evidence=Evidence.DERIVED,
    ),
    not_shown="that a predictor which starts asymmetric becomes symmetric is measured, not proved",
)
