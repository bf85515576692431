r"""Restricted encoders recover the clusters that they can implement, with fewer outputs than clusters.

Setting: nodes (a, s_1, …, s_r, κ_1, …, κ_r) of signs, seen as x = (a, s_i, s_i κ_i); a pair redraws all s_i.
The graph has C = 2^{r+1} components (a, κ), so that every function of (a, κ) has eigenvalue 1.
Loss: spectral contrastive with m = 2 outputs; its least value −2 is reached at every two-dimensional
space of such functions.
Prediction: linear encoders can implement only 1 and a among them, as κ_i = x_{s_i} x_{s_iκ_i} is a
product. Their optimum is that span: R² of a is 1, with two outputs for C clusters. A universal encoder
from an isotropic start ends in a uniformly distributed space, so its R² of a has the law
Beta(m/2, (C−m)/2), with mean m/C.
Source: HaoChen, Ma (2023) for the statement; this world and the law are derived here.
"""

from __future__ import annotations

import itertools

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

m, count = sp.symbols("m C", positive=True)
w = sp.symbols("w0:4", real=True)

mean = m / count
deviation = sp.sqrt(2 * m * (count - m) / (count**2 * (count + 2)))
first, second = m / 2, (count - m) / 2


def _moment(order: int) -> sp.Expr:
    """E R^2k of the Beta law, from its density's integrals."""
    own = sp.beta(first + order, second) / sp.beta(first, second)
    return sp.gammasimp(own.rewrite(sp.gamma))


def _alignment() -> sp.Expr:
    """E h h̃ of a linear h = w·(1, a, s, sκ) for r = 1, over all nodes and redraws."""
    total = sp.Integer(0)
    for a, s, t, kappa in itertools.product((-1, 1), repeat=4):
        one, two = (w[0] + w[1] * a + w[2] * k + w[3] * k * kappa for k in (s, t))
        total += one * two
    return sp.expand(total / 16)


def _product() -> sp.Expr:
    """E h κ of the same h: what a linear encoder holds of the other bit."""
    signs = itertools.product((-1, 1), repeat=3)
    terms = [(w[0] + w[1] * a + w[2] * s + w[3] * s * k) * k for a, s, k in signs]
    return sp.expand(sp.Add(*terms) / 8)


PREDICTION = Prediction(
    name="implementable_clusters",
    title="A linear encoder finds the cluster that it can implement; a universal one finds any",
    statement=(
        r"On a graph of $C$ components the spectral loss with $m < C$ outputs does not say which "
        r"functions of the component are kept. A linear encoder that can implement only $m$ of "
        r"them recovers these: $R^2 = 1$. A universal encoder from an isotropic start keeps a "
        r"random space, and a given function with $R^2 \sim \mathrm{Beta}(\tfrac m2, "
        r"\tfrac{C-m}2)$, of mean $m/C$."
    ),
    formulas={"mean": mean, "deviation": deviation},
    identities={
        "linear encoders align through 1 and a alone": _alignment() - w[0] ** 2 - w[1] ** 2,
        "linear encoders hold nothing of the other bit": _product(),
        "the mean is that of the Beta law": _moment(1) - mean,
        "and the deviation": _moment(2) - _moment(1) ** 2 - deviation**2,
    },
    conditions=(
        "m outputs, and m implementable functions of the component, the constant among them",
        "universal: a free table, an isotropic start, and an optimiser that sees inner products only",
        "the augmentation moves what hides the other bits",
    ),
    source=Source(
        key="haochen2023inductive",
        authors="HaoChen, Ma",
        year=2023,
        title="A Theoretical Study of Inductive Biases in Contrastive Learning",
        statement="fewer outputs than clusters suffice; the world and the law are derived here",
        evidence=Evidence.DERIVED,
    ),
    not_shown="what the inductive bias of a trained network adds: an MLP is neither of the two",
)
