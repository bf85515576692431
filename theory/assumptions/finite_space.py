"""A finite latent space: n nodes, written as the one-hot vectors of R^n."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from sith.theory.exactness import dimension


@dataclass(frozen=True, slots=True)
class FiniteSpace:
    """The n nodes e_1, …, e_n of R^n, so that every function of a node is linear: Σ f(e_i) z_i."""

    dim: int

    needs_law = True
    compact = True

    def __post_init__(self) -> None:
        """Validate the number of nodes."""
        dimension(self.dim, what="number of nodes n")

    @property
    def latex(self) -> str:
        """The space in LaTeX."""
        return rf"\{{e_1,\dots,e_{{{self.dim}}}\}}"

    def __str__(self) -> str:
        """Short name."""
        return f"{self.dim} nodes"

    def constraints(self, point: Sequence[sp.Expr]) -> tuple[sp.Expr, ...]:
        """Return z_i² − z_i and Σ z_i − 1."""
        return (*(x**2 - x for x in point), sp.Add(*point) - 1)

    def rational_point(self, rng: random.Random) -> tuple[sp.Rational, ...]:
        """Draw a node."""
        return self.node(rng.randrange(self.dim))

    def node(self, index: int) -> tuple[sp.Rational, ...]:
        """Return the one-hot vector of a node, counted from 0."""
        return tuple(sp.Integer(int(i == index)) for i in range(self.dim))
