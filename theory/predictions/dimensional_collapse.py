r"""InfoNCE with a linear encoder: when strong augmentation and depth make directions vanish.

Setting: data x of variance S in a direction; positive x' = x + noise of variance A; critic
−|Wx − Wx'|²/2; M negatives y, either clean (the law of x) or augmented (the law of x').
Near W = 0 the flow is Ẇ = WX, X = M/(M+1) (E(x−y)(x−y)ᵀ − E(x−x')(x−x')ᵀ), so W(t) = W(0)e^{Xt}.
Prediction: with clean negatives X = M/(M+1) (2S − A): a direction with A > 2S vanishes. With
augmented ones X = M/(M+1) 2S, and no direction vanishes. For M → ∞ and clean negatives the squared
weight v of a direction ends at u/S with 1/(1+u) = (√(1+4A/S) − 1)/2, or at 0 beyond A = 2S.
Two layers: singular values from σ₀ grow as σ₀/√(1 − 2Xσ₀²t) in place of σ₀e^{Xt}.
Source: Jing, Vincent, LeCun, Tian (2022), recalled; the formulas are derived here.
"""

from __future__ import annotations

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

t = sp.Symbol("t", nonnegative=True)
spread, noise, negatives = sp.symbols("S A M", positive=True)
v, square, start, growth = sp.symbols("v z sigma_0 X", positive=True)

share = negatives / (negatives + 1)
clean = share * (2 * spread - noise)
augmented = share * 2 * spread

# log E_y exp(−v(x − y)²/2) for y of variance c, at x² = z, and its mean over x of variance b.
narrow = 1 + v * spread
log_mean = -sp.log(narrow) / 2 - v * square / (2 * narrow)
loss = v * noise / 2 + log_mean.subs(square, spread)
slope = noise / 2 - spread * (1 / narrow + 1 / narrow**2) / 2
kept = (sp.sqrt(1 + 4 * noise / spread) - 1) / 2
end = (1 / kept - 1) / spread

wide = 1 + v * (spread + noise)
loss_augmented = v * noise / 2 - sp.log(wide) / 2 - v * spread / (2 * wide)

one_layer = start * sp.exp(growth * t)
two_layers = start / sp.sqrt(1 - 2 * growth * start**2 * t)

PREDICTION = Prediction(
    name="dimensional_collapse",
    title="Strong augmentation makes directions vanish, if the negatives are clean; depth delays them",
    statement=(
        r"Near $W = 0$ the linear InfoNCE flow is $W(t) = W(0) e^{Xt}$ with "
        r"$X = \frac{M}{M+1}(2S - A)$ for clean negatives: a direction whose augmentation has more "
        r"than twice the variance of the data vanishes, for every number of negatives. "
        r"With negatives that are augmented as the positive is, $X = \frac{M}{M+1} 2S$, and no "
        r"direction vanishes. In two layers a singular value grows as "
        r"$\sigma_0/\sqrt{1 - 2X\sigma_0^2 t}$, so that small ones lag behind."
    ),
    formulas={
        "growth": clean,
        "growth_augmented": augmented,
        "loss_slope": slope,
        "end": end,
        "one_layer": one_layer,
        "two_layers": two_layers,
        "escape_time": 1 / (2 * growth * start**2),
    },
    identities={
        "the growth changes sign at A = 2S": clean.subs(noise, 2 * spread),
        "the slope of the population loss": sp.diff(loss, v) - slope,
        "its slope at 0 gives the growth": -2 * slope.subs(v, 0) - clean / share,
        "the end is stationary": slope.subs(v, end),
        "the end is 0 at the threshold": end.subs(noise, 2 * spread),
        "augmented negatives: the slope at 0": -2 * sp.diff(loss_augmented, v).subs(v, 0)
        - augmented / share,
        "one layer": sp.diff(one_layer, t) - growth * one_layer,
        "two layers": sp.diff(two_layers, t) - growth * two_layers**3,
    },
    conditions=(
        "linear encoder, critic −|u − v|²/2, Gaussian data and noise with common axes",
        "the exponential and the root hold near W = 0; the end holds for many negatives",
        "the threshold needs negatives that carry no augmentation",
        "for two layers: balanced and aligned singular vectors",
    ),
    source=Source(
        key="jing2022dimensional",
        authors="Jing, Vincent, LeCun, Tian",
        year=2022,
        title="Understanding dimensional collapse in contrastive self-supervised learning",
        statement="collapse by strong augmentation and by depth, recalled and derived here",
        evidence=Evidence.DERIVED,
    ),
    not_shown="normalised embeddings, other temperatures, and encoders that are not linear",
)
