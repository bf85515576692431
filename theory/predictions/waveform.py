r"""The weight of invariance decides which latents of a sound are kept, by how often they are redrawn.

Setting: four independent uniform latents of k levels; a pair redraws latent i with probability q_i,
Σ q_i = 1. Loss: β E‖h − h̃‖² + ‖E hhᵀ − I‖², with universal encoders and enough outputs.
Prediction: functions of latent i alone, with mean zero, are eigenfunctions of T, (Tφ)(z) = E[φ(z̃)|z],
with σ_i = 1 − q_i; a product over a set S of latents has 1 − Σ_S q_i. So T_β = (1−β)I + βT has
μ_i = 1 − β q_i, the optimum is hhᵀ = (T_β)₊, and latent i is dropped at β = 1/q_i. A linear probe
that reads h with noise of variance ν per output has R² = μ_i/(μ_i + ν) for every function of latent i.
Source: Cabannes, Kiani, Balestriero, LeCun, Bietti (2023) for T_β; the redrawn latents are derived here.
"""

from __future__ import annotations

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

beta, q, q_2, nu, s, w = sp.symbols("beta q q_2 nu s w", positive=True)
values = sp.symbols("a1:4", real=True)
others = sp.symbols("b1:4", real=True)

kept = 1 - beta * q
score = kept / (kept + nu)


def _redrawn() -> tuple[sp.Expr, sp.Expr]:
    """Tφ − σφ at the first levels, for a function of one latent and for a product of two."""
    first = [values[0], values[1], -values[0] - values[1]]
    second = [others[0], others[1], -others[0] - others[1]]
    # The second latent is redrawn with q_2, a third one with what is left.
    single = q * sp.Add(*first) / 3 + (1 - q) * first[0] - (1 - q) * first[0]
    drawn = q * sp.Add(*[a * second[0] for a in first]) / 3
    drawn += q_2 * sp.Add(*[first[0] * b for b in second]) / 3
    both = drawn + (1 - q - q_2) * first[0] * second[0]
    return single, both - (1 - q - q_2) * first[0] * second[0]


single, both = _redrawn()
# One mode of length s along an eigenfunction with σ = 1 − q.
mode = 2 * beta * s**2 * (1 - (1 - q)) + (s**2 - 1) ** 2
# The probe w s φ + w·noise of a unit φ, at its best weight.
error = (1 - w * s) ** 2 + w**2 * nu
best = error.subs(w, s / (s**2 + nu))

PREDICTION = Prediction(
    name="waveform",
    title="The weight of invariance drops the latents of a sound in the order of their redraws",
    statement=(
        r"If a pair redraws latent $i$ with probability $q_i$, then under $\beta\,\mathbb{E}\lVert "
        r"h-\tilde h\rVert^2 + \lVert\mathbb{E}hh^\top - I\rVert^2$ every function of latent $i$ has "
        r"the share $\mu_i = \max(0, 1-\beta q_i)$ in the optimum, and a probe that reads $h$ with "
        r"noise of variance $\nu$ has $R^2_i = \mu_i/(\mu_i+\nu)$. Latent $i$ is dropped at "
        r"$\beta = 1/q_i$, the latent that is redrawn most often first."
    ),
    formulas={"kept": kept, "score": score, "threshold": 1 / q},
    identities={
        "a function of one latent is an eigenfunction": single,
        "a product of two latents is an eigenfunction": both,
        "a mode is stationary at its share": sp.diff(mode, s).subs(s, sp.sqrt(kept)),
        "the share vanishes at the threshold": kept.subs(beta, 1 / q),
        "the best probe is stationary": sp.diff(error, w).subs(w, s / (s**2 + nu)),
        "and has the stated score": (1 - best).subs(s, sp.sqrt(kept)) - score,
    },
    conditions=(
        "independent uniform latents on a grid; a pair redraws exactly one, Σ q_i = 1",
        "as many outputs as functions of single latents and the constant together",
        "the largest q_i below every sum of two of them, so that products come after",
        "an encoder that fits every function on the grid",
        "the squared, not the hinged, variance term",
    ),
    source=Source(
        key="cabannes_2023",
        authors="Cabannes, Kiani, Balestriero, LeCun, Bietti",
        year=2023,
        title="The SSL Interplay: Augmentations, Inductive Bias, and Generalization",
        statement="the operator T_β; the spectrum for redrawn latents is derived here",
        evidence=Evidence.DERIVED,
    ),
    not_shown="sounds between the grid points, and the normalised loss of Barlow Twins",
)
