r"""InfoNCE bounds mutual information from below, and by how much it falls short.

Setting: a joint law p(x, y), r = p(y|x)/p(y), M ≥ 1 negatives from p(y), a free critic.
Prediction: log(M+1) − L ≤ min(I, log(M+1)) for every critic; the best critic is log r + c(x)
whatever M is; what is missing is a divergence D_M with
D_M ≤ log(1 + χ²/(M+1)) and (M+1) D_M → χ²/2, where 1 + χ² = E_{p(x)p(y)} r².
For a restricted critic the minimiser does depend on M. The example has two values of y:
p(y=1|x) = a, p(y=1) = b, and scores t at y = 1 and 0 at y = 0.
Source: van den Oord et al. (2018) for the bound; D_M and its limits are derived here.
"""

from __future__ import annotations

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

a, b = sp.symbols("a b", positive=True)
t = sp.Symbol("t", real=True)
chi = sp.Symbol("chi", positive=True)
M = sp.Symbol("M", positive=True)
r = sp.symbols("r_0:3", positive=True)
c, m = sp.symbols("c_0:3", positive=True), sp.symbols("m_0:3", positive=True)

BEST = sp.log(a * (1 - b) / (b * (1 - a)))
"""log r at y = 1 minus log r at y = 0."""


def _loss(negatives: int) -> sp.Expr:
    """The loss at one x with this number of negatives, summed over what they may be."""
    terms = []
    for own, weight in ((1, a), (0, 1 - a)):
        for ones in range(negatives + 1):
            chance = sp.binomial(negatives, ones) * b**ones * (1 - b) ** (negatives - ones)
            spread = (ones + own) * sp.exp(t) + negatives + 1 - ones - own
            terms.append(weight * chance * (sp.log(spread) - own * t))
    return sp.Add(*terms)


def _bayes() -> sp.Expr:
    """Posterior of slot 0 among three by the rule of Bayes, minus r_0/(r_0 + r_1 + r_2)."""
    tuples = [c[i] * m[(i + 1) % 3] * m[(i + 2) % 3] for i in range(3)]
    ratios = [c[i] / m[i] for i in range(3)]
    return tuples[0] / sp.Add(*tuples) - ratios[0] / sp.Add(*ratios)


slope_one = -a * (1 - b) / (1 + sp.exp(t)) + (1 - a) * b * sp.exp(t) / (1 + sp.exp(t))
slope_many = -a + b * sp.exp(t) / (1 - b + b * sp.exp(t))
_ratio = {1: a / b, 0: (1 - a) / (1 - b)}
_own_chi = a**2 / b + (1 - a) ** 2 / (1 - b) - 1
_square = sp.Add(
    *[
        (b if i else 1 - b) * (b if j else 1 - b) * ((_ratio[i] + _ratio[j]) / 2) ** 2
        for i in (0, 1)
        for j in (0, 1)
    ]
)
_total = sp.Add(*r)

PREDICTION = Prediction(
    name="information_bound",
    title="InfoNCE bounds mutual information, and the number of negatives moves only the gap",
    statement=(
        r"For every critic $\log(M+1)-L\le\min(I,\log(M+1))$. With $r=p(y|x)/p(y)$ the best free "
        r"critic is $\log r+c(x)$ for every $M\ge1$. It misses $I$ by "
        r"$D_M=\mathbb E_{p(x)p(y)^{M+1}}[\bar r\log\bar r]$, $\bar r$ the mean of $r$ over the "
        r"slots: $0\le D_M\le\log(1+\chi^2/(M+1))$ and $(M+1)D_M\to\chi^2/2$. The minimiser over "
        r"a restricted set of critics depends on $M$."
    ),
    formulas={
        "most_missing": sp.log(1 + chi / (M + 1)),
        "missing_for_many": chi / (2 * (M + 1)),
        "slope_one": slope_one,
        "slope_many": slope_many,
        "best": BEST,
    },
    identities={
        "the posterior of slot 0 is r_0 over the sum": _bayes(),
        "what is missing is the log of the mean ratio": sp.log(r[0])
        - sp.log(_total / 3)
        - (sp.log(3) + sp.log(r[0] / _total)),
        "the mean ratio of two slots has second moment 1 + chi^2/2": _square - 1 - _own_chi / 2,
        "the slope with one negative": sp.diff(_loss(1), t) - slope_one,
        **{
            f"log r is stationary with M = {k}": sp.diff(_loss(k), t).subs(t, BEST)
            for k in (1, 2, 3)
        },
        "log r is stationary without end of negatives": slope_many.subs(t, BEST),
    },
    conditions=(
        "negatives independent of the pair, from the marginal of y",
        "critic and data independent: the bound is for fresh data, not for the rows trained on",
        "p(x, y) absolutely continuous to p(x)p(y); finite χ² for the rate in M",
    ),
    source=Source(
        key="vandenoord_2018",
        authors="van den Oord, Li, Vinyals",
        year=2018,
        title="Representation Learning with Contrastive Predictive Coding",
        statement="the lower bound on mutual information; what it misses is derived here",
        evidence=Evidence.SECONDARY,
        version="arXiv 1807.03748, as restated in lecture notes",
        url="https://arxiv.org/abs/1807.03748",
    ),
    not_shown="bounds from N samples that hold for every law (of order log N) are not treated",
)
