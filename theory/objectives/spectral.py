"""What the spectral objectives share: their optimum is a top eigenspace of the pairs' operator."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import sympy as sp


@runtime_checkable
class SpectralObjective(Protocol):
    """A loss whose optima are h = Q(√μ_1 φ_1, …, √μ_k φ_k), Q ∈ O(k), φ the top eigenfunctions.

    The φ_i are orthonormal eigenfunctions of S = (T + T*)/2, (Tφ)(z) = E[φ(z̃)|z].
    """

    @property
    def constant_mode(self) -> bool:
        """Whether the constant function, of eigenvalue 1, counts as a mode."""
        ...

    @property
    def shifts(self) -> bool:
        """Whether the loss is blind to h ↦ h + b."""
        ...

    @property
    def whitens(self) -> bool:
        """Whether the covariance of h is the identity, so that no mode can be dropped."""
        ...

    @property
    def optimum_latex(self) -> str:
        """What the optimum is, in LaTeX."""
        ...

    @property
    def idealised(self) -> str:
        """What the loss leaves out of its use in practice."""
        ...

    def squared_scale(self, eigenvalue: sp.Rational) -> sp.Rational:
        """Return μ for an eigenvalue; a mode with μ ≤ 0 is dropped."""
        ...
