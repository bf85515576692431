"""The spectral contrastive loss, and its form with a weight β of the alignment."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from sith.theory.exactness import positive


@dataclass(frozen=True, slots=True)
class SpectralContrastive:
    """β E‖h(z) − h(z̃)‖² + ‖E hhᵀ − I‖²_F, β > 0.

    β = 1 is −2 E h(z)·h(z̃) + E(h(z)·h(z'))² up to a constant, z' independent of z. In general the
    loss is ‖HH* − T_β‖² up to a constant with T_β = (1 − β)I + βS, so that the optimum is its best
    positive semi-definite approximation of rank k (Eckart–Young): features √μ φ with
    μ = 1 − β + βσ, and a mode with μ ≤ 0 is dropped. Nothing is centred: the constant is a mode.
    Source: HaoChen et al. (2021); with β, Cabannes et al. (2023).
    """

    beta: sp.Rational = sp.Integer(1)

    def __post_init__(self) -> None:
        """Validate β."""
        object.__setattr__(self, "beta", positive(self.beta, "weight β"))

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        if self.beta == 1:
            return r"-2\,\mathbb{E}\,h(z)^\top h(\tilde z)+\mathbb{E}\,(h(z)^\top h(z'))^2"
        return (
            rf"{sp.latex(self.beta)}\,\mathbb{{E}}\,\lVert h(z)-h(\tilde z)\rVert^2"
            r"+\lVert\mathbb{E}\,hh^\top-I\rVert_F^2"
        )

    @property
    def constant_mode(self) -> bool:
        """The constant function is the first mode."""
        return True

    @property
    def shifts(self) -> bool:
        """Second moments are not centred."""
        return False

    @property
    def whitens(self) -> bool:
        """Features carry the scale √μ."""
        return False

    @property
    def optimum_latex(self) -> str:
        """What the optimum is, in LaTeX."""
        scale = r"\mu_i=1-\beta+\beta\sigma_i" if self.beta != 1 else r"\mu_i=\sigma_i"
        return (
            r"h=Q(\sqrt{\mu_1}\varphi_1,\dots,\sqrt{\mu_k}\varphi_k),"
            rf"\quad {scale},\quad S\varphi_i=\sigma_i\varphi_i,"
            r"\quad \sigma_1\ge\dots\ge\sigma_k\text{ the largest}"
        )

    @property
    def idealised(self) -> str:
        """What the loss leaves out of its use in practice."""
        return "regularisation of the encoder, which changes the order of the modes"

    def squared_scale(self, eigenvalue: sp.Rational) -> sp.Rational:
        """Return μ = 1 − β + βσ."""
        return 1 - self.beta + self.beta * eigenvalue

    def __str__(self) -> str:
        """Short name."""
        return f"spectral contrastive, β = {self.beta}"
