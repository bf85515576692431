"""Positive pairs: the conditional law of z̃ given z, by its log-density up to a function of z."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from sith.theory.assumptions.abstract_pairs import Point, norm_power
from sith.theory.assumptions.prior import AbstractPrior, check_expression
from sith.theory.assumptions.property_names import Property
from sith.theory.assumptions.space import AbstractSpace, require_real_space
from sith.theory.assumptions.stationary import Stationary
from sith.theory.errors import InputError, UnsupportedCondition
from sith.theory.exactness import exact, positive
from sith.theory.notation import latents


@dataclass(frozen=True, slots=True)
class ExponentialNorm:
    """p(z̃|z) ∝ exp(−λ ‖z̃ − z‖_p^α) on a convex body, p ≥ 1, α > 0 (default α = p)."""

    rate: sp.Rational
    p: sp.Rational
    alpha: sp.Rational = sp.Integer(0)

    properties = frozenset({Property.FULL_SUPPORT})

    def __post_init__(self) -> None:
        """Validate λ, p and α; α = 0 stands for α = p."""
        object.__setattr__(self, "rate", positive(self.rate, "rate λ"))
        p = positive(self.p, "norm exponent p")
        if p < 1:
            raise InputError(f"norm exponent p = {p}", allowed="a rational number ≥ 1")
        object.__setattr__(self, "p", p)
        alpha = p if exact(self.alpha, "power α") == 0 else positive(self.alpha, "power α")
        object.__setattr__(self, "alpha", alpha)

    def require_world(self, space: AbstractSpace, prior: AbstractPrior) -> None:  # noqa: ARG002
        """Refuse the sphere, and other curved spaces."""
        if space.constraints(latents(space.dim)):
            raise InputError(f"pairs '{self}' need a convex body", cure="use Box(d)")

    def log_conditional(self, z: Sequence[sp.Expr], zt: Sequence[sp.Expr]) -> sp.Expr:
        """Return −λ ‖z̃ − z‖_p^α."""
        return -self.rate * norm_power(z, zt, self.p, self.alpha)

    def rational_partner(self, space: AbstractSpace, z: Point, rng: random.Random) -> Point:  # noqa: ARG002
        """Draw any point of the space: the support is full."""
        return space.rational_point(rng)

    def __str__(self) -> str:
        """Short name."""
        return f"exp(−λ‖z̃−z‖_p^α), λ = {self.rate}, p = {self.p}, α = {self.alpha}"


@dataclass(frozen=True, slots=True)
class StyleRedrawn:
    """z = (c, s): the content coordinates are kept, the style coordinates redrawn given them.

    `content` lists the coordinates that both views share. The redrawn style has a positive
    density on an open set that contains the old style, for every style coordinate.
    """

    content: tuple[int, ...]

    properties = frozenset({Property.SHARED_CONTENT})

    def __post_init__(self) -> None:
        """Refuse an empty or repeated list of content coordinates."""
        if not self.content or len(set(self.content)) != len(self.content):
            raise InputError(
                f"content = {self.content}", allowed="a non-empty tuple of distinct coordinates"
            )

    def require_world(self, space: AbstractSpace, prior: AbstractPrior) -> None:  # noqa: ARG002
        """Refuse content that is not a coordinate of the space."""
        outside = [i for i in self.content if not 0 <= i < space.dim]
        if outside:
            raise InputError(f"content coordinate {outside[0]}", allowed=f"0 to {space.dim - 1}")

    def log_conditional(self, z: Sequence[sp.Expr], zt: Sequence[sp.Expr]) -> sp.Expr:  # noqa: ARG002
        """Refuse: the conditional has no density on the latent space."""
        raise InputError(
            "the style-redrawn pair has no density p(z̃|z): content is kept",
            cure="use the objective AlignmentMaxEntropy",
        )

    def rational_partner(self, space: AbstractSpace, z: Point, rng: random.Random) -> Point:
        """Draw a fresh style and keep the content."""
        fresh = space.rational_point(rng)
        return tuple(z[i] if i in self.content else x for i, x in enumerate(fresh))

    def __str__(self) -> str:
        """Short name."""
        return f"content {self.content} kept, style redrawn"


@dataclass(frozen=True, slots=True)
class NoPairs:
    """Single observations: no positive sample, no auxiliary variable."""

    def require_world(self, space: AbstractSpace, prior: AbstractPrior) -> None:
        """Fit every world."""

    def log_conditional(self, z: Sequence[sp.Expr], zt: Sequence[sp.Expr]) -> sp.Expr:  # noqa: ARG002
        """Refuse: there is no pair."""
        raise InputError(
            "the world has no pairs", cure="use the objective Likelihood or Independence"
        )

    def rational_partner(self, space: AbstractSpace, z: Point, rng: random.Random) -> Point:  # noqa: ARG002
        """Draw an independent point."""
        return space.rational_point(rng)

    def __str__(self) -> str:
        """Short name."""
        return "none"


@dataclass(frozen=True, slots=True)
class PairLogDensity:
    """Any conditional of full support, by log p(z̃|z) as a sympy expression in z and z̃."""

    expression: sp.Expr
    z: tuple[sp.Symbol, ...]
    zt: tuple[sp.Symbol, ...]

    properties = frozenset({Property.FULL_SUPPORT})

    def __post_init__(self) -> None:
        """Refuse floats and unknown symbols."""
        check_expression(self.expression, (*self.z, *self.zt), "the log-density of the pair")
        if not self.expression.free_symbols & set(self.zt):
            raise InputError(
                f"the log-density of the pair, {self.expression}, does not depend on z̃",
                cure="pairs that carry no information identify nothing",
            )

    def require_world(self, space: AbstractSpace, prior: AbstractPrior) -> None:  # noqa: ARG002
        """Refuse a space of another dimension."""
        if {len(self.z), len(self.zt)} != {space.dim}:
            raise InputError(f"pairs in {len(self.z)} coordinates for d = {space.dim}")

    def log_conditional(self, z: Sequence[sp.Expr], zt: Sequence[sp.Expr]) -> sp.Expr:
        """Return the expression at (z, z̃)."""
        table = dict(zip((*self.z, *self.zt), (*z, *zt), strict=True))
        return self.expression.xreplace(table)

    def rational_partner(self, space: AbstractSpace, z: Point, rng: random.Random) -> Point:  # noqa: ARG002
        """Draw any point of the space: the support is full."""
        return space.rational_point(rng)

    def __str__(self) -> str:
        """Short name."""
        return f"log p(z̃|z) = {self.expression}"


@dataclass(frozen=True, slots=True)
class ReversibleDiffusion:
    """z̃ is z after some time of dz = ∇log p(z) dt + √2 dB, which keeps the prior p.

    Where p has an end, the diffusion is reflected there.
    """

    def require_world(self, space: AbstractSpace, prior: AbstractPrior) -> None:  # noqa: ARG002
        """Refuse another space than R^d."""
        require_real_space(self, space)

    def log_conditional(self, z: Sequence[sp.Expr], zt: Sequence[sp.Expr]) -> sp.Expr:  # noqa: ARG002
        """Refuse: the conditional of a diffusion has no closed form in general."""
        raise UnsupportedCondition("log p(z̃|z) of a diffusion has no closed form")

    def rational_partner(self, space: AbstractSpace, z: Point, rng: random.Random) -> Point:  # noqa: ARG002
        """Draw any point of the space: the support is full."""
        return space.rational_point(rng)

    def __str__(self) -> str:
        """Short name."""
        return "reversible diffusion"


@dataclass(frozen=True, slots=True)
class LinearlyCorrelated:
    """z̃_i = m(z_i) + η_i with m(z) + E[z_before|z] = 2μz at every z, coordinates independent.

    η_i is an equal mixture of N(±`separation`, `width`²), independent of z, and μ = `correlation`.
    The equation makes z an eigenfunction of S = (T + T*)/2 with eigenvalue μ; the drift m and the
    stationary law solve it together, where there is a solution. The noise is not Gaussian, and so
    by Cramér's theorem neither is the law of z̃ = m(z) + η.
    """

    separation: sp.Rational
    width: sp.Rational
    correlation: sp.Rational

    states_law = True

    def __post_init__(self) -> None:
        """Validate positive numbers, and μ < 1."""
        for name in ("separation", "width", "correlation"):
            object.__setattr__(self, name, positive(getattr(self, name), name))
        if self.correlation >= 1:
            raise InputError(f"correlation μ = {self.correlation}", allowed="0 < μ < 1")

    def require_world(self, space: AbstractSpace, prior: AbstractPrior) -> None:
        """Refuse another space than R^d, and another prior than the pairs' stationary law."""
        require_real_space(self, space)
        if not isinstance(prior, Stationary):
            raise InputError(
                f"a {prior} prior with pairs '{self}'",
                cure="use Stationary(): the pairs state the law",
            )

    def log_conditional(self, z: Sequence[sp.Expr], zt: Sequence[sp.Expr]) -> sp.Expr:  # noqa: ARG002
        """Refuse: the drift has no closed form."""
        raise UnsupportedCondition("the drift m of these pairs has no closed form")

    def rational_partner(self, space: AbstractSpace, z: Point, rng: random.Random) -> Point:  # noqa: ARG002
        """Draw any point of the space: the support is full."""
        return space.rational_point(rng)

    def __str__(self) -> str:
        """Short name."""
        return (
            f"z̃ = m(z) + η with m(z) + E[z_before|z] = {2 * self.correlation} z, "
            f"η = ±{self.separation} + {self.width} N(0, 1)"
        )
