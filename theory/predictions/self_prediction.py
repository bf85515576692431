r"""BYOL with an optimal linear predictor: its flow keeps the covariance and finds the top modes.

Setting: J(f, P) = ½ E|P f(x) − sg f(x̃)|², T f(x) = E[f(x̃)|x] with eigenvalues λ_j, f centred.
Flow over all functions: ḟ = −Pᵀ(P f − T f), with P = E[(T f) fᵀ] C⁻¹ least in P, C = E f fᵀ.
Prediction: Ċ = −Pᵀ(PC − E[(T f) fᵀ]) + transpose = 0, so that nothing collapses. A point is at
rest iff P f = T f, where f spans eigenfunctions; a mode l then grows in the place of a mode i at the
rate λ_i (λ_l − λ_i), so that only the span of the largest is stable. Without a predictor, P = 1,
mode j falls as e^{−(1−λ_j)t}. Uncentred, the constant is a mode with λ = 1 and takes an output.
Where two outputs f = Bφ miss a larger
mode it moves by G⁻¹QG(λ − Q), G = BᵀB; the determinant is positive and the trace negative for cosines beyond r_*:
strongly correlated outputs can rest at the wrong modes. Whitened, Σ σ² of E f f̃ᵀ is at most the sum of the largest λ².
Source: Grill et al. (2020) argue for a near-optimal predictor, Tang et al. (2023) find the kept covariance on finite
worlds, both recalled; every formula is derived here.
"""

from __future__ import annotations

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

t = sp.Symbol("t", nonnegative=True)
first, second, third = sp.symbols("lambda_1 lambda_2 lambda_3", positive=True)
inside, outside = sp.symbols("lambda_i lambda_l", positive=True)
lag, slow, size = sp.symbols("delta epsilon d", positive=True)
theta = sp.Symbol("theta", real=True)

modes = sp.diag(first, second, third)
rows = sp.Matrix(2, 3, sp.symbols("a_1:7", real=True))
covariance = rows * rows.T
predictor = rows * modes * rows.T * covariance.inv()
"""Least squares of T f on f, with f = A φ."""


def _velocity(a: sp.Matrix, p: sp.Matrix) -> sp.Matrix:
    return p.T * (a * modes - p * a)


drift = _velocity(rows, predictor) * rows.T
rate = inside * (outside - inside)
near = sp.Matrix([[1, 0, lag], [0, 1, slow]])
at_rest = sp.Matrix([[1, 0, 0], [0, 1, 0]])
# The predictor moves only to second order in the third column, so that it is taken at rest.
linear = _velocity(near, at_rest * modes * at_rest.T)[:, 2]
turned = inside * sp.cos(theta) ** 2 + outside * sp.sin(theta) ** 2

# Resting outputs B φ of two modes, with cosine r between the columns of B.
cosine = sp.Symbol("r", real=True)
one, two, missing = sp.symbols("q_1 q_2 lambda", positive=True)
gram = sp.Matrix([[1, cosine], [cosine, 1]])
resting = sp.diag(one, two)
seen = gram.inv() * resting * gram * (missing * sp.eye(2) - resting)
straight = one * (missing - one) + two * (missing - two)
crossed = one * (missing - two) + two * (missing - one)
total = (straight - cosine**2 * crossed) / (1 - cosine**2)

mixing = sp.Matrix(2, 2, sp.symbols("b_1:5", real=True))
skewed = mixing * resting * mixing.inv()
coefficients = mixing.T * mixing
moved = mixing.inv() * skewed.T * mixing

free = sp.exp(-(1 - inside) * t)
swing = sp.diff(turned, theta)

PREDICTION = Prediction(
    name="self_prediction",
    title="BYOL with an optimal predictor keeps its covariance and finds the top modes",
    statement=(
        r"Let $Tf(x)=E[f(\tilde x)\mid x]$ have eigenvalues $\lambda_j$ on centred functions. The flow of "
        r"$\tfrac12E|Pf(x)-\mathrm{sg}f(\tilde x)|^2$ over all $f$, with $P$ least at every time, keeps "
        r"$E\,ff^\top$. It rests iff $f$ spans eigenfunctions; where each output is one, mode $l$ grows in "
        r"the place of mode $i$ at the rate $\lambda_i(\lambda_l-\lambda_i)$: only the largest are stable. With "
        r"two correlated outputs $B\varphi$ that miss a larger mode the sum of its rates is negative once the "
        r"cosine $r$ of the columns of $B$ passes "
        r"$r_*^2=\frac{q_1(\lambda-q_1)+q_2(\lambda-q_2)}{q_1(\lambda-q_2)+q_2(\lambda-q_1)}$: then the wrong modes "
        r"are stable against it. On "
        r"$z\sim N(0,I_d)$ with one rate it is that of the latents, up to $GL(d)$. Without a predictor every "
        r"mode falls as $e^{-(1-\lambda_j)t}$; without centring the constant takes one output, and $(d-1)/d$ of "
        r"the latents are left."
    ),
    formulas={
        "rate": rate,
        "free": free,
        "sum_of_rates": total,
        "threshold": sp.sqrt(straight / crossed),
        "largest": first**2 + second**2,
        "uncentred": (size - 1) / size,
    },
    identities={
        **{
            f"the covariance is kept, entry {i + 1}{j + 1}": (drift + drift.T)[i, j]
            for i, j in ((0, 0), (0, 1), (1, 1))
        },
        "growth in the place of the first mode": linear[0]
        - lag * rate.subs({inside: first, outside: third}),
        "growth in the place of the second mode": linear[1]
        - slow * rate.subs({inside: second, outside: third}),
        "correlated outputs: the predictor acts as G⁻¹QG with G the Gram matrix of the columns": sum(
            (x**2 for x in moved - coefficients.inv() * resting * coefficients), sp.Integer(0)
        ),
        "sum of the two rates of a missing mode": seen.trace() - total,
        "their product is positive": seen.det() - one * two * (missing - one) * (missing - two),
        "it vanishes at the threshold": total.subs(cosine, sp.sqrt(straight / crossed)),
        "at rest on eigenfunctions": sum(
            x**2 for x in _velocity(at_rest, at_rest * modes * at_rest.T)
        ),
        "without a predictor": sp.diff(free, t) + (1 - inside) * free,
        "a turn from the larger mode to the smaller only loses": swing
        - (outside - inside) * sp.sin(2 * theta),
    },
    conditions=(
        "the flow is over all functions: f moves by its gradient in L², as with the kernel of an identity",
        "the predictor is linear and least at every time; the target is the encoder, through a stop-gradient",
        "outputs are centred, and as many as modes above a gap; all λ_j > 0",
    ),
    source=Source(
        key="tang_2023_self_predictive",
        authors="Tang, Guo, Richemond, Pires and others",
        year=2023,
        title="Understanding Self-Predictive Learning for Reinforcement Learning",
        statement="an optimal predictor keeps the covariance, recalled; the formulas are derived here",
        evidence=Evidence.DERIVED,
    ),
    not_shown=(
        "correlated outputs beyond two of them; that every start outside the stable manifolds of the other points "
        "converges; for a network the gradient acts through its kernel, which does not keep the covariance and can "
        "make other modes stable (one of eight random kernels does); how fast a learned predictor must be is "
        "measured, and predicted only for linear networks (direct_pred)"
    ),
)
