"""Marginal laws of the latents: uniform, Gaussian, product of named marginals, any log-density."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

import sympy as sp

from sith.theory.errors import InputError
from sith.theory.exactness import exact, positive, rational


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
    HYPERBOLIC_SECANT = "hyperbolic-secant"

    @property
    def symmetric(self) -> bool:
        """Whether the law is symmetric about 0: all are but the uniform law on (0, 1)."""
        return self is not Marginal.UNIFORM

    def log_density(self, x: sp.Expr) -> sp.Expr:
        """Return the log-density of one coordinate up to a constant.

        normal −x²/2; uniform 0 on (0, 1); laplace −|x|; logistic −x − 2 log(1 + e^{−x});
        quartic −x⁴/4 (a sub-Gaussian generalised normal); hyperbolic secant −log(e^x + e^{−x}).
        """
        if self is Marginal.NORMAL:
            return -(x**2) / 2
        if self is Marginal.UNIFORM:
            return sp.Integer(0)
        if self is Marginal.LAPLACE:
            return -sp.Abs(x)
        if self is Marginal.LOGISTIC:
            return -x - 2 * sp.log(1 + sp.exp(-x))
        if self is Marginal.HYPERBOLIC_SECANT:
            return -sp.log(sp.exp(x) + sp.exp(-x))
        return -(x**4) / 4


@dataclass(frozen=True, slots=True)
class Student:
    """Student's law of one coordinate with `freedom` ν > 0 degrees of freedom, unit scale."""

    freedom: sp.Rational

    def __post_init__(self) -> None:
        """Validate ν."""
        object.__setattr__(self, "freedom", positive(self.freedom, "degrees of freedom ν"))

    @property
    def value(self) -> str:
        """Short name."""
        return f"student({self.freedom})"

    @property
    def symmetric(self) -> bool:
        """Whether the law is symmetric about 0: it is."""
        return True

    def log_density(self, x: sp.Expr) -> sp.Expr:
        """Return −(ν + 1)/2 · log(1 + x²/ν)."""
        return -(self.freedom + 1) / 2 * sp.log(1 + x**2 / self.freedom)


@dataclass(frozen=True, slots=True)
class NormalMixture:
    """A mixture of N(m_k, 1) with weights w_k > 0 for one coordinate, at least two distinct means."""

    means: tuple[sp.Rational, ...]
    weights: tuple[sp.Rational, ...] = ()

    def __post_init__(self) -> None:
        """Validate the means, and the weights, which are equal if none are given."""
        means = tuple(rational(m, "mean") for m in self.means)
        if len(means) < 2 or len(set(means)) != len(means):
            raise InputError(f"means = {means}", allowed="at least two distinct rational numbers")
        weights = tuple(positive(w, "weight") for w in self.weights or (1,) * len(means))
        if len(weights) != len(means):
            raise InputError(f"{len(weights)} weights for {len(means)} means")
        total = sp.Add(*weights)
        object.__setattr__(self, "means", means)
        object.__setattr__(self, "weights", tuple(w / total for w in weights))

    @property
    def value(self) -> str:
        """Short name."""
        means = ", ".join(map(str, self.means))
        weights = "" if len(set(self.weights)) == 1 else f"; {', '.join(map(str, self.weights))}"
        return f"normal-mixture({means}{weights})"

    @property
    def symmetric(self) -> bool:
        """Whether the law is symmetric about 0."""
        law = dict(zip(self.means, self.weights, strict=True))
        return all(law.get(-m) == w for m, w in law.items())

    def log_density(self, x: sp.Expr) -> sp.Expr:
        """Return −x²/2 + log Σ w_k exp(m_k x − m_k²/2)."""
        terms = zip(self.means, self.weights, strict=True)
        return -(x**2) / 2 + sp.log(sp.Add(*(w * sp.exp(m * x - m**2 / 2) for m, w in terms)))


AnyMarginal = Marginal | Student | NormalMixture
"""A law of one coordinate."""


@dataclass(frozen=True, slots=True)
class Product:
    """Independent coordinates, each with a marginal of its own."""

    marginals: tuple[AnyMarginal, ...]

    def __post_init__(self) -> None:
        """Refuse an empty product and anything that is not a marginal."""
        if not self.marginals or not all(isinstance(m, AnyMarginal) for m in self.marginals):
            raise InputError(
                f"marginals = {self.marginals!r}",
                allowed="a non-empty tuple of Marginal members, Student or NormalMixture laws, one "
                "per coordinate",
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


def check_expression(expression: Any, symbols: Sequence[sp.Symbol], what: str) -> None:
    """Refuse a float, a non-expression, or a symbol outside `symbols`."""
    stray = exact(expression, what).free_symbols - set(symbols)
    if stray:
        raise InputError(
            f"{what} contains the unknown symbol {min(stray, key=str)}",
            allowed=", ".join(str(s) for s in symbols),
            cure="take the coordinates from sith.theory.pair(dim) or sith.theory.latents(dim)",
        )
