r"""A pair that hardly moves one latent already makes the identity worse than a squeezed map.

Setting: z = (u, v) uniform on S²; the partner has density ∝ exp(κ z·z' − s (u − u')²), so that s = 0
is von Mises–Fisher and s → ∞ keeps u, as in Zaliaduonis et al. (2026); negatives uniform on S².
Loss: InfoNCE of infinitely many negatives, L = −κ A + U, with A = E h(z)·h(z') over pairs and
U = E_z log E_z' exp(κ h(z)·h(z')) over independent points; the temperature is matched, τ = 1/κ.
Prediction: for h_λ = (u, λv)/‖(u, λv)‖ the derivative at λ = 1 is (−u(1 − u²), u² v), so
dA/dλ = E[(u² + u'²) z·z' − 2uu'], and dU/dλ is κ times the same moment under von Mises–Fisher pairs,
which is zero because E[z'|z] is a multiple of z. Where s = ∞ the slope of the loss is
2κ E[u²(1 − z·z')] > 0. For finite s > 0 the moment is evaluated, and is positive as well.
Source: Zaliaduonis et al. (2026), Thm 4.4 to 4.6 for s = ∞; the moments are derived here.
"""

from __future__ import annotations

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

u, partner = sp.symbols("u u_1", real=True)
lam, kappa = sp.symbols("lambda kappa", positive=True)
cosine, inner, shrink = sp.symbols("c p A", real=True)

norm = sp.sqrt(u**2 + lam**2 * (1 - u**2))
moment = (u**2 + partner**2) * inner - 2 * u * partner
frozen = 2 * kappa * u**2 * (1 - u**2) * (1 - cosine)
_field = -u * (1 - u**2) * partner + u**2 * (inner - u * partner)
_other = -partner * (1 - partner**2) * u + partner**2 * (inner - u * partner)

PREDICTION = Prediction(
    name="soft_diversity",
    title="InfoNCE leaves the identity as soon as a latent varies less in the pair",
    statement=(
        r"Along $h_\lambda(u,v) = (u,\lambda v)/\|(u,\lambda v)\|$ at $\lambda=1$ the uniformity is "
        r"stationary, and the alignment has the slope $\mathbb{E}[(u^2+u'^2)\,z^\top z' - 2uu']$. It is 0 "
        r"for von Mises--Fisher pairs. With $u$ kept the loss has the slope "
        r"$2\kappa\,\mathbb{E}[u^2(1-z^\top z')] > 0$: a smaller $\lambda$ is better than the identity. "
        r"Nothing is special about a kept latent: the slope is continuous in the softness."
    ),
    formulas={"moment": moment, "frozen": frozen},
    identities={
        "derivative of the first coordinate": sp.diff(u / norm, lam).subs(lam, 1) + u * (1 - u**2),
        "derivative of the factor of v": sp.diff(lam / norm, lam).subs(lam, 1) - u**2,
        "both derivatives of an inner product add up to the moment": _field + _other - moment,
        "the field's product with the mean partner A z, hence dU/dλ": _field.subs(
            {partner: shrink * u, inner: shrink}
        ),
        "with u kept and z·z' = u² + (1 − u²) c": -kappa
        * moment.subs({inner: u**2 + (1 - u**2) * cosine, partner: u})
        - frozen,
    },
    conditions=(
        "anchors and negatives uniform on S², infinitely many negatives, κτ = 1",
        "the sign at finite s > 0 is from quadrature of the moment, not from a proof",
    ),
    source=Source(
        key="zaliaduonis_2026",
        authors="Zaliaduonis, Putzky, Richter, Gatidis",
        year=2026,
        title="The Loss Is Not Enough: Sampling Conditions and Inductive Bias in Contrastive "
        "Representation Learning",
        statement="Thm 4.4 to 4.6; the moments and soft pairs are derived here",
        evidence=Evidence.READ,
        version="arXiv 2606.04280",
    ),
    not_shown="optima without the symmetry around the axis of u; a proof of the sign for every s",
)
