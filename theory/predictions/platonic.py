r"""Runs with the same derived group agree up to it; a broken assumption takes its own run out.

Setting: z ~ N(0, I_d), z̃ = ρz + √(1−ρ²)η, x = g(z); every objective has a claim, and `derive` gives
the functions φ that its optimum spans and the group they are fixed up to.
Prediction: two runs share as many directions as their spans of orthonormal functions do. With m
shared of k, an affine map from the other run explains the part m/k of the whitened outputs, and the
linear CKA of isometric features is m/√(k k').
Source: the question is that of Huh et al. (2024); the numbers are derived here.
"""

from __future__ import annotations

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

m, k, other = sp.symbols("m k k_2", positive=True)
epsilon, theta = sp.symbols("epsilon theta", positive=True)
rho, z, noise, partner = sp.symbols("rho z eta z_2", real=True)


def _mean(expression: sp.Expr, x: sp.Symbol) -> sp.Expr:
    """E over x ~ N(0, 1) of a polynomial in x."""
    terms = sp.Poly(sp.expand(expression), x).terms()
    return sp.Add(*(c * sp.factorial2(n - 1) for (n,), c in terms if n % 2 == 0))


second = (z**2 - 1) / sp.sqrt(2)
moved = rho * z + sp.sqrt(1 - rho**2) * noise
log_pair = (
    -((partner - rho * z) ** 2) / (2 * (1 - rho**2)) - sp.log(1 - rho**2) / 2 + partner**2 / 2
)
critic = (rho * z * partner - rho**2 * partner**2 / 2) / (1 - rho**2)

PREDICTION = Prediction(
    name="platonic",
    title="Representations agree up to the derived group, unless an assumption is broken",
    statement=(
        r"If the optima of two runs span $k$ and $k'$ orthonormal functions and share $m$ of them, an "
        r"affine map of one run explains $m/k$ and $m/k'$ of the whitened variance of the other, and "
        r"linear CKA of isometric features is $m/\sqrt{kk'}$. All objectives below have "
        r"$m = k = k' = d$ on $z\sim N(0,I_d)$, $\tilde z = \rho z + \sqrt{1-\rho^2}\,\eta$. "
        r"Unequal rates keep $z_1$ and $(z_1^2-1)/\sqrt2$; a fold of $z_1$ keeps $z_2$ and one even "
        r"function; with one output too few for the constant, one direction of the latents is left."
    ),
    formulas={
        "share": m / k,
        "cka": m / sp.sqrt(k * other),
        "pair": (1 - 2 * epsilon) ** 2,
        "eigenvalue": rho,
        "next_eigenvalue": rho**2,
    },
    identities={
        "the linear function has eigenvalue rho": _mean(moved, noise) - rho * z,
        "the second function has eigenvalue rho^2": _mean(second.subs(z, moved), noise)
        - rho**2 * second,
        "it is orthogonal to the linear one": _mean(z * second, z),
        "and of length 1": _mean(second**2, z) - 1,
        "the critic is the log-ratio up to a function of z": sp.diff(log_pair - critic, partner),
        "two residuals of sin^2 = epsilon leave (1 - 2 epsilon)^2": sp.expand_trig(
            sp.cos(2 * theta)
        )
        ** 2
        - (1 - 2 * sp.sin(theta) ** 2) ** 2,
    },
    conditions=(
        "z ~ N(0, I) and one rate ρ for all latents",
        "an injective mixing",
        "as many outputs as top eigenfunctions, with the constant for the spectral contrastive loss",
        "InfoNCE: a critic that can equal the log-ratio",
        "labels: the vectors of the labels span R^d affinely",
        "every run reaches its optimum",
    ),
    source=Source(
        key="huh2024platonic",
        authors="Huh, Cheung, Wang, Isola",
        year=2024,
        title="The Platonic Representation Hypothesis",
        statement="Section 4 states the question; the shares are derived here",
        evidence=Evidence.READ,
        version="ICML 2024, arXiv 2405.07987",
        url="https://arxiv.org/abs/2405.07987",
    ),
    not_shown="no value of BYOL's loss certifies an optimum: its row rests on its flow ('self_prediction'), and "
    "counts only if the whitened outputs predict as much as the latents do; a wrong temperature and labels that span too little are not among the broken assumptions; "
    "SIGReg follows from whitening, of whose minimisers all are Gaussian; how far a run with a critic "
    "that fits badly moves is measured, not predicted",
)
