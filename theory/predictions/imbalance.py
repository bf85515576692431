r"""Rare classes: what labels and what pairs tell of a feature that frequent classes also vary in.

Setting: with probability 1 − ε a frequent example, x = y e_1 + a τ e_2 + σ ξ with label y and a
sign τ that no label names; else a rare one, x = y e_2 + σ ξ, whose label is y. Signs are fair,
ξ is standard normal in D dimensions, and a pair keeps everything but ξ.
Supervised: the direction of the rare label is that of its cross-covariance with x, ε e_2. Pairs: the
symmetrised cross-covariance of the two views has eigenvalues 1 − ε on e_1 and m = (1 − ε) a² + ε on
e_2. From N examples the expected squared sine of the angle to the truth is, to first order in 1/N,
(D − 2) times the variance of one entry over the squared signal.
Source: the toy setting follows Liu, HaoChen, Gaidon, Ma (2022), recalled; every formula is derived
here.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

Pair = tuple[Any, Any]

rare, size, noise = sp.symbols("epsilon a sigma", positive=True)
dimension, count = sp.symbols("D N", positive=True)

signs = (-1, 1)
frequent = [((1 - rare) / 4, (y, size * s), (y, 0)) for y, s in product(signs, signs)]
examples = [*frequent, *((rare / 2, (0, y), (0, y)) for y in signs)]
"""Probability, the part of x that a pair keeps, and the labels of both tasks."""


def _mean(function: Callable[[Pair, Pair], sp.Expr]) -> sp.Expr:
    return sum((p * function(x, label) for p, x, label in examples), sp.Integer(0))


signal = (1 - rare) * size**2 + rare
supervised = (dimension - 2) * noise**2 / (count * rare)
paired = (dimension - 2) * noise**2 * (signal + noise**2) / (2 * count * signal**2)
gain = supervised / paired
lone = (paired / supervised).subs(size, 0)

PREDICTION = Prediction(
    name="imbalance",
    title="Pairs learn the feature of a rare class from the frequent ones, if these vary in it",
    statement=(
        r"The direction of a class of frequency $\epsilon$ is missed by "
        r"$(D-2)\sigma^2/(N\epsilon)$ from labels, and by $(D-2)\sigma^2(m+\sigma^2)/(2Nm^2)$ from "
        r"pairs, with $m=(1-\epsilon)a^2+\epsilon$: the second stays bounded as $\epsilon\to0$ iff "
        r"frequent examples vary in the feature, $a\neq0$. With $a=0$ pairs do worse than labels by "
        r"the factor $(\epsilon+\sigma^2)/(2\epsilon)$."
    ),
    formulas={
        "signal": signal,
        "supervised": supervised,
        "paired": paired,
        "gain": gain,
        "lone": lone,
    },
    identities={
        "the label's cross-covariance with the rare feature": _mean(lambda x, u: u[1] * x[1])
        - rare,
        "and with the frequent one": _mean(lambda x, u: u[1] * x[0]),
        "the pair's covariance of the rare feature": _mean(lambda x, _: x[1] ** 2) - signal,
        "and of both": _mean(lambda x, _: x[0] * x[1]),
        "and of the frequent one": _mean(lambda x, _: x[0] ** 2) - (1 - rare),
        "variance of an entry from labels": _mean(lambda _, u: u[1] ** 2) * noise**2
        - supervised * count * rare**2 / (dimension - 2),
        "variance of an entry from pairs": (_mean(lambda x, _: x[1] ** 2) + noise**2) * noise**2 / 2
        - paired * count * signal**2 / (dimension - 2),
        "without variation in frequent examples": lone - (rare + noise**2) / (2 * rare),
    },
    conditions=(
        "linear encoders; the label's direction is what gradient flow from a small start learns first",
        "first order in 1/N: the two eigenvalues are far above the sampling error",
    ),
    source=Source(
        key="liu_2022_imbalance",
        authors="Liu, HaoChen, Gaidon, Ma",
        year=2022,
        title="Self-supervised learning is more robust to dataset imbalance",
        statement="toy setting, recalled; formulas derived here",
        evidence=Evidence.DERIVED,
    ),
    not_shown=(
        "encoders that are not linear; re-weighted sharpness-aware training is in `reweighted_sam`"
    ),
)
