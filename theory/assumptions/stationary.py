"""The marginal law that the pairs themselves fix, where it has no density."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from sith.theory.errors import UnsupportedCondition


@dataclass(frozen=True, slots=True)
class Stationary:
    """The common law of both views, as the pairs state it: by node weights, or by moments."""

    needs_law = True

    def log_density(self, point: Sequence[sp.Expr]) -> sp.Expr:  # noqa: ARG002
        """Refuse: the law is known by node weights or moments only."""
        raise UnsupportedCondition(
            "the marginal law is given by node weights or moments, and has no density here",
            cure="use an objective that needs only the pairs' operator, such as SpectralContrastive",
        )

    def __str__(self) -> str:
        """Short name."""
        return "stationary"
