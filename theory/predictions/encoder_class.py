r"""Which functions an encoder class keeps, and which of several equally good ones.

Setting: images on a ring of n pixels, x_j = b_{j−u} + cβ, with the bump b_j = cos^{2r}(πj/n), the
position u uniform on Z_n and the brightness β = Σσ_i/√N of N lamps σ_i = ±1. In a pair u moves by
m fair steps of ±1 or 0 (weights 1/4, 1/2, 1/4), and E[σ̃_i|σ] = ρσ_i. The pair's operator is
diagonal: cos ku, sin ku have cos^{2m}(πk/n), the j-th symmetric polynomial of the lamps has ρ^j, and
products multiply. Everything is finite, so the population loss is a sum.
Prediction: the spectral contrastive optimum of K centred outputs in a class, where the class spans
eigenfunctions, is −Σλ² over its K largest. Convolution with pooling is invariant and has functions
of β alone. With ties (λ_1 = ρ) any combination is optimal: gradient flow of a linear encoder from
w(0) keeps b_i(0)e^{s_i τ}, with s_i the input's variance along the mode. From a small start β is
kept where c > c* = C(2r, r+1)/4^r, and the position where c < c*.
Source: HaoChen and Ma (2023) for eigenfunctions that a class can express; world, closed forms and
threshold are derived here.
"""

from __future__ import annotations

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

n, r, m, k, c = sp.symbols("n r m k c", positive=True)
lam, rho, q, t = sp.symbols("lambda rho q t", positive=True)
lambda_1, lambda_2 = sp.symbols("lambda_1 lambda_2", positive=True)
s_0, s_1, b_0, b_1, tau = sp.symbols("s_0 s_1 b_0 b_1 tau", positive=True)
w, z = sp.symbols("w z", nonzero=True)

multiplier = sp.cos(sp.pi * k / n) ** (2 * m)
coefficient = sp.binomial(2 * r, r + k) / 4**r
variance_position = n * coefficient**2
variance_brightness = n * c**2
threshold = coefficient.subs(k, 1)
class_loss = -(lambda_1**2) - lambda_2**2
balance = b_0**2 * sp.exp(2 * s_0 * tau) + b_1**2 * sp.exp(2 * s_1 * tau) - lam
share = b_0**2 / (b_0**2 + b_1**2 * sp.exp(2 * (s_1 - s_0) * tau))
one_mode = -2 * lam * q + q**2

# m = 3 moves are 6 half steps, so that a shift by s pixels has weight C(6, 3 + s)/4³. With
# w = e^{iu}, z = e^{iφ} cosines are polynomials, and the identities hold without trigonometry.
moved = sum(
    (sp.binomial(6, 3 + s) * (w * z ** (2 * s) + 1 / (w * z ** (2 * s))) / 2 for s in range(-3, 4)),
    sp.Integer(0),
) / sp.Integer(64)
raised = sum(
    (sp.binomial(6, 3 + s) * z ** (2 * s) for s in range(-3, 4)), sp.Integer(0)
) / sp.Integer(64)
half_cosine = (z + 1 / z) / 2


def _partner(*lamps: sp.Expr) -> sp.Expr:
    """Return E of the product of the partners of two lamps, over their four values."""
    one, two = lamps
    signs = (sp.Integer(1), sp.Integer(-1))
    return sum(
        (a * b * (1 + rho * one * a) * (1 + rho * two * b) / 4 for a in signs for b in signs),
        sp.Integer(0),
    )


def _pooled(turn: int) -> sp.Expr:
    """Return the pooled features of a ring of five pixels that is turned; any filter, any φ."""
    pixels, taps, act = sp.symbols("x_:5"), sp.symbols("w_:3"), sp.Function("phi")
    return sum(
        (
            act(sum(taps[i] * pixels[(j + i + turn) % 5] for i in range(3)))
            + act(taps[0] * act(pixels[(j + turn) % 5]) + taps[1] * act(pixels[(j + turn + 1) % 5]))
            for j in range(5)
        ),
        sp.Integer(0),
    )


grown = sp.Function("tau")(t)
weight = b_0 * sp.exp(s_0 * grown)
square = weight**2 + (b_1 * sp.exp(s_1 * grown)) ** 2
first, second = sp.symbols("sigma_1 sigma_2", real=True)

PREDICTION = Prediction(
    name="encoder_class",
    title="An encoder class decides which functions are kept, and which of equally good ones",
    statement=(
        r"Images on a ring: $x_j=\cos^{2r}(\pi(j-u)/n)+c\beta$, pairs with multipliers "
        r"$\cos^{2m}(\pi k/n)$ of the position and $\rho^j$ of the brightness. $K$ centred outputs of a "
        r"class reach the loss $-\sum\lambda^2$ over the $K$ largest eigenvalues whose functions the "
        r"class has: pooled convolutions only those of $\beta$, linear encoders no $\beta^2$. At "
        r"$\lambda_1=\rho$ all mixtures of $\cos u,\sin u,\beta$ are optimal; gradient flow of one "
        r"linear output ends at squares $b_i^2e^{2s_i\tau}$ of the mixture with sum $\lambda$, "
        r"and so, from a small start, keeps $\beta$ where $c>\binom{2r}{r+1}4^{-r}$ and the position where "
        r"it is smaller."
    ),
    formulas={
        "multiplier": multiplier,
        "class_loss": class_loss,
        "variance_position": variance_position,
        "variance_brightness": variance_brightness,
        "threshold": threshold,
        "balance": balance,
        "share": share,
    },
    identities={
        "a cosine of the position keeps its form under three moves": moved
        - half_cosine**6 * (w + 1 / w) / 2,
        "the coefficients of the bump are binomial": raised - half_cosine**6,
        "products of two lamps have the eigenvalue rho²": _partner(first, second)
        - rho**2 * first * second,
        "a pooled circular convolution does not see a turn": _pooled(2) - _pooled(0),
        "the square length of a mode is stationary at its eigenvalue": sp.diff(one_mode, q).subs(
            q, lam
        ),
        "the loss of a mode is minus its squared eigenvalue": one_mode.subs(q, lam) + lam**2,
        "each tied mode grows with its variance, whatever the common factor": sp.diff(weight, t)
        - s_0 * sp.diff(grown, t) * weight,
        "the flow of the square length": sp.diff(square, t)
        - 2 * sp.diff(grown, t) * (s_0 * weight**2 + s_1 * (b_1 * sp.exp(s_1 * grown)) ** 2),
        "the share is the part of brightness in the sum": share * (balance + lam)
        - b_0**2 * sp.exp(2 * s_0 * tau),
        "both variances are equal at the threshold": variance_position.subs(k, 1)
        - variance_brightness.subs(c, threshold),
    },
    conditions=(
        "u uniform on Z_n and independent of the lamps; r < n/2, so that no frequency is aliased",
        "embeddings are centred; the population loss over all images, no sampling",
        "the class spans its eigenfunctions, and training reaches its optimum",
        "for the mixture: one linear output without whitening, exact gradient flow",
    ),
    source=Source(
        key="haochen2023inductive",
        authors="HaoChen, Ma",
        year=2023,
        title="A Theoretical Study of Inductive Biases in Contrastive Learning",
        statement="a class of limited capacity keeps what it can express; world, mixture, threshold derived here",
        evidence=Evidence.DERIVED,
    ),
    not_shown=(
        "that training reaches the optimum of a class is measured; for nonlinear encoders the kernel of "
        "the start predicts the side, and not the mixture"
    ),
)
