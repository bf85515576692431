"""Positive pairs: the conditional law of z̃ given z, by its log-density up to a function of z."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import sympy as sp

from sith.theory.assumptions.prior import AbstractPrior, check_expression
from sith.theory.assumptions.space import AbstractSpace, Sphere, require_real_space
from sith.theory.assumptions.stationary import Stationary
from sith.theory.errors import InputError, UnsupportedCondition
from sith.theory.exactness import exact, positive

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


@dataclass(frozen=True, slots=True)
class VonMisesFisher:
    """p(z̃|z) ∝ exp(κ z·z̃) on the sphere, κ > 0."""

    concentration: sp.Rational

    def __post_init__(self) -> None:
        """Validate κ."""
        object.__setattr__(self, "concentration", positive(self.concentration, "concentration κ"))

    def require_world(self, space: AbstractSpace, prior: AbstractPrior) -> None:  # noqa: ARG002
        """Refuse a space other than the sphere."""
        if not isinstance(space, Sphere):
            raise InputError(f"pairs '{self}' live on the sphere", cure="use Sphere(d)")

    def log_conditional(self, z: Sequence[sp.Expr], zt: Sequence[sp.Expr]) -> sp.Expr:
        """Return κ z·z̃."""
        return self.concentration * sp.Add(*(a * b for a, b in zip(z, zt, strict=True)))

    def rational_partner(self, space: AbstractSpace, z: Point, rng: random.Random) -> Point:  # noqa: ARG002
        """Draw any point of the space: the support is full."""
        return space.rational_point(rng)

    def __str__(self) -> str:
        """Short name."""
        return f"von Mises–Fisher, κ = {self.concentration}"


@dataclass(frozen=True, slots=True)
class ExponentialNorm:
    """p(z̃|z) ∝ exp(−λ ‖z̃ − z‖_p^α) on a convex body, p ≥ 1, α > 0 (default α = p)."""

    rate: sp.Rational
    p: sp.Rational
    alpha: sp.Rational = sp.Integer(0)

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
        """Refuse the sphere."""
        if isinstance(space, Sphere):
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
class AnisotropicSphere:
    """p(z̃|z) ∝ exp(−(z̃−z)ᵀΛ(z̃−z)) on the sphere, Λ diagonal and positive."""

    weights: tuple[sp.Rational, ...]

    def __post_init__(self) -> None:
        """Validate Λ."""
        weights = tuple(positive(w, "entry of Λ") for w in self.weights)
        object.__setattr__(self, "weights", weights)

    def require_world(self, space: AbstractSpace, prior: AbstractPrior) -> None:  # noqa: ARG002
        """Refuse another space than the sphere of the dimension of Λ."""
        if not isinstance(space, Sphere):
            raise InputError(f"pairs '{self}' live on the sphere", cure="use Sphere(d)")
        if len(self.weights) != space.dim:
            raise InputError(f"{len(self.weights)} entries of Λ for d = {space.dim}")

    def log_conditional(self, z: Sequence[sp.Expr], zt: Sequence[sp.Expr]) -> sp.Expr:
        """Return −(z̃−z)ᵀΛ(z̃−z)."""
        terms = zip(self.weights, z, zt, strict=True)
        return -sp.Add(*(w * (b - a) ** 2 for w, a, b in terms))

    def rational_partner(self, space: AbstractSpace, z: Point, rng: random.Random) -> Point:  # noqa: ARG002
        """Draw any point of the space: the support is full."""
        return space.rational_point(rng)

    def blocks(self) -> tuple[tuple[int, ...], ...]:
        """Return the coordinates grouped by equal entries of Λ."""
        values = sorted(set(self.weights))
        groups = [tuple(i for i, w in enumerate(self.weights) if w == v) for v in values]
        return tuple(sorted(groups))

    def __str__(self) -> str:
        """Short name."""
        return f"anisotropic on the sphere, Λ = diag{tuple(map(str, self.weights))}"


@dataclass(frozen=True, slots=True)
class StyleRedrawn:
    """z = (c, s): the content coordinates are kept, the style coordinates redrawn given them.

    `content` lists the coordinates that both views share. The redrawn style has a positive
    density on an open set that contains the old style, for every style coordinate.
    """

    content: tuple[int, ...]

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
class PartlyKeptSphere:
    """z = (u, v) on the sphere: u is kept in the pair, and p(ṽ|z) ∝ exp(κ z·z̃) on ‖ṽ‖ = ‖v‖.

    `kept` lists the coordinates of u. The support K(z) of the conditional is a sphere in v, not the
    whole latent space.
    """

    concentration: sp.Rational
    kept: tuple[int, ...]

    def __post_init__(self) -> None:
        """Validate κ and the kept coordinates."""
        object.__setattr__(self, "concentration", positive(self.concentration, "concentration κ"))
        if not self.kept or len(set(self.kept)) != len(self.kept):
            raise InputError(
                f"kept = {self.kept}", allowed="a non-empty tuple of distinct coordinates"
            )

    def require_world(self, space: AbstractSpace, prior: AbstractPrior) -> None:  # noqa: ARG002
        """Refuse another space than the sphere, and fewer than two free coordinates."""
        if not isinstance(space, Sphere):
            raise InputError(f"pairs '{self}' live on the sphere", cure="use Sphere(d)")
        if not all(0 <= i < space.dim for i in self.kept):
            raise InputError(f"kept = {self.kept}", allowed=f"0 to {space.dim - 1}")
        if space.dim - len(self.kept) < 2:
            raise InputError(
                f"{len(self.kept)} kept coordinates for d = {space.dim}",
                allowed="at most d − 2, so that the support of a pair is not discrete",
            )

    def log_conditional(self, z: Sequence[sp.Expr], zt: Sequence[sp.Expr]) -> sp.Expr:
        """Return κ z·z̃, for z̃ in K(z)."""
        return self.concentration * sp.Add(*(a * b for a, b in zip(z, zt, strict=True)))

    def rational_partner(self, space: AbstractSpace, z: Point, rng: random.Random) -> Point:
        """Draw a rational point of K(z): v is reflected twice, at random rational directions."""
        free = [i for i in range(len(z)) if i not in self.kept]
        point = list(z)
        for _ in range(2):
            axis = space.rational_point(rng)
            square = sum(axis[i] ** 2 for i in free)
            if square == 0:
                continue
            along = 2 * sum(axis[i] * point[i] for i in free) / square
            for i in free:
                point[i] -= along * axis[i]
        return tuple(point)

    def __str__(self) -> str:
        """Short name."""
        return f"von Mises–Fisher with coordinates {self.kept} kept, κ = {self.concentration}"


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


def norm_power(
    u: Sequence[sp.Expr], v: Sequence[sp.Expr], p: sp.Rational, alpha: sp.Rational
) -> sp.Expr:
    """Return ‖u − v‖_p^α as a sympy expression; even powers are written without absolute values."""
    even = isinstance(p, sp.Integer) and p % 2 == 0
    terms = [(b - a) if even else sp.Abs(b - a) for a, b in zip(u, v, strict=True)]
    total = sp.Add(*(t**p for t in terms))
    return total if alpha == p else total ** (alpha / p)
