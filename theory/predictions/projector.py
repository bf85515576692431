r"""Too few outputs, too many, and a projector: what the loss fixes and what the start decides.

Setting: latents z ~ N(0, I_d), Ornstein–Uhlenbeck pairs of rates ρ_i. The operator of the pairs has
the products of Hermite polynomials as modes, with eigenvalues ∏ρ_i^{n_i}. Losses: whitened alignment,
or −2 tr M T Mᵀ + ‖M Mᵀ‖² with M the map from modes to outputs; both keep the m largest modes.
Prediction, equal rates: m < d outputs hold an m-dimensional subspace of the latents, any of them, and
from a rotation-invariant start the R² of a direction is Beta(m/2, (d − m)/2). m > d outputs hold all
latents and m − d functions of degree two, a share (m − d)/m of the whitened variance.
Unequal rates: ρ_1^n comes before ρ_2 if it is larger, so that d outputs may miss a latent. An encoder
with whitened loss gap g holds at most a share g/(2(λ_m − κ)) of a latent of rate κ < λ_m.
A projector W: M = WB, and B outside the row space of W never moves. With p random features of D modes
and k outputs the backbone's mean R² is k/d + (1 − k/d)(p − k)/(D − k). A trained projector keeps
WᵀW − BBᵀ: a small start leaves the backbone k directions of variance √λ, and nearly nothing else.
Source: the position paper asks the question; every formula is derived here.
"""

from __future__ import annotations

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.predictions.stepwise import half
from sith.theory.source import Evidence, Source

m, d, p, k, features = sp.symbols("m d p k D", positive=True)
rho, late, eigenvalue = sp.symbols("rho kappa lambda", positive=True)
first, gap, x = sp.symbols("lambda_1 g x", positive=True)
u, v, c, z = sp.symbols("u v c z", real=True)

few = m / d
spread = 2 * m * (d - m) / (d**2 * (d + 2))
share = (m - d) / m
share_spectral = (m - d) * rho / (d + (m - d) * rho)
loss_few = 2 * m * (1 - rho)
loss_many = 2 * (d * (1 - rho) + (m - d) * (1 - rho**2))

blind = (p - k) / (features - k)
backbone = k / d + (1 - k / d) * blind
variance = (sp.sqrt(c**2 + 4 * eigenvalue) - c) / 2

# Beta(m/2, (d − m)/2): the squared length of a fixed unit vector in a random m-dimensional subspace.
alpha, beta = m / 2, (d - m) / 2
mean = alpha / (alpha + beta)
second = alpha * (alpha + 1) / ((alpha + beta) * (alpha + beta + 1))

# One mode through both layers: output u v, loss −2λu²v² + u⁴v⁴.
loss = -2 * eigenvalue * u**2 * v**2 + u**4 * v**4
u_rate, v_rate = -sp.diff(loss, u), -sp.diff(loss, v)
square_u = c + variance

# z̃ = ρz + √(1 − ρ²)ε: E[z̃² − 1 | z] by E ε = 0, E ε² = 1.
partner = rho**2 * z**2 + (1 - rho**2) - 1

PREDICTION = Prediction(
    name="projector",
    title="Outputs take the largest modes; the start decides what a projector does not see",
    statement=(
        r"With $m < d$ outputs and equal rates every $m$-dimensional subspace of the latents is "
        r"optimal: a direction has mean $R^2 = m/d$, of law Beta$(m/2, (d-m)/2)$ over "
        r"rotation-invariant starts. With $m > d$ whitened outputs the latents stay linear in the "
        r"outputs, and a share $(m-d)/m$ of the variance is not linear in the latents. With unequal "
        r"rates a latent of rate $\kappa$ enters after every $\prod_i\rho_i^{n_i} > \kappa$, so that "
        r"$d$ outputs can miss it; an encoder with loss gap $g$ holds at most a share "
        r"$g/(2(\lambda_m - \kappa))$ of it. A loss on $WB$ never moves $B$ outside the row space of a fixed "
        r"$W$: from a Gaussian start the mean $R^2$ of a backbone of $p$ outputs on $D$ modes is "
        r"$\frac{k}{d} + (1-\frac{k}{d})\frac{p-k}{D-k}$ for a projector of rank $k$. A trained $W$ "
        r"keeps $W^\top W - BB^\top$, and a small start ends with $k$ directions of variance "
        r"$\sqrt\lambda$."
    ),
    formulas={
        "few": few,
        "few_variance": spread,
        "nonlinear": share,
        "nonlinear_spectral": share_spectral,
        "loss_few": loss_few,
        "loss_many": loss_many,
        "backbone": backbone,
        "backbone_variance": variance,
        "late_share": gap / (2 * (eigenvalue - late)),
        "half_time": half,
    },
    identities={
        "mean of the Beta law": mean - few,
        "variance of the Beta law": second - mean**2 - spread,
        "its trace over directions is m": d * mean - m,
        "the function of degree two is a mode of rate rho^2": partner - rho**2 * (z**2 - 1),
        "the losses meet at m = d": (loss_few - loss_many).subs(m, d),
        "price of a function of degree two for a latent": sp.diff(loss_many, m)
        - sp.diff(loss_few, m)
        - 2 * rho * (1 - rho),
        "price of a share x of a later mode": 2 * (first + eigenvalue)
        - 2 * (first + (1 - x) * eigenvalue + x * late)
        - 2 * (eigenvalue - late) * x,
        "unwhitened share, from variances rho and rho^2": (m - d)
        * rho**2
        / (d * rho + (m - d) * rho**2)
        - share_spectral,
        "without a projector's gradient the start is kept": backbone.subs(k, 0) - p / features,
        "a backbone no wider than its projector": backbone.subs(p, k) - few.subs(m, k),
        "a backbone of all modes": backbone.subs(p, features) - 1,
        "the difference of squares is kept": sp.expand(u * u_rate - v * v_rate),
        "the end is optimal": sp.expand(square_u * variance) - eigenvalue,
        "its gradient": sp.cancel(u_rate / u).subs(u**2, eigenvalue / v**2).expand(),
        "a balanced start ends at the root": variance.subs(c, 0) - sp.sqrt(eigenvalue),
    },
    conditions=(
        "Gaussian latents, Ornstein–Uhlenbeck pairs, the population loss, means removed",
        "the encoder class holds the m largest modes; λ_m > λ_{m+1}, else the end is not unique",
        "m − d at most d(d + 1)/2, the number of functions of degree two",
        "the law of R²: a start of rotation-invariant law and a method that commutes with rotations",
        "the backbone: linear in D orthonormal modes, a linear projector, gradients and no decay",
        "times: linear encoders, rates well apart, and a start that is small",
    ),
    source=Source(
        key="reizinger_2025_position",
        authors="Reizinger, Balestriero, Klindt, Brendel",
        year=2025,
        title="Position: An Empirically Grounded Identifiability Theory Will Accelerate "
        "Self-Supervised Learning Research",
        statement="raises the projector and dimension mismatch as questions; derived here",
        evidence=Evidence.DERIVED,
    ),
    not_shown="a value for the backbone of a network, and projectors that are not linear",
)
