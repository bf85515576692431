r"""Identifiability against training time: an exponential rate, and the loss gap that bounds it.

Setting: pairs with operator T, ψ = Wφ with orthonormal features φ that are modes of T; λ_1 of the
latents, λ_2 < λ_1 next. Loss: −2 tr W T Wᵀ + ‖W Wᵀ‖², which whitening and spectral losses reduce to.
Prediction: under Ẇ = −∇L the miss x = 1 − R² of the latents solves ẋ = −8Δ x(1 − x) for one output
and two modes, Δ = λ_1 − λ_2: the rate is 8Δ whatever the start. With the best lengths the loss gap is
2λ_1Δx − Δ²x², at least (λ_1² − λ_2²) x. For whitened alignment and Ornstein–Uhlenbeck pairs the gap of
any encoder of n outputs is between 2ρ(1 − ρ) and 2ρ times n x, at every time.
InfoNCE on the circle: latents of uniform angle, von Mises pairs and a cosine critic of the same κ, and
many negatives. At the optimum the model of the partner is its law, so that the Hessian is the mean
variance of the critic's change. Around g(θ) = θ it has Fourier modes with eigenvalues
h_n = κ²(1 − A_2 − A_n + (A_{n+2} + A_{n−2})/2) − n²A_n², A_n = I_n(κ)/I_0(κ). h_0 = 0 is the rotation; the
squared error of mode n falls at the rate 2h_n under the flow of the angles.
"""

from __future__ import annotations

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

t = sp.Symbol("t", nonnegative=True)
first, second, start, rho, x = sp.symbols("lambda_1 lambda_2 r_0 rho x", positive=True)
one, two = sp.symbols("w_1 w_2", positive=True)

gap = first - second
ratio = start * sp.exp(-4 * gap * t)
miss = ratio**2 / (1 + ratio**2)
loss_gap = 2 * first * gap * x - gap**2 * x**2
bound = (first**2 - second**2) * x
whitened = 2 * (rho - rho**2)

square = one**2 + two**2
loss = -2 * (first * one**2 + second * two**2) + square**2
velocity = [-sp.diff(loss, w) for w in (one, two)]
tilt = (velocity[1] * one - velocity[0] * two) / one**2

n, angle = sp.Symbol("n", integer=True, nonnegative=True), sp.Symbol("phi", real=True)
kappa = sp.Symbol("kappa", positive=True)


def _cosine(order: sp.Expr) -> sp.Expr:
    """E cos(order·φ) of a von Mises angle."""
    return sp.besseli(order, kappa) / sp.besseli(0, kappa)


raw = kappa**2 * (1 - _cosine(2) - _cosine(n) + (_cosine(n + 2) + _cosine(n - 2)) / 2)
curvature = raw - n**2 * _cosine(n) ** 2
# δs = −κ sin φ (ε(θ) − ε(θ + φ)) for ε = √2 cos nθ: square and mean, averaged over θ.
squared = 2 * sp.sin(angle) ** 2 * (1 - sp.cos(n * angle))
as_cosines = (
    1
    - sp.cos(2 * angle)
    - sp.cos(n * angle)
    + (sp.cos((n + 2) * angle) + sp.cos((n - 2) * angle)) / 2
)
density = sp.exp(kappa * sp.cos(angle))

PREDICTION = Prediction(
    name="training_time",
    title="The miss of the latents falls at a known rate, and the loss gap bounds it",
    statement=(
        r"Under the gradient flow of $-2\operatorname{tr}WTW^\top+\|WW^\top\|^2$ the miss "
        r"$x=1-R^2$ of the latents falls like $e^{-8(\lambda_1-\lambda_2)t}$, and the loss gap is at "
        r"least $n(\lambda_1^2-\lambda_2^2)x$. For whitened alignment with Ornstein–Uhlenbeck pairs "
        r"the gap of every encoder is between $2\rho(1-\rho)nx$ and $2\rho nx$. InfoNCE on the circle "
        r"with the critic of the pairs: the squared error of Fourier mode $n$ of the learned angle "
        r"falls at the rate $2h_n$, $h_n = \kappa^2(1 - A_2 - A_n + \frac12(A_{n+2} + A_{n-2})) "
        r"- n^2A_n^2$ with $A_n = I_n(\kappa)/I_0(\kappa)$."
    ),
    formulas={
        "rate": 8 * gap,
        "miss": miss,
        "loss_gap": loss_gap,
        "slope": 2 * first * gap,
        "bound": bound,
        "whitened_least": whitened,
        "whitened_most": 2 * rho,
        "circle_rate": 2 * curvature,
    },
    identities={
        "the ratio of the weights falls at 4 (lambda_1 − lambda_2)": sp.expand(
            tilt + 4 * gap * two / one
        ),
        "the miss solves its equation": sp.diff(miss, t) + 8 * gap * miss * (1 - miss),
        "the gap at the best length": first**2 - (first * (1 - x) + second * x) ** 2 - loss_gap,
        "the gap is above the bound by a product of signs": loss_gap - bound - gap**2 * x * (1 - x),
        "circle: the squared change of the critic, in cosines": sp.expand_trig(
            sp.expand(squared - as_cosines)
        ),
        "circle: its mean, by parts (kappa E sin φ sin nφ = n E cos nφ)": sp.diff(
            density * sp.sin(n * angle), angle
        )
        - density * (n * sp.cos(n * angle) - kappa * sp.sin(angle) * sp.sin(n * angle)),
        "circle: rotations cost nothing, as A_{−2} = A_2": curvature.subs(n, 0)
        - kappa**2 * (_cosine(-2) - _cosine(2)) / 2,
        "slope of the gap at the optimum": sp.diff(loss_gap, x).subs(x, 0) - 2 * first * gap,
    },
    conditions=(
        "the latents span the top modes of T, all of eigenvalue λ_1, and λ_2 < λ_1 is next",
        "the rate: gradient flow, features fixed and orthonormal, no latent orthogonal to the start",
        "the circle: any number of free angles, near the optimum, many negatives",
        "the bounds between gap and miss: any encoder, the population loss, means removed",
    ),
    source=Source(
        key="klindt_2026",
        authors="Klindt, LeCun, Balestriero",
        year=2026,
        title="When Does LeJEPA Learn a World Model?",
        statement="bounds in the spirit of thm 5.3; rate and bounds derived here",
        evidence=Evidence.DERIVED,
    ),
    not_shown="a rate in time for networks, whose features move",
)
