r"""Rare classes and re-weighted sharpness-aware training: a step towards the re-weighted optimum.

Setting: the world of `imbalance` (share ε of rare examples, variation a of the frequent ones in the
rare feature e_2), a linear encoder W of width 2, L(W) = ½‖C − WWᵀ‖² with C the symmetrised
cross-covariance of the views, and descent along ∇L(W + ρ G/‖G‖) with G = ∇L_w(W): in L_w a rare
example has weight 1/(2ε), a frequent one 1/(2(1 − ε)).
Fixed points: W + t G = W*, t = ρ/‖G‖, W* the optimum of L: an implicit Euler step of L_w from W*.
In the population C = diag(p, m) and C_w = diag(½, q) share their eigenvectors, so the span stays, and
a column of length s becomes the positive root of w + 2t(w² − q)w = s. On a sample, to first order in
its error, the rare direction is (1 − κ) Ce_2/m + κ C_w e_2/q with κ = 2tq/(1 + 2tw²), exact in ρ; its
expected squared sine is a quadratic in κ.
Width 1: the direction e_1 is a stable fixed point only while 1 + 2t(w² − q) > 0.
Source: the method is that of Liu, HaoChen, Gaidon, Ma (2022), recalled, on the step of Foret et al.
(2021); every formula is derived here.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

rare, size, noise = sp.symbols("epsilon a sigma", positive=True)
dimension, count = sp.symbols("D N", positive=True)
time, length, mix, radius = sp.symbols("t w kappa rho", positive=True)

signs = (-1, 1)
plenty, scarce = 1 / (2 * (1 - rare)), 1 / (2 * rare)
examples: list[tuple[sp.Expr, sp.Expr, tuple[Any, Any]]] = [
    *(((1 - rare) / 4, plenty, (y, size * s)) for y, s in product(signs, signs)),
    *((rare / 2, scarce, (0, y)) for y in signs),
]
"""Probability, weight in L_w, and the part of x that a pair keeps."""


def _mean(function: Callable[[sp.Expr, tuple[Any, Any]], sp.Expr]) -> sp.Expr:
    return sum((p * function(w, x) for p, w, x in examples), sp.Integer(0))


half = sp.Rational(1, 2)
common = 1 - rare
signal = common * size**2 + rare
weighted = (1 + size**2) / 2
unit = (dimension - 2) * noise**2 / (2 * count)
plain_part = (signal + noise**2) / signal**2
cross_part = (weighted + noise**2) / (signal * weighted)
weighted_part = (
    (1 / (4 * rare) + size**2 / (4 * common) + noise**2 / (4 * rare * common)) / weighted**2
)  # fmt: skip
# The three parts as symbols, so that the threshold is checked without their sizes.
part, across, other_part = sp.symbols("P X W", positive=True)


def _quadratic(p: sp.Expr, cross: sp.Expr, other: sp.Expr, at: sp.Expr) -> sp.Expr:
    return (1 - at) ** 2 * p + 2 * at * (1 - at) * cross + at**2 * other


def _no_gain(p: sp.Expr, cross: sp.Expr, other: sp.Expr) -> sp.Expr:
    return 2 * (p - cross) / (p - 2 * cross + other)


miss = unit * _quadratic(plain_part, cross_part, weighted_part, mix)
threshold = _no_gain(plain_part, cross_part, weighted_part)
kappa = 2 * time * weighted / (1 + 2 * time * length**2)

first_start = length * (1 + 2 * time * (length**2 - half))
second_start = length * (1 + 2 * time * (length**2 - weighted))

turn = size**4 / (4 * common) * (sp.sqrt(1 + 16 * common * weighted / size**4) - 1)
leaves = sp.sqrt(common) * (1 - turn / size**2)
slow = (common + weighted - radius**2) / (2 * common / size**2 + half)
tilt = 1 - common * slow**2 / size**4 / (weighted - slow / 2)

PREDICTION = Prediction(
    name="reweighted_sam",
    title="Re-weighted sharpness-aware training helps a rare feature iff its mix stays below a threshold",
    statement=(
        r"The rare direction that re-weighted SAM learns is $(1-\kappa)\,Ce_2/m+\kappa\,C_we_2/q$, "
        r"with $m=(1-\epsilon)a^2+\epsilon$, $q=(1+a^2)/2$ and $\kappa=2tq/(1+2tw^2)\in[0,1)$. It "
        r"misses $e_2$ by less than plain training iff $0<\kappa<\kappa^\dagger$. For "
        r"$\epsilon<\tfrac12$: with $a=0$ it helps at every radius; with $0<a<1$ below "
        r"$\kappa^\dagger\approx2\epsilon\sigma^2(1-a^4)/(a^4(1+\sigma^2))$ as $\epsilon\to0$, and it "
        r"hurts above; with $a\ge1$ it hurts at every radius. In the population the span does not "
        r"move, unless the encoder is too narrow for both features and $\rho$ exceeds a closed form."
    ),
    formulas={
        "signal": signal,
        "weighted": weighted,
        "miss": miss,
        "threshold": threshold,
        "mix": kappa,
        "start of the common column": first_start,
        "start of the rare column": second_start,
        "leaves": leaves,
        "tilt": tilt,
    },
    identities={
        "covariance of the rare feature": _mean(lambda _, x: x[1] ** 2) - signal,
        "and re-weighted": _mean(lambda w, x: w * x[1] ** 2) - weighted,
        "of the common feature, re-weighted": _mean(lambda w, x: w * x[0] ** 2) - half,
        "of both, re-weighted": _mean(lambda w, x: w * x[0] * x[1]),
        "variance of an entry of C": _mean(lambda _, x: x[1] ** 2 + noise**2)
        - plain_part * signal**2,
        "covariance with that of C_w": _mean(lambda w, x: w * (x[1] ** 2 + noise**2))
        - cross_part * signal * weighted,
        "variance of an entry of C_w": _mean(lambda w, x: w**2 * (x[1] ** 2 + noise**2))
        - weighted_part * weighted**2,
        "the fixed point's part of C": second_start / length / (1 + 2 * time * length**2)
        - (1 - kappa),
        "and of C_w": 2 * time / (1 + 2 * time * length**2) - kappa / weighted,
        "slope of the miss at 0": sp.diff(miss, mix).subs(mix, 0)
        + 2 * unit * noise**2 * (weighted - signal) / (signal**2 * weighted),
        "its sign": weighted - signal - (1 - size**2) * (1 - 2 * rare) / 2,
        "no gain at the threshold": _quadratic(
            part, across, other_part, _no_gain(part, across, other_part)
        )
        - part,
        "the threshold without variation": threshold.subs(size, 0)
        - 2 * (1 - rare) / (1 - 2 * rare),
        "the threshold of rare classes": sp.diff(sp.cancel(threshold), rare).subs(rare, 0)
        - 2 * noise**2 * (1 - size**4) / (size**4 * (1 + noise**2)),
        "where a narrow encoder turns": common * turn**2 / size**4 + turn / 2 - weighted,
    },
    conditions=(
        "linear encoders; the weights know which examples are rare (the source estimates densities)",
        "first order in 1/N, with eigenvalues far above the sampling error",
        "the radius is below the distance between the optima of L and L_w",
        "the radius is raised from 0 after plain training: at once, from a small start, some runs "
        + "reach no fixed point",
        "a small step; plain SAM has no fixed point and bounces about W* without moving the span",
    ),
    source=Source(
        key="liu_2022_imbalance",
        authors="Liu, HaoChen, Gaidon, Ma",
        year=2022,
        title="Self-supervised learning is more robust to dataset imbalance",
        statement="re-weighted sharpness-aware minimisation, recalled; formulas derived here",
        evidence=Evidence.DERIVED,
    ),
    not_shown=(
        "encoders that are not linear, weights from estimated densities, batches, and radii at which "
        "no stable fixed point exists"
    ),
)
