r"""More pairs and more negatives reduce the variance of InfoNCE's gradient; they move no optimum.

Setting: eight equally spaced points of the circle, p(y|x) ∝ e^{κ x·y}, critic β x·y.
Prediction: for every M ≥ 1 the optimum is β = κ. There the loss is a conditional log-likelihood
of the slot, so the variance of its gradient over one pair is its curvature H_M. A step of n pairs
with own negatives has variance H_M/n; with the negatives of the batch it tends to H_∞/n, where
H_∞ is the variance of x·y under p(y|x). A critic that cannot hold the log ratio
has an optimum that moves with M; for M → ∞ it matches the mean of x·y.
Source: Ma and Collins (2018) for consistency and efficiency; the formulas are derived here.
"""

from __future__ import annotations

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

beta = sp.Symbol("beta", positive=True)
gap = sp.Symbol("delta", real=True)
r0, r1 = sp.symbols("r_0 r_1", positive=True)
c = sp.symbols("c_0:3", real=True)

COSINES = (sp.Integer(1), sp.sqrt(2) / 2, sp.Integer(0), -sp.sqrt(2) / 2, sp.Integer(-1))
WEIGHTS = tuple(sp.Rational(k, 8) for k in (1, 2, 2, 2, 1))

log_normaliser = sp.log(
    sp.Add(*[w * sp.exp(beta * x) for x, w in zip(COSINES, WEIGHTS, strict=True)])
)
mean = sp.diff(log_normaliser, beta)
many = sp.diff(mean, beta)
slope_one = -gap / (1 + sp.exp(beta * gap))
"""Of the loss of one pair and one negative, x·y − x·y' = gap."""

_pairs = [
    (x, v, y, w)
    for x, v in zip(COSINES, WEIGHTS, strict=True)
    for y, w in zip(COSINES, WEIGHTS, strict=True)
]
one = sp.Add(
    *[
        v
        * w
        * sp.exp(beta * x - log_normaliser)
        * (x - y) ** 2
        / 4
        / sp.cosh(beta * (x - y) / 2) ** 2
        for x, v, y, w in _pairs
    ]
)

_three = [sp.exp(beta * x) for x in c]
_total = sp.Add(*_three)
_first, _second = (
    sp.Add(*[x**k * e for x, e in zip(c, _three, strict=True)]) / _total for k in (1, 2)
)

PREDICTION = Prediction(
    name="batch_size",
    title="Pairs and negatives reduce the variance of InfoNCE, and leave a matched optimum in place",
    statement=(
        r"For $p(y|x)\propto e^{\kappa x^\top y}$ and the critic $\beta x^\top y$ the optimum is "
        r"$\beta=\kappa$ for every $M\ge1$. There the gradient of a step of $n$ pairs with own "
        r"negatives has variance $H_M/n$, $H_M$ the curvature of the loss. With the negatives of "
        r"the batch it tends to $H_\infty/n$, $H_\infty=\operatorname{Var}(x^\top y|x)$. "
        r"For another conditional the optimal $\beta$ depends on $M$; for $M\to\infty$ it matches "
        r"the mean of $x^\top y$."
    ),
    formulas={"one": one, "many": many, "mean": mean, "slope_one": slope_one},
    identities={
        "one negative: squared gradient and curvature agree over a swap": r0 * (r1 / (r0 + r1)) ** 2
        + r1 * (r0 / (r0 + r1)) ** 2
        - (r0 + r1) * r0 * r1 / (r0 + r1) ** 2,
        "one negative: the slopes over a swap cancel at log r": -r0 * r1 / (r0 + r1)
        + r1 * r0 / (r1 + r0),
        "the slope of one pair": sp.diff(sp.log(1 + sp.exp(-beta * gap)), beta) - slope_one,
        "the curvature of log Σ exp is a variance": sp.diff(sp.log(_total), beta, 2)
        - _second
        + _first**2,
    },
    conditions=(
        "negatives independent of the pair, from the marginal of y",
        "rows of a step independent, and β at the optimum",
        "own negatives for each pair; with those of the batch up to terms of order 1/n",
    ),
    source=Source(
        key="ma_2018",
        authors="Ma, Collins",
        year=2018,
        title="Noise Contrastive Estimation and Negative Sampling for Conditional Models: "
        "Consistency and Statistical Efficiency",
        statement="consistency of the ranking loss; the formulas on the circle are derived here",
        evidence=Evidence.SECONDARY,
        version="EMNLP 2018, abstract",
        url="https://arxiv.org/abs/1809.01812",
    ),
    not_shown="that H_M grows with M is seen, not proved; the variance away from the optimum, and what Adam makes of it, are not predicted",
)
