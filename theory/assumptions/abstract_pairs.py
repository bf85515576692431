"""What a law of positive pairs offers."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Protocol

import sympy as sp

from sith.theory.assumptions.prior import AbstractPrior
from sith.theory.assumptions.space import AbstractSpace

Point = tuple[sp.Rational, ...]


class AbstractPairs(Protocol):
    """A law of positive pairs."""

    def require_world(self, space: AbstractSpace, prior: AbstractPrior) -> None:
        """Raise `InputError` for a latent space or a prior that the law does not fit."""
        ...

    def log_conditional(self, z: Sequence[sp.Expr], zt: Sequence[sp.Expr]) -> sp.Expr:
        """Return log p(z̃|z) up to an additive function of z."""
        ...

    def rational_partner(self, space: AbstractSpace, z: Point, rng: random.Random) -> Point:
        """Draw a rational point in the support of p(·|z)."""
        ...


def norm_power(
    u: Sequence[sp.Expr], v: Sequence[sp.Expr], p: sp.Rational, alpha: sp.Rational
) -> sp.Expr:
    """Return ‖u − v‖_p^α as a sympy expression; even powers are written without absolute values."""
    even = isinstance(p, sp.Integer) and p % 2 == 0
    terms = [(b - a) if even else sp.Abs(b - a) for a, b in zip(u, v, strict=True)]
    total = sp.Add(*(t**p for t in terms))
    return total if alpha == p else total ** (alpha / p)
