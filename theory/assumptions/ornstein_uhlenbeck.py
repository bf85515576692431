"""Ornstein–Uhlenbeck pairs: Gaussian latents, each coordinate with its own correlation."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from sith.theory.assumptions.prior import AbstractPrior, Gaussian
from sith.theory.assumptions.property_names import Property
from sith.theory.assumptions.space import AbstractSpace, RealSpace
from sith.theory.errors import InputError
from sith.theory.exactness import rational


@dataclass(frozen=True, slots=True)
class OrnsteinUhlenbeck:
    """z̃_i = ρ_i z_i + √(1−ρ_i²) η_i with z, η independent and N(0, I), 0 < ρ_i < 1.

    E[He_α(z̃)|z] = Π_i ρ_i^{α_i} He_α(z): the Hermite polynomials are the eigenfunctions (Mehler).
    """

    rates: tuple[sp.Rational, ...]

    properties = frozenset({Property.FULL_SUPPORT})

    def __post_init__(self) -> None:
        """Validate the correlations."""
        object.__setattr__(self, "rates", contractions(self.rates, "correlation ρ"))

    @property
    def dim(self) -> int:
        """Number of coordinates."""
        return len(self.rates)

    def require_world(self, space: AbstractSpace, prior: AbstractPrior) -> None:
        """Refuse another space, or another marginal, than R^d with N(0, I)."""
        if space != RealSpace(self.dim):
            raise InputError(
                f"{self.dim} correlations on the {space}", cure=f"use RealSpace({self.dim})"
            )
        if not isinstance(prior, Gaussian):
            raise InputError(
                f"Ornstein–Uhlenbeck pairs keep N(0, I), and the prior is {prior}",
                cure="use prior=Gaussian()",
            )

    def log_conditional(self, z: Sequence[sp.Expr], zt: Sequence[sp.Expr]) -> sp.Expr:
        """Return −Σ (z̃_i − ρ_i z_i)² / (2 (1 − ρ_i²))."""
        terms = zip(self.rates, z, zt, strict=True)
        return -sp.Add(*((b - r * a) ** 2 / (2 * (1 - r**2)) for r, a, b in terms))

    def rational_partner(
        self,
        space: AbstractSpace,
        z: tuple[sp.Rational, ...],  # noqa: ARG002
        rng: random.Random,
    ) -> tuple[sp.Rational, ...]:
        """Draw any point of the space: the support is full."""
        return space.rational_point(rng)

    def standardised(self, z: Sequence[sp.Expr]) -> tuple[sp.Expr, ...]:
        """Return the latents with mean 0 and variance 1: z itself."""
        return tuple(z)

    def __str__(self) -> str:
        """Short name."""
        return f"Ornstein–Uhlenbeck, ρ = ({', '.join(map(str, self.rates))})"


def contractions(values: Sequence[sp.Rational], what: str) -> tuple[sp.Rational, ...]:
    """Return the values as rational numbers strictly between 0 and 1."""
    if not isinstance(values, tuple | list) or not values:
        raise InputError(f"{what} = {values!r}", allowed="a non-empty tuple, one per coordinate")
    found = tuple(rational(v, what) for v in values)
    for value in found:
        if not 0 < value < 1:
            raise InputError(f"{what} = {value}", allowed="a rational number with 0 < ρ < 1")
    return found
