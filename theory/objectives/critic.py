"""Critics of a contrastive loss: the score of a pair of representations, before the temperature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import sympy as sp

from sith.theory.assumptions import check_expression, norm_power
from sith.theory.errors import InputError
from sith.theory.exactness import exact, positive


class AbstractCritic(Protocol):
    """A score s(u, v) of two representations, with learned parameters or none."""

    def parameters(self, dim: int) -> tuple[sp.Symbol, ...]:
        """Return the symbols of the learned parameters for representations of `dim` coordinates."""
        ...

    def score(self, u: Sequence[sp.Expr], v: Sequence[sp.Expr]) -> sp.Expr:
        """Return s(u, v) as a sympy expression."""
        ...


@dataclass(frozen=True, slots=True)
class InnerProduct:
    """s(u, v) = u·v."""

    def parameters(self, dim: int) -> tuple[sp.Symbol, ...]:  # noqa: ARG002
        """Return no symbols: nothing is learned."""
        return ()

    def score(self, u: Sequence[sp.Expr], v: Sequence[sp.Expr]) -> sp.Expr:
        """Return u·v."""
        return sp.Add(*(a * b for a, b in zip(u, v, strict=True)))

    def __str__(self) -> str:
        """Short name."""
        return "u·v"


@dataclass(frozen=True, slots=True)
class NegativeNorm:
    """s(u, v) = −‖u − v‖_p^α (default α = p)."""

    p: sp.Rational
    alpha: sp.Rational = sp.Integer(0)

    def __post_init__(self) -> None:
        """Validate p ≥ 1 and α > 0; α = 0 stands for α = p."""
        p = positive(self.p, "norm exponent p")
        if p < 1:
            raise InputError(f"norm exponent p = {p}", allowed="a rational number ≥ 1")
        object.__setattr__(self, "p", p)
        alpha = p if exact(self.alpha, "power α") == 0 else positive(self.alpha, "power α")
        object.__setattr__(self, "alpha", alpha)

    def parameters(self, dim: int) -> tuple[sp.Symbol, ...]:  # noqa: ARG002
        """Return no symbols: nothing is learned."""
        return ()

    def score(self, u: Sequence[sp.Expr], v: Sequence[sp.Expr]) -> sp.Expr:
        """Return −‖u − v‖_p^α."""
        return -norm_power(u, v, self.p, self.alpha)

    def __str__(self) -> str:
        """Short name."""
        return f"−‖u−v‖_{self.p}^{self.alpha}"


@dataclass(frozen=True, slots=True)
class LearnedDiagonal:
    """s(u, v) = −(u − v)ᵀ Λ̂ (u − v), Λ̂ diagonal and learned."""

    def parameters(self, dim: int) -> tuple[sp.Symbol, ...]:
        """Return the entries of Λ̂."""
        return tuple(sp.Symbol(f"L{i + 1}", positive=True) for i in range(dim))

    def score(self, u: Sequence[sp.Expr], v: Sequence[sp.Expr]) -> sp.Expr:
        """Return −(u − v)ᵀ Λ̂ (u − v)."""
        weights = self.parameters(len(u))
        return -sp.Add(*(w * (b - a) ** 2 for w, a, b in zip(weights, u, v, strict=True)))

    def __str__(self) -> str:
        """Short name."""
        return "−(u−v)ᵀΛ̂(u−v), Λ̂ learned"


@dataclass(frozen=True, slots=True)
class DynamicsModel:
    """s(u, v) = −‖f̂(u) − v‖²/2 + α(v), with f̂(u) = Âu + ĉ learned and α = log p of the partner.

    Without `shift` ĉ = 0, and without `learned` f̂ is the identity. The correction α is the log-density
    of the partner as kernel density estimation gives it in the limit, so that the optimum compares
    −‖f̂(h(z)) − h(z̃)‖²/2 with log p(z̃|z). Source: Laiz, Schmidt and Schneider (2025).
    """

    shift: bool = True
    learned: bool = True

    def parameters(self, dim: int) -> tuple[sp.Symbol, ...]:
        """Return the entries of Â row by row, then those of ĉ."""
        if not self.learned:
            return ()
        matrix = [sp.Symbol(f"A{i + 1}_{j + 1}", real=True) for i in range(dim) for j in range(dim)]
        shift = [sp.Symbol(f"c{i + 1}", real=True) for i in range(dim)] if self.shift else []
        return (*matrix, *shift)

    def score(self, u: Sequence[sp.Expr], v: Sequence[sp.Expr]) -> sp.Expr:
        """Return −‖f̂(u) − v‖²/2, the score without the correction."""
        dim = len(u)
        images = list(u)
        if self.learned:
            table = self.parameters(dim)
            rows = [table[i * dim : (i + 1) * dim] for i in range(dim)]
            shift = table[dim * dim :] or (sp.Integer(0),) * dim
            images = [
                sp.Add(*(a * x for a, x in zip(row, u, strict=True)), c)
                for row, c in zip(rows, shift, strict=True)
            ]
        return -sp.Add(*((a - b) ** 2 for a, b in zip(images, v, strict=True))) / 2

    def __str__(self) -> str:
        """Short name."""
        model = "u" if not self.learned else "Âu + ĉ" if self.shift else "Âu"
        return f"−‖{model} − v‖²/2 + α(v)"


@dataclass(frozen=True, slots=True)
class ExpressionCritic:
    """Any critic without learned parameters, as a sympy expression in two points."""

    expression: sp.Expr
    u: tuple[sp.Symbol, ...]
    v: tuple[sp.Symbol, ...]

    def __post_init__(self) -> None:
        """Refuse floats and unknown symbols."""
        check_expression(self.expression, (*self.u, *self.v), "the critic")

    def parameters(self, dim: int) -> tuple[sp.Symbol, ...]:  # noqa: ARG002
        """Return no symbols: nothing is learned."""
        return ()

    def score(self, u: Sequence[sp.Expr], v: Sequence[sp.Expr]) -> sp.Expr:
        """Return the expression at (u, v)."""
        table = dict(zip((*self.u, *self.v), (*u, *v), strict=True))
        return self.expression.xreplace(table)

    def __str__(self) -> str:
        """Short name."""
        return str(self.expression)
