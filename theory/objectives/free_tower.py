"""Critics with a second encoder, or a predictor, that is free: any function of the first observation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import sympy as sp

from sith.theory.errors import UnsupportedCondition


class _FreeFunction:
    """What critics with a free function of the first observation answer alike."""

    __slots__ = ()

    def parameters(self, dim: int) -> tuple[sp.Symbol, ...]:  # noqa: ARG002
        """Return no symbols: F is a function, and its coefficients depend on the world."""
        return ()

    def score(self, u: Sequence[sp.Expr], v: Sequence[sp.Expr]) -> sp.Expr:  # noqa: ARG002
        """Refuse: F is a function of the observation, not of its representation by h."""
        raise UnsupportedCondition(f"a score of two representations for the critic {self}")


@dataclass(frozen=True, slots=True)
class SecondTower(_FreeFunction):
    """s(x, v) = F(x)·v, F a second encoder with values in the output space of the first.

    The first observation may come from another modality: F is learned without restriction, and what
    is claimed is the encoder h of the second observation.
    """

    corrected: ClassVar[bool] = False
    """Whether a correction of the score absorbs log p(z̃)."""

    def own(self, v: Sequence[sp.Expr]) -> sp.Expr:  # noqa: ARG002
        """Return the part of the score that depends on v alone, which is 0."""
        return sp.Integer(0)

    def __str__(self) -> str:
        """Short name."""
        return "F(x)·v, F free"


@dataclass(frozen=True, slots=True)
class FreePredictor(_FreeFunction):
    """s(x, v) = −‖F(x) − v‖²/2 + α(v), F any function of the first observation, α = log p of v.

    α is the log-density of the partner as kernel density estimation gives it in the limit, so that
    the optimum compares −‖F(x) − h(z̃)‖²/2 with log p(z̃|z). Source: González Laiz, Schmidt and
    Schneider (2025), where F is a dynamics model after the encoder.
    """

    corrected: ClassVar[bool] = True
    """Whether a correction of the score absorbs log p(z̃)."""

    def own(self, v: Sequence[sp.Expr]) -> sp.Expr:
        """Return −‖v‖²/2, the part of the score that depends on v alone."""
        return -sp.Add(*(b**2 for b in v)) / 2

    def __str__(self) -> str:
        """Short name."""
        return "−‖F(x) − v‖²/2 + α(v), F free"
