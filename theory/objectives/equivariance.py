"""Equivariance: the representation moves by a known matrix when the observation is acted upon."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from sith.theory.errors import InputError
from sith.theory.exactness import rational_matrix


@dataclass(frozen=True, slots=True)
class Equivariance:
    """E_a‖h(z̃) − M_a h(z)‖² for the observed action a, over encoders that are invertible.

    `matrices` lists the M_a that the loss demands, in the order of the world's actions; by default
    they are those of the world. Source: Scherr, Guo and Moraitis (2022), efference copies.
    """

    matrices: tuple[sp.ImmutableMatrix, ...] = ()

    def __post_init__(self) -> None:
        """Validate the matrices."""
        if not isinstance(self.matrices, tuple):
            raise InputError(f"matrices = {self.matrices!r}", allowed="a tuple of matrices")
        if not all(isinstance(m, sp.MatrixBase) for m in self.matrices):
            raise InputError("a demand that is not a sympy matrix", allowed="sp.Matrix([[…], […]])")
        table = tuple(
            sp.ImmutableMatrix(rational_matrix(m.tolist(), "matrix of the loss"))
            for m in self.matrices
        )
        object.__setattr__(self, "matrices", table)

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        return r"\mathbb{E}_a\,\lVert h(z_a)-M_a\,h(z)\rVert^2"

    def __str__(self) -> str:
        """Short name."""
        own = ", ".join(str(m.tolist()) for m in self.matrices)
        return f"equivariance under {own}" if own else "equivariance under the world's actions"
