r"""Which member of GL an optimiser selects: weight decay balances, and its absence remembers.

Setting: any smooth loss of the product FW, F (c × d) the rows of a linear head and W (d × p) the
encoder, so that (FA⁻¹, AW) is as good for every A ∈ GL(d); weight decay η(‖F‖² + ‖W‖²).
Prediction: under gradient flow D = FᵀF − WWᵀ is D(0)e^{−4ηt}, whatever the loss. Without decay the
start is kept. With decay D → 0: F and W get the same singular values, which for ‖FW − M‖² are
√(σ_j(M) − η) where that is positive. Balancing is not orthogonality: the spread of W is that of √M.
Source: derived here; the conserved D is that of deep linear networks (Saxe et al. 2014).
"""

from __future__ import annotations

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

t, eta = sp.symbols("t eta", nonnegative=True)
start = sp.Symbol("D_0", real=True)
sigma, f, w, g = sp.symbols("sigma f w g", real=True)
m = sp.Symbol("m", positive=True)

imbalance = start * sp.exp(-4 * eta * t)
square = sp.sqrt(start**2 / 4 + m**2) - start / 2
balanced = sigma - eta
# A loss ℓ(fw) with derivative g at the product: its flow of the two factors of a mode.
f_dot, w_dot = -g * w - 2 * eta * f, -g * f - 2 * eta * w
penalised = (w**2 - sigma) ** 2 + 2 * eta * w**2

PREDICTION = Prediction(
    name="optimiser",
    title="Weight decay balances head and encoder, and without it the start is remembered",
    statement=(
        r"Under gradient flow of $\ell(FW)+\eta(\|F\|^2+\|W\|^2)$ with any smooth $\ell$ the imbalance "
        r"$D=F^\top F-WW^\top$ is $D(0)e^{-4\eta t}$. With decay $F$ and $W$ get equal singular values, "
        r"for $\|FW-M\|^2$ the values $\sqrt{(\sigma_j(M)-\eta)_+}$; without decay $D$ is kept. No "
        r"decay makes $W$ a multiple of an orthogonal map unless $M$ is."
    ),
    formulas={"imbalance": imbalance, "square": square, "balanced": balanced},
    identities={
        "the imbalance of a mode decays for every loss": sp.expand(
            2 * f * f_dot - 2 * w * w_dot + 4 * eta * (f**2 - w**2)
        ),
        "the imbalance solves its equation": sp.diff(imbalance, t) + 4 * eta * imbalance,
        "the square of w from product m and imbalance": sp.expand(square * (square + start)) - m**2,
        "the balanced square is stationary": sp.expand(
            sp.diff(penalised, w) - 4 * w * (w**2 - balanced)
        ),
    },
    conditions=(
        "gradient flow, the same decay on head and encoder; a head without biases",
        "the limit of the singular values: squared loss, a start of full rank",
    ),
    source=Source(
        key="saxe_2014",
        authors="Saxe, McClelland, Ganguli",
        year=2014,
        title="Exact solutions to the nonlinear dynamics of learning in deep linear neural networks",
        statement="the conserved quantity; decay and limits derived here",
        evidence=Evidence.DERIVED,
    ),
    not_shown="adaptive optimisers, which do not conserve the imbalance, and deep encoders",
)
