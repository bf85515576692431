r"""Barlow-Twins-type losses learn the modes of the cross-correlation one at a time.

Setting: a linear encoder f = Wx, and Γ = E[x x'ᵀ] symmetric over positive pairs.
Loss: L(W) = ‖W Γ Wᵀ − I‖²; gradient flow Ẇ = −4 (W Γ Wᵀ − I) W Γ, as Γ is symmetric.
Prediction: with rows of W along eigenvectors of Γ, the lengths s_j solve
ṡ = 4 γ_j s (1 − γ_j s²) in closed form, and mode j reaches half of its final square at
τ_j = −ln(s_j(0)² γ_j / (1 − s_j(0)² γ_j)) / (8 γ_j).
Source: Simon, Knutins, Ziyin, Geisz, Fetterman, Albrecht (2023); the formulas are derived here.
"""

from __future__ import annotations

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

t = sp.Symbol("t", nonnegative=True)
gamma, start = sp.symbols("gamma s_0", positive=True)

length = sp.exp(4 * gamma * t) / sp.sqrt(start**-2 + (sp.exp(8 * gamma * t) - 1) * gamma)
half = -sp.log(start**2 * gamma / (1 - start**2 * gamma)) / (8 * gamma)

PREDICTION = Prediction(
    name="stepwise",
    title="Barlow-Twins-type losses learn the top eigenspace, one mode at a time",
    statement=(
        r"Under $\dot W = -4 (W\Gamma W^\top - I) W\Gamma$ with rows of $W$ along eigenvectors of "
        r"$\Gamma$, the length of mode $j$ is $s_j(t) = e^{4\gamma_j t} / "
        r"\sqrt{s_j(0)^{-2} + (e^{8\gamma_j t} - 1)\gamma_j}$. From a small start $W$ converges to "
        r"the top eigenspace, although every $W$ with $W\Gamma W^\top = I$ has loss 0."
    ),
    formulas={"length": length, "half_time": half},
    identities={
        "the closed form solves the flow": sp.diff(length, t)
        - 4 * gamma * length * (1 - gamma * length**2),
        "it starts at s_0": length.subs(t, 0) - start,
        "half of the final square 1/gamma at the half time": length.subs(t, half) ** 2
        - 1 / (2 * gamma),
    },
    conditions=(
        "rows of W along eigenvectors of Γ, which a small start approaches",
        "eigenvalues γ_d > γ_{d+1} and γ_d > 0",
        "no weight on the off-diagonal terms, no normalisation",
    ),
    source=Source(
        key="simon2023stepwise",
        authors="Simon, Knutins, Ziyin, Geisz, Fetterman, Albrecht",
        year=2023,
        title="On the stepwise nature of self-supervised learning",
        statement="closed form of the aligned modes, derived here",
        evidence=Evidence.DERIVED,
    ),
    not_shown="the alignment of the rows from a small start is measured, not proved",
)
