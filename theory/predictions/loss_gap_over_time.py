r"""At every time the loss gap bounds the miss of the latents, with a factor from the spectrum.

Setting: pairs with operator T whose largest eigenvalue λ_1, of n modes, is that of the latents, λ_2
next; whitened outputs put the weight p_j ≤ 1 on mode j, Σ p_j = n, and x = 1 − Σ_latents p_j / n is the
part of the latents that no affine map of the outputs explains.
Prediction: E h h̃ᵀ has trace at most n (λ_1 − Δx), Δ = λ_1 − λ_2, and squared norm at most
n (λ_1² − (λ_1² − λ_2²) x). Hence the loss above the optimum is at least n times
2Δx for whitened alignment and VICReg, (1 − λ_1 + Δx)² − (1 − λ_1)² for Barlow Twins, and
(λ_1² − λ_2²) x for the spectral contrastive loss at its best lengths and for the part that BYOL predicts.
It is attained where x of each latent is exchanged for the next mode.
Source: derived here; the first and third as in "training_time", for any encoder.
"""

from __future__ import annotations

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

first, second, x, theta = sp.symbols("lambda_1 lambda_2 x theta", positive=True)
gap = first - second

aligned = 2 * gap * x
redundant = (1 - first + gap * x) ** 2 - (1 - first) ** 2
redundant_line = 2 * (1 - first) * gap * x
squared = (first**2 - second**2) * x

# One output cos θ φ_1 + sin θ φ_2: its correlation across the pair, and x = sin²θ.
share = sp.sin(theta) ** 2
correlation = first * (1 - share) + second * share
lengths = first**2 * (1 - share) + second**2 * share
"""‖T f‖², of which the squared correlation is at most all."""


def _put(expression: sp.Expr) -> sp.Expr:
    return expression.subs(x, share)


PREDICTION = Prediction(
    name="loss_gap_over_time",
    title="At every time of training the loss gap bounds the miss of the latents",
    statement=(
        r"Let $x=1-R^2$ of $n$ latents whose modes have the eigenvalue $\lambda_1$, with $\lambda_2$ next. "
        r"Whatever the encoder and the time, the loss above the optimum is at least $n$ times "
        r"$2(\lambda_1-\lambda_2)x$ for whitened alignment and VICReg, "
        r"$(1-\lambda_1+(\lambda_1-\lambda_2)x)^2-(1-\lambda_1)^2$ for Barlow Twins, and "
        r"$(\lambda_1^2-\lambda_2^2)x$ for the spectral contrastive loss and for what BYOL's outputs predict."
    ),
    formulas={
        "alignment": aligned,
        "barlow": redundant_line,
        "squared": squared,
    },
    identities={
        "alignment: the bound is attained by an exchange": 2 * first
        - 2 * correlation
        - _put(aligned),
        "Barlow Twins: the bound is attained by an exchange": (1 - correlation) ** 2
        - (1 - first) ** 2
        - _put(redundant),
        "Barlow Twins: what lies above the line is a square": redundant
        - redundant_line
        - (gap * x) ** 2,
        "the squared norm across pairs loses this much": first**2 - lengths - _put(squared),
        "Cauchy–Schwarz: the squared correlation is below it by a square": lengths
        - correlation**2
        - gap**2 * share * (1 - share),
    },
    conditions=(
        "all latents have one eigenvalue, and every other mode at most λ_2 (the constant is put aside)",
        "whitened outputs, or lengths that cost at least nothing",
        "the population loss; N held-out pairs leave an error of order √(x/N), with the optimum on the same pairs",
    ),
    source=Source(
        key="reizinger_2025_position",
        authors="Reizinger, Balestriero, Klindt, Brendel",
        year=2025,
        title="Position: An Empirically Grounded Identifiability Theory Will Accelerate "
        "Self-Supervised Learning Research",
        statement="convergence of identifiability in training, the question; the bounds are derived here",
        evidence=Evidence.DERIVED,
    ),
    not_shown=(
        "a factor for InfoNCE and for labels, whose loss also holds lengths and offsets of the critic: their curves "
        "are measured, without a bound; a rate in time for networks, which is fitted"
    ),
)
