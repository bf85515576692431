r"""Contrastive against non-contrastive: one group where rates are equal, and another divide where not.

Setting: z ~ N(0, I_d), z̃_i = ρ_i z_i + √(1−ρ_i²)η_i, x = g(z).
Prediction: with one rate, the optima of InfoNCE (quadratic critic), spectral contrastive, VICReg,
Barlow Twins and whitening all span the latents and are fixed up to O(d); only the scale differs. With
unequal rates and ρ_2 < ρ_1², spectral contrastive falls with the non-contrastive objectives: they
keep z_1 and its second Hermite function; InfoNCE keeps all latents, and fixes the axes.
Source: the divide is questioned by Reizinger et al. (2025); the numbers are derived here.
"""

from __future__ import annotations

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

first, last = sp.symbols("rho_1 rho_2", positive=True)
z, partner, noise = sp.symbols("z z_2 eta", real=True)
k, m = sp.symbols("k m", positive=True)
own, other = sp.symbols("p_1 p_2", positive=True)
marginal, other_marginal = sp.symbols("q_1 q_2", positive=True)


def _mean(expression: sp.Expr) -> sp.Expr:
    """E over η ~ N(0, 1) of a polynomial in η."""
    terms = sp.Poly(sp.expand(expression), noise).terms()
    return sp.Add(*(c * sp.factorial2(n - 1) for (n,), c in terms if n % 2 == 0))


moved = first * z + sp.sqrt(1 - first**2) * noise
log_ratio = -((partner - first * z) ** 2) / (2 * (1 - first**2)) + partner**2 / 2
critic = (first * z * partner - first**2 * partner**2 / 2) / (1 - first**2)
scale = sp.sqrt(first)

PREDICTION = Prediction(
    name="sterile_dichotomy",
    title="The divide is not between contrastive and non-contrastive objectives",
    statement=(
        r"On Ornstein–Uhlenbeck latents of one rate $\rho$ all objectives below are optimal at "
        r"$h = sQz + b$ with $Q\in O(d)$; $s^2$ is 1 for InfoNCE with a quadratic critic and for the "
        r"whitened objectives, and $\rho$ for the spectral contrastive loss; a finite batch with the positive "
        r"among its candidates does not move the optimum of InfoNCE. With two rates "
        r"$\rho_2<\rho_1^2$ the objectives whose optimum is a top eigenspace, contrastive or not, span "
        r"$z_1$ and $(z_1^2-1)/\sqrt2$, and an affine map of them explains one half of the latents; "
        r"InfoNCE has $h_i=\pm z_i$."
    ),
    formulas={
        "scale": scale**2,
        "share": m / k,
        "squared": first**2,
        "critic": critic,
    },
    identities={
        "linear functions have eigenvalue rho": _mean(moved) - first * z,
        "quadratic functions have eigenvalue rho^2": _mean(moved**2 - 1) - first**2 * (z**2 - 1),
        "the critic is the log-ratio up to a function of z": sp.diff(log_ratio - critic, partner),
        "InfoNCE: softmax of the log-ratios is the posterior of the positive, in any batch (two rows)": (
            own * other_marginal / (own * other_marginal + other * marginal)
            - (own / marginal) / (own / marginal + other / other_marginal)
        ),
        "spectral contrastive: the loss −2ρs² + s⁴ of one mode is stationary at s² = ρ": sp.diff(
            -2 * first * m**2 + m**4, m
        ).subs(m, scale),
    },
    conditions=(
        "z ~ N(0, I) and an injective mixing",
        "one output for each latent, and one more for the constant of the spectral contrastive loss",
        "InfoNCE: the critic has the quadratic term of the log-ratio",
        "two rates: ρ_2 < ρ_1²",
    ),
    source=Source(
        key="reizinger_2025_position",
        authors="Reizinger, Balestriero, Klindt, Brendel",
        year=2025,
        title="Position: An Empirically Grounded Identifiability Theory Will Accelerate "
        "Self-Supervised Learning Research",
        statement="the dichotomy is questioned there; groups and numbers are derived here",
        evidence=Evidence.SECONDARY,
    ),
    not_shown="SIGReg with two rates: the whitened optimum is not Gaussian there, and no rule gives "
    "another; the spectral contrastive loss and whitening over a finite batch; training dynamics",
)
