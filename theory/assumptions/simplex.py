"""The open simplex: proportions of d parts, in R^d."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from sith.theory.assumptions.space import RESOLUTION
from sith.theory.exactness import dimension


@dataclass(frozen=True, slots=True)
class Simplex:
    """z_i > 0 with Σ z_i = 1: proportions of d parts, an open part of a hyperplane of R^d."""

    dim: int

    irreducible = True
    compact = True

    def __post_init__(self) -> None:
        """Validate the number of parts."""
        dimension(self.dim)

    @property
    def intervals(self) -> tuple[int, ...]:
        """All coordinates are confined to (0, 1)."""
        return tuple(range(self.dim))

    @property
    def latex(self) -> str:
        """The space in LaTeX."""
        return rf"\Delta^{{{self.dim - 1}}}"

    def __str__(self) -> str:
        """Short name."""
        return f"simplex of {self.dim} parts"

    def constraints(self, point: Sequence[sp.Expr]) -> tuple[sp.Expr, ...]:
        """Return Σ z_i − 1."""
        return (sp.Add(*point) - 1,)

    def rational_point(self, rng: random.Random) -> tuple[sp.Rational, ...]:
        """Draw positive weights and divide by their sum."""
        weights = [sp.Integer(rng.randrange(1, RESOLUTION)) for _ in range(self.dim)]
        total = sp.Add(*weights)
        return tuple(w / total for w in weights)
