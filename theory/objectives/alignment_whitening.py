"""Alignment with whitening: agree across views, with covariance I."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

WHITENED_OPTIMUM = (
    r"h=Q(\varphi_1,\dots,\varphi_k),\quad S\varphi_i=\sigma_i\varphi_i,"
    r"\quad S=\tfrac12(T+T^*),\quad \sigma_1\ge\dots\ge\sigma_k\text{ the largest}"
)
"""The optimum that the whitened objectives share."""


@dataclass(frozen=True, slots=True)
class AlignmentWhitening:
    """min E‖h(z) − h(z̃)‖² subject to E h = 0 and Cov h = I.

    Without `centred` the constraint is E hhᵀ = I alone, and a constant output is optimal. The
    optimum is the top eigenspace (Ky Fan). Source: Klindt, LeCun and Balestriero (2026).
    """

    centred: bool = True

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        mean = r"\;\mathbb{E}\,h=0,\;" if self.centred else r"\;"
        return (
            r"\min\;\mathbb{E}\,\lVert h(z)-h(\tilde z)\rVert^2\;\text{s.t.}"
            rf"{mean}\mathbb{{E}}\,hh^\top=I"
        )

    @property
    def constant_mode(self) -> bool:
        """The constant counts where the mean is free."""
        return not self.centred

    @property
    def shifts(self) -> bool:
        """The mean is fixed, or counts as a mode."""
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
        return "a whitening penalty in place of the exact constraint"

    def squared_scale(self, eigenvalue: sp.Rational) -> sp.Rational:  # noqa: ARG002
        """Return 1: whitened features carry no scale."""
        return sp.Integer(1)

    def __str__(self) -> str:
        """Short name."""
        return "alignment + whitening" if self.centred else "alignment + whitening, mean free"
