"""Barlow Twins, idealised: the cross-correlation of whitened features is brought near I."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from sith.theory.objectives.alignment_whitening import WHITENED_OPTIMUM


@dataclass(frozen=True, slots=True)
class BarlowTwins:
    """min ‖C − I‖²_F, C = E[h(z)h(z̃)ᵀ], subject to E h = 0 and Cov h = I.

    For reversible pairs, where C is symmetric. Zero loss needs E[h h̃ᵀ] = I, hence h(z) = h(z̃): where every eigenvalue but that of the constant
    is < 1 it is not attained. C is a compression of S to k orthonormal functions, its eigenvalues
    are at most the top k of S one by one (Cauchy), and (1 − σ)² decreases on [−1, 1]: the minimum
    Σ(1 − σ_i)² is attained exactly on the top eigenspace, in every basis of it.

    The published loss standardises each output alone, without the constraint Cov(h_i, h_j) = 0.
    Then the eigenfunctions are in general *not* the optimum: moving along φ_1 ↦ φ_1 + tφ_2,
    φ_2 ↦ φ_2 + sφ_1 with σ_1 s + σ_2 t = 0 lowers the loss where σ_1²(1 − σ_1) < σ_2²(1 − σ_2).
    Source: Zbontar et al. (2021); as kernel CCA, Balestriero and LeCun (2022).
    """

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        return (
            r"\min\;\lVert \mathbb{E}[h(z)h(\tilde z)^\top]-I\rVert_F^2\;\text{s.t.}\;"
            r"\mathbb{E}\,h=0,\;\mathbb{E}\,hh^\top=I"
        )

    @property
    def constant_mode(self) -> bool:
        """Features are centred."""
        return False

    @property
    def shifts(self) -> bool:
        """The mean is fixed."""
        return False

    @property
    def whitens(self) -> bool:
        """The covariance is the identity."""
        return True

    @property
    def optimum_latex(self) -> str:
        """What the optimum is, in LaTeX."""
        return WHITENED_OPTIMUM

    @property
    def idealised(self) -> str:
        """What the loss leaves out of its use in practice."""
        return (
            "the published loss, which standardises each output without Cov(h_i, h_j) = 0 and "
            "weights the off-diagonal: its optimum is in general another one"
        )

    def squared_scale(self, eigenvalue: sp.Rational) -> sp.Rational:  # noqa: ARG002
        """Return 1: whitened features carry no scale."""
        return sp.Integer(1)

    def __str__(self) -> str:
        """Short name."""
        return "Barlow Twins, whitened"
