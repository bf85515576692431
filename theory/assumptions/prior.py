"""Marginal laws of the latents: uniform, Gaussian, product of named marginals, any log-density."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import sympy as sp

from sith.theory.assumptions.marginals import AnyMarginal
from sith.theory.assumptions.parts import parts_of, unbounded_flat
from sith.theory.assumptions.property_names import Property
from sith.theory.assumptions.space import AbstractSpace, RealSpace, Sphere
from sith.theory.errors import InputError
from sith.theory.exactness import exact, rational
from sith.theory.notation import latents


class AbstractPrior(Protocol):
    """A law of the latents, by its log-density up to an additive constant."""

    def log_density(self, point: Sequence[sp.Expr]) -> sp.Expr:
        """Return log p(z) up to a constant, exactly."""
        ...


@dataclass(frozen=True, slots=True)
class Uniform:
    """The uniform law on a bounded latent space (sphere or box)."""

    properties = frozenset({Property.UNIFORM_MARGINAL})
    factors = True

    def require_space(self, space: AbstractSpace) -> None:
        """Refuse R^d and its affine subspaces, which have no uniform law."""
        if isinstance(space, RealSpace) or parts_of(space).lines or unbounded_flat(space):
            raise InputError(
                f"there is no uniform law on {'R^d' if isinstance(space, RealSpace) else space}",
                cure="use Box(d), or a Gaussian prior",
            )

    def log_density(self, point: Sequence[sp.Expr]) -> sp.Expr:  # noqa: ARG002
        """Return 0."""
        return sp.Integer(0)

    def __str__(self) -> str:
        """Short name."""
        return "uniform"


@dataclass(frozen=True, slots=True)
class Gaussian:
    """The standard Gaussian N(0, I)."""

    factors = True

    def require_space(self, space: AbstractSpace) -> None:
        """Refuse the sphere."""
        _not_on_the_sphere(self, space)

    def log_density(self, point: Sequence[sp.Expr]) -> sp.Expr:
        """Return −‖z‖²/2."""
        return -sp.Add(*(x**2 for x in point)) / 2

    def __str__(self) -> str:
        """Short name."""
        return "standard Gaussian"


@dataclass(frozen=True, slots=True)
class Product:
    """Independent coordinates, each with a marginal of its own. Spaces: see `ProductSpace`."""

    marginals: tuple[AnyMarginal, ...]

    factors = True

    def __post_init__(self) -> None:
        """Refuse an empty product and anything that is not a marginal."""
        if not self.marginals or not all(isinstance(m, AnyMarginal) for m in self.marginals):
            raise InputError(
                f"marginals = {self.marginals!r}",
                allowed="a non-empty tuple of Marginal members, Student or NormalMixture laws, one "
                "per coordinate",
                cure="a product of spaces is ProductSpace(Sphere(2), Box(1))",
            )

    def require_space(self, space: AbstractSpace) -> None:
        """Refuse the sphere, and another number of marginals than coordinates."""
        _not_on_the_sphere(self, space)
        if len(self.marginals) != space.dim:
            raise InputError(
                f"{len(self.marginals)} marginals for d = {space.dim}",
                cure="give one per coordinate",
            )

    def log_density(self, point: Sequence[sp.Expr]) -> sp.Expr:
        """Return the sum of the marginal log-densities."""
        return sp.Add(*(m.log_density(x) for m, x in zip(self.marginals, point, strict=True)))

    def __str__(self) -> str:
        """Short name."""
        return " × ".join(m.value for m in self.marginals)


@dataclass(frozen=True, slots=True)
class LogDensity:
    """Any law, by its log-density as a sympy expression in given coordinates."""

    expression: sp.Expr
    coordinates: tuple[sp.Symbol, ...]

    def __post_init__(self) -> None:
        """Refuse floats and symbols that are not coordinates."""
        check_expression(self.expression, self.coordinates, "the log-density of the prior")

    def require_space(self, space: AbstractSpace) -> None:
        """Refuse another number of coordinates than the space's."""
        if len(self.coordinates) != space.dim:
            raise InputError(f"a prior in {len(self.coordinates)} coordinates for d = {space.dim}")

    def log_density(self, point: Sequence[sp.Expr]) -> sp.Expr:
        """Return the expression at `point`."""
        return self.expression.xreplace(dict(zip(self.coordinates, point, strict=True)))

    def __str__(self) -> str:
        """Short name."""
        return f"log p(z) = {self.expression}"


@dataclass(frozen=True, slots=True)
class Atoms:
    """Finitely many latents, equally likely, such as one for each class."""

    points: tuple[tuple[sp.Rational, ...], ...]

    def __post_init__(self) -> None:
        """Validate the points: at least two, different, rational and of one length."""
        rows = tuple(tuple(rational(x, "coordinate of an atom") for x in p) for p in self.points)
        if len(set(rows)) < max(2, len(rows)) or len({len(p) for p in rows}) != 1:
            raise InputError(
                f"{len(rows)} atoms, {len(set(rows))} of them different",
                allowed="at least two different rational points of one length",
            )
        object.__setattr__(self, "points", rows)

    def require_space(self, space: AbstractSpace) -> None:
        """Refuse points that are not in the space."""
        if len(self.points[0]) != space.dim or any(
            c != 0 for p in self.points for c in space.constraints(p)
        ):
            raise InputError(f"atoms of {len(self.points[0])} coordinates that are not in {space}")

    def log_density(self, point: Sequence[sp.Expr]) -> sp.Expr:  # noqa: ARG002
        """Return 0, the log-density in the counting measure on the atoms, up to a constant."""
        return sp.Integer(0)

    def __str__(self) -> str:
        """Short name."""
        return f"{len(self.points)} equally likely points"


def _not_on_the_sphere(prior: AbstractPrior, space: AbstractSpace) -> None:
    if space.constraints(latents(space.dim)):
        where = "the sphere" if isinstance(space, Sphere) else f"the {space}"
        raise InputError(f"a {prior} prior does not live on {where}", cure="use Uniform()")


def check_expression(expression: Any, symbols: Sequence[sp.Symbol], what: str) -> None:
    """Refuse a float, a non-expression, or a symbol outside `symbols`."""
    stray = exact(expression, what).free_symbols - set(symbols)
    if stray:
        raise InputError(
            f"{what} contains the unknown symbol {min(stray, key=str)}",
            allowed=", ".join(str(s) for s in symbols),
            cure="take the coordinates from sith.theory.pair(dim) or sith.theory.latents(dim)",
        )
