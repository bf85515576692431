"""VICReg, idealised: the variance and covariance terms are exact constraints."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from sith.theory.objectives.alignment_whitening import WHITENED_OPTIMUM


@dataclass(frozen=True, slots=True)
class VICReg:
    """min E‖h(z) − h(z̃)‖² subject to Var h_i = 1 and Cov(h_i, h_j) = 0 for i ≠ j.

    The mean is free, so that the loss is blind to shifts. Source: Bardes et al. (2022); as a
    spectral embedding, Balestriero and LeCun (2022).
    """

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        return (
            r"\min\;\mathbb{E}\,\lVert h(z)-h(\tilde z)\rVert^2\;\text{s.t.}\;"
            r"\operatorname{Var}h_i=1,\;\operatorname{Cov}(h_i,h_j)=0"
        )

    @property
    def constant_mode(self) -> bool:
        """Covariances are centred: a constant output has variance 0."""
        return False

    @property
    def shifts(self) -> bool:
        """The mean is free."""
        return True

    @property
    def whitens(self) -> bool:
        """The covariance is the identity."""
        return True

    @property
    def optimum_latex(self) -> str:
        """What the optimum is, in LaTeX."""
        return WHITENED_OPTIMUM.replace(r"\varphi_k)", r"\varphi_k)+b", 1)

    @property
    def idealised(self) -> str:
        """What the loss leaves out of its use in practice."""
        return "the hinge on the standard deviation and a finite weight of the covariance term"

    def squared_scale(self, eigenvalue: sp.Rational) -> sp.Rational:  # noqa: ARG002
        """Return 1: whitened features carry no scale."""
        return sp.Integer(1)

    def __str__(self) -> str:
        """Short name."""
        return "VICReg, exact constraints"
