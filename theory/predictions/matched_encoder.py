r"""Pairs that keep a coordinate: which map an encoder class selects.

Setting: z = (u, v) uniform on S², the pair keeps u and turns v on its circle with density
∝ exp(κ v·ṽ); InfoNCE with κτ = 1 and negatives from the whole sphere; s = ‖v‖² = 1 − u².
Classes: h = Az/‖Az‖ ("linear, normalised") contains the rotations and h_λ(u, v) = (u, λv)/‖(u, λv)‖.
Prediction: no rotation is optimal in it. With ρ(x) = I₁(x)/I₀(x) the alignment of h_λ falls in λ
to first order, uniformity does not move, and dL/dλ = 2κ E[s (1 − s)(1 − ρ(κs))] > 0 at λ = 1.
Source: Zaliaduonis, Putzky, Richter, Gatidis (2026), thm 4.5 for h_λ; the slope, the optimum of the
class and its R² are derived here.
"""

from __future__ import annotations

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

lam, s, kappa = sp.symbols("lambda s kappa", positive=True)
rho = sp.Symbol("rho", real=True)

norm = sp.sqrt(1 - s + lam**2 * s)
kept = sp.sqrt(1 - s) / norm
turned = lam * sp.sqrt(s) / norm
alignment = (1 - s + lam**2 * s * rho) / (1 - s + lam**2 * s)
slope = 2 * kappa * s * (1 - s) * (1 - rho)

PREDICTION = Prediction(
    name="matched_encoder",
    title="The encoder class selects the map where pairs keep a coordinate",
    statement=(
        r"Let $z=(u,v)\in S^2$ be uniform, $\tilde u=u$ and $\tilde v$ turned with density "
        r"$\propto e^{\kappa v^\top\tilde v}$, and $s=\|v\|^2$. Over "
        r"$h=Az/\|Az\|$ InfoNCE with $\kappa\tau=1$ is not least at rotations: along "
        r"$h_\lambda=(u,\lambda v)/\|(u,\lambda v)\|$ its slope at $\lambda=1$ is "
        r"$2\kappa\,E[s(1-s)(1-I_1(\kappa s)/I_0(\kappa s))]>0$, and the minimum is at one "
        r"$\lambda^*<1$. Over Möbius maps rotations are least, and more flexible classes go below both."
    ),
    formulas={
        "alignment": alignment,
        "slope": slope,
        "kept": kept,
        "turned": turned,
    },
    identities={
        "the slope is minus kappa times that of the alignment": slope
        + kappa * sp.diff(alignment, lam).subs(lam, 1),
        "h_lambda stays on the sphere": kept**2 + turned**2 - 1,
        "h_lambda moves along the sphere, so that uniformity does not move": sp.diff(
            kept, lam
        ).subs(lam, 1)
        * kept.subs(lam, 1)
        + sp.diff(turned, lam).subs(lam, 1) * turned.subs(lam, 1),
    },
    conditions=(
        "S², one kept coordinate, κτ = 1, negatives from the whole sphere, many of them",
        "z is seen through an invertible linear mixing, so that Az/‖Az‖ is a linear encoder",
        "the population loss: quadrature on rings of equal u, no sampling; κ ≥ 2, where it has converged",
    ),
    source=Source(
        key="zaliaduonis_2026",
        authors="Zaliaduonis, Putzky, Richter, Gatidis",
        year=2026,
        title="The Loss Is Not Enough: Sampling Conditions and Inductive Bias in Contrastive "
        "Representation Learning",
        statement="thm 4.5 and table 1; slope and optimum of the classes derived here",
        evidence=Evidence.DERIVED,
        version="arXiv 2606.04280",
    ),
    not_shown=(
        "that λ* is the only minimum of the linear class, and that rotations are the minimum over "
        "Möbius maps, is found from many starts, and not proved"
    ),
)
