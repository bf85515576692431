"""Jacobi diffusions on the unit box: bounded latents with polynomial eigenfunctions."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from sith.theory.assumptions.ornstein_uhlenbeck import contractions
from sith.theory.assumptions.prior import AbstractPrior
from sith.theory.assumptions.space import AbstractSpace, Box
from sith.theory.errors import InputError, UnsupportedCondition
from sith.theory.exactness import rational
from sith.theory.notation import latents


@dataclass(frozen=True, slots=True)
class JacobiDiffusion:
    """Pairs (z_0, z_t) of the diffusion x(1−x)∂² + ((a+1) − (a+b+2)x)∂ in each coordinate of (0,1)^d.

    The stationary law of a coordinate has density ∝ x^a (1−x)^b; a = b = 0 is the uniform law,
    with the Legendre polynomials. The polynomial of degree n has the eigenvalue
    ρ_i^{n(n+s)/g}, s = a+b+1, with g = 2 for odd s and 1 for even s, so that exponents are whole;
    0 < ρ_i < 1 stands for e^{−gt}. `a`, `b` are rational, > −1, and s is a whole number ≥ 0.
    """

    rates: tuple[sp.Rational, ...]
    a: sp.Rational = sp.Integer(0)
    b: sp.Rational = sp.Integer(0)

    def __post_init__(self) -> None:
        """Validate contraction factors and exponents."""
        object.__setattr__(self, "rates", contractions(self.rates, "contraction ρ"))
        for name in ("a", "b"):
            value = rational(getattr(self, name), f"exponent {name}")
            if value <= -1:
                raise InputError(f"exponent {name} = {value}", allowed="a rational number > −1")
            object.__setattr__(self, name, value)
        if not isinstance(self.a + self.b, sp.Integer) or self.a + self.b < -1:
            raise InputError(
                f"a + b = {self.a + self.b}",
                allowed="a whole number ≥ −1, so that the eigenvalues are rational",
            )

    @property
    def dim(self) -> int:
        """Number of coordinates."""
        return len(self.rates)

    def exponent(self, n: int) -> int:
        """Return n(n+s)/g, the power of ρ_i in the eigenvalue of degree n."""
        s = int(self.a + self.b) + 1
        return n * (n + s) // (2 if s % 2 else 1)

    def require_world(self, space: AbstractSpace, prior: AbstractPrior) -> None:
        """Refuse another space or marginal than the stationary one."""
        if space != Box(self.dim):
            raise InputError(f"{self.dim} contractions on the {space}", cure=f"use Box({self.dim})")
        z = latents(self.dim)
        if sp.expand(prior.log_density(z) - self.stationary(z)) != 0:
            raise InputError(
                f"the diffusion keeps the law with log-density {self.stationary(z)}, and the "
                f"prior is {prior}",
                cure="use Uniform() for a = b = 0, else LogDensity(pairs.stationary(z), z)",
            )

    def stationary(self, z: Sequence[sp.Expr]) -> sp.Expr:
        """Return the log-density of the stationary law up to a constant."""
        return sp.Add(*(self.a * sp.log(x) + self.b * sp.log(1 - x) for x in z))

    def log_conditional(self, z: Sequence[sp.Expr], zt: Sequence[sp.Expr]) -> sp.Expr:  # noqa: ARG002
        """Refuse: the conditional density is an infinite series."""
        raise UnsupportedCondition(
            "the conditional density of a Jacobi diffusion is an infinite series",
            cure="use a spectral objective, such as AlignmentWhitening",
        )

    def rational_partner(
        self,
        space: AbstractSpace,
        z: tuple[sp.Rational, ...],  # noqa: ARG002
        rng: random.Random,
    ) -> tuple[sp.Rational, ...]:
        """Draw any point of the space: the support is full."""
        return space.rational_point(rng)

    def standardised(self, z: Sequence[sp.Expr]) -> tuple[sp.Expr, ...]:
        """Return the latents with mean 0 and variance 1."""
        total = self.a + self.b + 2
        mean = (self.a + 1) / total
        variance = (self.a + 1) * (self.b + 1) / (total**2 * (total + 1))
        return tuple(sp.expand((x - mean) / sp.sqrt(variance)) for x in z)

    def __str__(self) -> str:
        """Short name."""
        rates = ", ".join(map(str, self.rates))
        return f"Jacobi diffusion, ρ = ({rates}), a = {self.a}, b = {self.b}"
