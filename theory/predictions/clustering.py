r"""Self-supervised training clusters the coarse classes before the fine ones.

Setting: four classes ±√C e₁ ± √F e₂, the sign of e₁ the coarse class; d further directions of
variance B that tell samples apart; augmentation noise of variance σ² in all. A linear encoder under
the flow of `stepwise`: mode j has length s_j, and γ = C, F, B are the eigenvalues of Γ.
Prediction: the normalised variance of a level, the mean variance of a class over the squared
distance of two class means, is V_c = (s₁²σ² + s₂²(F + σ²) + d s₃²(B + σ²)) / (4 C s₁²) and, for
siblings, V_f = (s₁²σ² + s₂²σ² + d s₃²(B + σ²)) / (4 F s₂²). From equal small lengths V_c falls at
once. V_f has a term that rises as e^{8(C − F)t} and falls only when its own mode has grown; then
the coarse level is spread again, to about (F + σ²)/(4F).
Source: Ben-Shaul, Shwartz-Ziv, Galanti, Dekel, LeCun (2023), an observation; the model is ours.
"""

from __future__ import annotations

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.predictions.stepwise import gamma, length, start, t
from sith.theory.source import Evidence, Source

coarse, fine, own, noise = sp.symbols("C F B sigma2", positive=True)
count = sp.Symbol("d", positive=True)
one, two, three = sp.symbols("s_1 s_2 s_3", positive=True)

rest = count * three**2 * (own + noise)
coarse_variance = (one**2 * noise + two**2 * (fine + noise) + rest) / (4 * coarse * one**2)
fine_variance = (one**2 * noise + two**2 * noise + rest) / (4 * fine * two**2)

early = start * sp.exp(4 * gamma * t)
spread = {
    one: early.subs(gamma, coarse),
    two: early.subs(gamma, fine),
    three: early.subs(gamma, own),
}
early_coarse = (
    noise
    + (fine + noise) * sp.exp(-8 * (coarse - fine) * t)
    + count * (own + noise) * sp.exp(-8 * (coarse - own) * t)
) / (4 * coarse)
early_fine = (
    noise * sp.exp(8 * (coarse - fine) * t)
    + noise
    + count * (own + noise) * sp.exp(-8 * (fine - own) * t)
) / (4 * fine)

PREDICTION = Prediction(
    name="clustering",
    title="The coarse classes cluster before the fine ones",
    statement=(
        r"With between-class variances $C > F > B$ the normalised variance of the coarse level "
        r"is at its early stage $V_c = (\sigma^2 + (F+\sigma^2)e^{-8(C-F)t} + "
        r"d(B+\sigma^2)e^{-8(C-B)t})/(4C)$ and falls; that of the fine level has a term that "
        r"rises as $e^{8(C-F)t}$ until the coarse mode is full, and falls when its own mode grows. "
        r"When the fine mode is full the coarse level is spread again, by $(F+\sigma^2)/(4F)$."
    ),
    formulas={
        "coarse_variance": coarse_variance,
        "fine_variance": fine_variance,
        "length": length,
        "early_coarse": early_coarse,
        "early_fine": early_fine,
    },
    identities={
        "the early coarse variance": sp.powsimp(
            sp.expand(coarse_variance.subs(spread) - early_coarse)
        ),
        "the early fine variance": sp.powsimp(sp.expand(fine_variance.subs(spread) - early_fine)),
        "the lengths start as the exponential": sp.diff(length, t).subs(t, 0) / start
        - 4 * gamma * (1 - gamma * start**2),
        "the coarse level is spread by the full fine mode": coarse_variance.subs(
            {one: 1 / sp.sqrt(coarse), two: 1 / sp.sqrt(fine), three: 0}
        )
        - noise / (4 * coarse)
        - (fine + noise) / (4 * fine),
        "the fine level at the end": fine_variance.subs(
            {one: 1 / sp.sqrt(coarse), two: 1 / sp.sqrt(fine), three: 0}
        )
        - noise / (4 * fine)
        - noise / (4 * coarse),
    },
    conditions=(
        "linear encoder, Barlow-Twins-type loss, modes along the axes, C > F > B",
        "for the early forms: lengths small against 1/√γ",
        "positives are two augmentations of one sample; no label enters the loss",
    ),
    source=Source(
        key="benshaul2023reverse",
        authors="Ben-Shaul, Shwartz-Ziv, Galanti, Dekel, LeCun",
        year=2023,
        title="Reverse engineering self-supervised learning",
        statement="clustering at several levels, observed there; the model is derived here",
        evidence=Evidence.DERIVED,
    ),
    not_shown="deep encoders and images, where the source observed it",
)
