"""Pairs known by moments: what E[φ_i(z)φ_j(z)] and E[φ_i(z)φ_j(z̃)] say of a few functions."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from sith.theory.assumptions.prior import AbstractPrior
from sith.theory.assumptions.space import AbstractSpace, RealSpace
from sith.theory.assumptions.stationary import Stationary
from sith.theory.errors import InputError, UnsupportedCondition
from sith.theory.exactness import exact, rational_matrix

Rows = tuple[tuple[sp.Rational, ...], ...]


@dataclass(frozen=True, slots=True)
class MomentOperator:
    """Pairs by their moments on finitely many polynomials φ_0 = 1, φ_1, …, φ_m of the latents.

    `gram` holds E[φ_i(z)φ_j(z)] and `cross` E[φ_i(z)φ_j(z̃)], rows of rational numbers. Everything
    that is said holds within the span of the functions. A cross-moment that is not symmetric (pairs
    that are not reversible) is replaced by the symmetric part, which is all that E h(z)·h(z̃) sees.
    """

    symbols: tuple[sp.Symbol, ...]
    functions: tuple[sp.Expr, ...]
    gram: Rows
    cross: Rows

    states_law = True

    def __post_init__(self) -> None:
        """Validate the functions and both tables."""
        functions = tuple(exact(f, "function φ") for f in self.functions)
        if not functions or functions[0] != 1:
            raise InputError("the first function is not the constant 1", cure="put 1 first")
        for f in functions:
            if not f.is_polynomial(*self.symbols) or f.free_symbols - set(self.symbols):
                raise InputError(f"function φ = {f}", allowed="polynomials of the latents")
        object.__setattr__(self, "functions", functions)
        for name in ("gram", "cross"):
            table = rational_matrix(getattr(self, name), f"the {name} table")
            if table.shape != (len(functions), len(functions)):
                raise InputError(
                    f"the {name} table is {table.rows}×{table.cols} for {len(functions)} functions"
                )
            object.__setattr__(self, name, tuple(tuple(row) for row in table.tolist()))
        if any(self.gram[i][j] != self.gram[j][i] for i in range(len(self.gram)) for j in range(i)):
            raise InputError("the gram table is not symmetric")
        means = tuple(self.gram[0])
        columns = tuple(row[0] for row in self.cross)
        if self.gram[0][0] != 1 or tuple(self.cross[0]) != means or columns != means:
            raise InputError(
                "both views do not have the same law: the first row and column of cross are not "
                "the means in the first row of gram",
                cure="give moments of a stationary pair, with E[1] = 1",
            )

    @property
    def dim(self) -> int:
        """Number of latent coordinates."""
        return len(self.symbols)

    def require_world(self, space: AbstractSpace, prior: AbstractPrior) -> None:
        """Refuse a space of another dimension, or a prior beside the moments."""
        if space != RealSpace(self.dim):
            raise InputError(
                f"moments in {self.dim} latents on the {space}", cure=f"use RealSpace({self.dim})"
            )
        if not isinstance(prior, Stationary):
            raise InputError(
                f"moments fix the marginal, and the prior is {prior}", cure="use Stationary()"
            )

    def moments(self) -> tuple[tuple[sp.Expr, ...], Rows, Rows]:
        """Return functions, Gram table and cross-moments; the first function is 1."""
        return self.functions, self.gram, self.cross

    def log_conditional(self, z: Sequence[sp.Expr], zt: Sequence[sp.Expr]) -> sp.Expr:  # noqa: ARG002
        """Refuse: only moments are known."""
        raise UnsupportedCondition("only moments of the pairs are known, not their density")

    def rational_partner(
        self,
        space: AbstractSpace,  # noqa: ARG002
        z: tuple[sp.Rational, ...],  # noqa: ARG002
        rng: random.Random,  # noqa: ARG002
    ) -> tuple[sp.Rational, ...]:
        """Refuse: the support is not known."""
        raise UnsupportedCondition("only moments of the pairs are known, not their support")

    def __str__(self) -> str:
        """Short name."""
        return f"moments of {len(self.functions)} functions"
