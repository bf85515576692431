"""Marginal laws of the latents: uniform, Gaussian, product of named marginals, any log-density."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

import sympy as sp

from theory.errors import InputError, UnsupportedCondition
from theory.exact import exact, rational


class AbstractPrior(Protocol):
    """A law of the latents, by its log-density up to an additive constant."""

    def log_density(self, point: Sequence[sp.Expr]) -> sp.Expr:
        """Return log p(z) up to a constant, exactly."""
        ...


@dataclass(frozen=True, slots=True)
class Uniform:
    """The uniform law on a bounded latent space (sphere or box)."""

    def log_density(self, point: Sequence[sp.Expr]) -> sp.Expr:  # noqa: ARG002
        """Return 0."""
        return sp.Integer(0)

    def __str__(self) -> str:
        """Short name."""
        return "uniform"


@dataclass(frozen=True, slots=True)
class Gaussian:
    """The standard Gaussian N(0, I)."""

    def log_density(self, point: Sequence[sp.Expr]) -> sp.Expr:
        """Return −‖z‖²/2."""
        return -sp.Add(*(x**2 for x in point)) / 2

    def __str__(self) -> str:
        """Short name."""
        return "standard Gaussian"


class Marginal(Enum):
    """Named laws of one coordinate, all centred, at unit scale parameter."""

    NORMAL = "normal"
    UNIFORM = "uniform"
    LAPLACE = "laplace"
    LOGISTIC = "logistic"
    QUARTIC = "quartic"

    def log_density(self, x: sp.Expr) -> sp.Expr:
        """Return the log-density of one coordinate up to a constant.

        normal −x²/2; uniform 0 on (0, 1); laplace −|x|; logistic −x − 2 log(1 + e^{−x});
        quartic −x⁴/4 (a sub-Gaussian generalised normal).
        """
        if self is Marginal.NORMAL:
            return -(x**2) / 2
        if self is Marginal.UNIFORM:
            return sp.Integer(0)
        if self is Marginal.LAPLACE:
            return -sp.Abs(x)
        if self is Marginal.LOGISTIC:
            return -x - 2 * sp.log(1 + sp.exp(-x))
        return -(x**4) / 4


@dataclass(frozen=True, slots=True)
class Product:
    """Independent coordinates, each with a named marginal."""

    marginals: tuple[Marginal, ...]

    def __post_init__(self) -> None:
        """Refuse an empty product and anything that is not a `Marginal`."""
        if not self.marginals or not all(isinstance(m, Marginal) for m in self.marginals):
            raise InputError(
                f"marginals = {self.marginals!r}",
                allowed="a non-empty tuple of Marginal members, one per coordinate",
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

    def log_density(self, point: Sequence[sp.Expr]) -> sp.Expr:  # noqa: ARG002
        """Return 0, the log-density in the counting measure on the atoms, up to a constant."""
        return sp.Integer(0)

    def __str__(self) -> str:
        """Short name."""
        return f"{len(self.points)} equally likely points"


@dataclass(frozen=True, slots=True)
class Stationary:
    """The stationary law of the pairs; it has no closed form."""

    def log_density(self, point: Sequence[sp.Expr]) -> sp.Expr:  # noqa: ARG002
        """Refuse: the law is known by computation only."""
        raise UnsupportedCondition("the stationary law of the pairs has no closed form")

    def __str__(self) -> str:
        """Short name."""
        return "stationary"


def check_expression(expression: Any, symbols: Sequence[sp.Symbol], what: str) -> None:
    """Refuse a float, a non-expression, or a symbol outside `symbols`."""
    stray = exact(expression, what).free_symbols - set(symbols)
    if stray:
        raise InputError(
            f"{what} contains the unknown symbol {min(stray, key=str)}",
            allowed=", ".join(str(s) for s in symbols),
            cure="take the coordinates from theory.pair(dim) or theory.latents(dim)",
        )
