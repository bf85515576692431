"""Alignment under whitening, as far as its optimum is linear or not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LinearOptimum:
    """E‖h(z̃) − h(z)‖² over h with E h = 0 and Cov h = I; the question is whether h is linear.

    The minimisers span the top eigenfunctions of S = (T + T*)/2, (Tφ)(z) = E[φ(z̃)|z], after the
    constant (Ky Fan). The derivation does not treat them; the operator is computed numerically.
    """

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        return (
            r"\mathbb{E}\,\lVert h(\tilde z)-h(z)\rVert^2"
            r"\quad\text{s.t. }\mathbb{E}h=0,\ \operatorname{Cov}h=I"
        )

    def __str__(self) -> str:
        """Short name."""
        return "alignment under whitening"
