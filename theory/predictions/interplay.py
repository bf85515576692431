r"""Augmentation against architecture: a penalty in an RKHS changes the order of the modes.

Setting: ψ = Θφ with k outputs, features φ of a kernel operator K, pairs with operator T; centred.
Loss: β E‖ψ − ψ'‖² + ‖E ψψᵀ − I‖² + λ‖Θ‖².
Prediction: Ψ*Ψ is the part of T_λ = (1 − β)I + βT − (λ/2)K⁻¹ of its k largest positive eigenvalues.
If K and T share modes, mode i has square length μ_i = 1 − β + βσ_i − λ/(2κ_i); modes i and j change
places at λ = 2β(σ_i − σ_j)/(1/κ_i − 1/κ_j), and mode i vanishes at λ = 2κ_i(1 − β + βσ_i).
Source: Cabannes, Kiani, Balestriero, LeCun, Bietti (2023); derived here. With the penalty λ‖Θ‖² beside
‖E ψψᵀ − I‖² the factor is λ/2.
"""

from __future__ import annotations

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

beta, lam, q = sp.symbols("beta lambda q", positive=True)
sigma, sigma_i, sigma_j = sp.symbols("sigma sigma_i sigma_j", real=True)
kappa, kappa_i, kappa_j = sp.symbols("kappa kappa_i kappa_j", positive=True)
rho, z, eta = sp.symbols("rho z eta", real=True)

length = 1 - beta + beta * sigma - lam / (2 * kappa)
crossing = 2 * beta * (sigma_i - sigma_j) / (1 / kappa_i - 1 / kappa_j)
vanishing = 2 * kappa * (1 - beta + beta * sigma)
one_mode = 2 * beta * (1 - sigma) * q + (q - 1) ** 2 + lam * q / kappa

first = {sigma: sigma_i, kappa: kappa_i}
second = {sigma: sigma_j, kappa: kappa_j}
# η standard normal, independent of z: E η = 0 and E η² = 1.
partner = sp.expand((rho * z + sp.sqrt(1 - rho**2) * eta) ** 2 - 1)
given = partner.coeff(eta, 0) + partner.coeff(eta, 2)

PREDICTION = Prediction(
    name="interplay",
    title="Augmentation orders the modes, and a penalty of the architecture reorders them",
    statement=(
        r"The minimisers of $\beta E\|\psi-\psi'\|^2+\|E\psi\psi^\top-I\|^2+\lambda\|\Theta\|^2$ with "
        r"$\psi=\Theta\varphi$ in $k$ dimensions have $\Psi^*\Psi=(T_\lambda)_{+,k}$, "
        r"$T_\lambda=(1-\beta)I+\beta T-\tfrac{\lambda}{2}K^{-1}$. Modes that $K$ and $T$ share change "
        r"places at $\lambda=2\beta(\sigma_i-\sigma_j)/(\kappa_i^{-1}-\kappa_j^{-1})$."
    ),
    formulas={
        "length": length,
        "crossing": crossing,
        "vanishing": vanishing,
        "loss": 1 - length**2,
    },
    identities={
        "the square length is stationary": sp.diff(one_mode, q).subs(q, length),
        "the loss of a mode at its best square length": one_mode.subs(q, length) - (1 - length**2),
        "two modes are equally good at the crossing": (
            length.subs(first) - length.subs(second)
        ).subs(lam, crossing),
        "a mode vanishes": length.subs(lam, vanishing),
        "the second Hermite mode of the pair has eigenvalue rho²": given - rho**2 * (z**2 - 1),
    },
    conditions=(
        "K is positive definite on the features; the exact minimiser, no sampling",
        "the sum of the k largest eigenvalues has no tie",
        "for the crossing: K and T have the same eigenfunctions",
    ),
    source=Source(
        key="cabannes_2023",
        authors="Cabannes, Kiani, Balestriero, LeCun, Bietti",
        year=2023,
        title="The SSL interplay",
        statement="the operator T_λ; factor and crossing derived here",
        evidence=Evidence.DERIVED,
    ),
    not_shown="finite samples, and kernels learned by a network",
)
