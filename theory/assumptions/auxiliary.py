"""Auxiliary variables: environments that modulate an exponential family, and softmax labels."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from sith.theory.assumptions.prior import AbstractPrior
from sith.theory.assumptions.space import AbstractSpace, require_real_space
from sith.theory.errors import InputError
from sith.theory.exactness import exact, rational
from sith.theory.notation import latents


@dataclass(frozen=True, slots=True)
class ExponentialFamily:
    """p(z|u) ∝ p(z) exp(Σ_ij T_ij(z_i) λ_ij(u)) for environments u, equally likely.

    The world's prior p(z) is the base measure. `statistics[i]` lists the statistics T_ij of latent
    coordinate i, polynomials in that coordinate's symbol of `latents(d)`; `parameters` has one row
    λ(u) for each environment, with the entries in the order T_11, …, T_1k, T_21, ….
    """

    statistics: tuple[tuple[sp.Expr, ...], ...]
    parameters: tuple[tuple[sp.Rational, ...], ...]

    def __post_init__(self) -> None:
        """Validate statistics and parameters; there are at least two environments."""
        if not self.statistics:
            raise InputError("no statistics", allowed="a tuple of statistics per coordinate")
        z = latents(len(self.statistics))
        table = tuple(_coordinate(tuple(own), x) for own, x in zip(self.statistics, z, strict=True))
        object.__setattr__(self, "statistics", table)
        width = sum(len(own) for own in table)
        rows = _rows(self.parameters, width, "natural parameters λ(u)", "environments")
        object.__setattr__(self, "parameters", rows)

    @property
    def dim(self) -> int:
        """Number of latent coordinates d."""
        return len(self.statistics)

    @property
    def flat(self) -> tuple[sp.Expr, ...]:
        """All statistics T(z), in the order of the parameters."""
        return tuple(t for own in self.statistics for t in own)

    @property
    def variability(self) -> sp.ImmutableMatrix:
        """The matrix L with rows λ(u_j) − λ(u_0)."""
        return _differences(self.parameters)

    @property
    def rank(self) -> int:
        """Exact rank of L; variability holds where it equals the number of statistics."""
        return int(self.variability.rank())

    def statistics_at(self, point: Sequence[sp.Expr]) -> tuple[sp.Expr, ...]:
        """Return T at a point."""
        table = dict(zip(latents(self.dim), point, strict=True))
        return tuple(t.xreplace(table) for t in self.flat)

    def exponent(self, environment: int) -> sp.Expr:
        """Return Σ T_ij(z_i) λ_ij(u)."""
        row = self.parameters[environment]
        return sp.Add(*(a * t for a, t in zip(row, self.flat, strict=True)))

    def require_world(self, space: AbstractSpace, prior: AbstractPrior) -> None:  # noqa: ARG002
        """Refuse another space than R^d."""
        require_real_space(self, space, self.dim)

    def log_conditional(self, z: Sequence[sp.Expr], zt: Sequence[sp.Expr]) -> sp.Expr:  # noqa: ARG002
        """Refuse: the auxiliary variable is an environment, not a point."""
        raise InputError(
            "the world pairs z with an environment",
            cure="use the objective EnvironmentClassification or ConditionalLikelihood",
        )

    def rational_partner(self, space: AbstractSpace, z: Any, rng: random.Random) -> Any:  # noqa: ARG002
        """Draw an independent point; the environment needs none."""
        return space.rational_point(rng)

    def __str__(self) -> str:
        """Short name."""
        names = ", ".join(map(str, self.flat))
        return f"{len(self.parameters)} environments, exponential family with T = ({names})"


@dataclass(frozen=True, slots=True)
class SoftmaxLabels:
    """p(y|z) = softmax_y(⟨g_y, z⟩) for rational label vectors g_y: a discriminative model."""

    vectors: tuple[tuple[sp.Rational, ...], ...]

    def __post_init__(self) -> None:
        """Validate the label vectors: at least two, of one length."""
        width = len(self.vectors[0]) if self.vectors else 0
        rows = _rows(self.vectors, width, "label vectors g_y", "labels")
        object.__setattr__(self, "vectors", rows)

    @property
    def dim(self) -> int:
        """Number of latent coordinates d."""
        return len(self.vectors[0])

    @property
    def variability(self) -> sp.ImmutableMatrix:
        """The matrix with rows g_y − g_0."""
        return _differences(self.vectors)

    @property
    def rank(self) -> int:
        """Exact rank of the differences; diversity holds where it equals d."""
        return int(self.variability.rank())

    def require_world(self, space: AbstractSpace, prior: AbstractPrior) -> None:  # noqa: ARG002
        """Refuse another space than R^d."""
        require_real_space(self, space, self.dim)

    def log_conditional(self, z: Sequence[sp.Expr], zt: Sequence[sp.Expr]) -> sp.Expr:  # noqa: ARG002
        """Refuse: the auxiliary variable is a label, not a point."""
        raise InputError(
            "the world pairs z with a label", cure="use the objective EnvironmentClassification"
        )

    def rational_partner(self, space: AbstractSpace, z: Any, rng: random.Random) -> Any:  # noqa: ARG002
        """Draw an independent point; the label needs none."""
        return space.rational_point(rng)

    def __str__(self) -> str:
        """Short name."""
        return f"{len(self.vectors)} labels, p(y|z) = softmax(g_y·z)"


def natural_parameters(count: int, width: int) -> tuple[tuple[sp.Rational, ...], ...]:
    """Return `count` rows λ(u) of `width` entries whose differences from the first have full rank.

    The first row is zero and the others are minus the rows of a Cauchy matrix, all of whose minors
    are non-zero. Entries are not positive, so that even statistics stay normalisable.
    """
    rows = [tuple(-sp.Rational(1, j + k + 1) for k in range(width)) for j in range(count - 1)]
    return ((sp.Integer(0),) * width, *rows)


def _coordinate(statistics: tuple[Any, ...], symbol: sp.Symbol) -> tuple[sp.Expr, ...]:
    """Validate the statistics of one coordinate: polynomials that are independent with 1."""
    if not statistics:
        raise InputError(f"no statistic of {symbol}", allowed="at least one for each coordinate")
    table = []
    for value in statistics:
        statistic = exact(value, f"statistic of {symbol}")
        if statistic.free_symbols - {symbol}:
            raise InputError(
                f"the statistic {statistic} is not one of {symbol} alone",
                allowed=f"polynomials in {symbol}",
                cure="take the symbols from sith.theory.latents(d), one tuple for each coordinate",
            )
        if not statistic.is_polynomial(symbol):
            raise InputError(
                f"the statistic {statistic} is not a polynomial", allowed=f"polynomials in {symbol}"
            )
        table.append(sp.expand(statistic))
    polys = [sp.Poly(t, symbol) for t in table]
    if not all(c.is_Rational for p in polys for c in p.all_coeffs()):
        raise InputError(
            f"a statistic of {symbol} has irrational coefficients", allowed="rational numbers"
        )
    top = max(p.degree() for p in polys)
    if sp.Matrix(
        [[p.coeff_monomial(symbol**k) for k in range(1, top + 1)] for p in polys]
    ).rank() < len(table):
        raise InputError(
            f"the statistics {', '.join(map(str, table))} and 1 are linearly dependent",
            allowed="statistics that are linearly independent with the constants",
        )
    return tuple(table)


def _rows(
    values: Sequence[Sequence[Any]], width: int, what: str, many: str
) -> tuple[tuple[sp.Rational, ...], ...]:
    rows = tuple(tuple(rational(x, f"entry of the {what}") for x in row) for row in values)
    if len(rows) < 2:
        raise InputError(f"{len(rows)} {many}", allowed="at least two")
    wrong = sorted({len(row) for row in rows} - {width})
    if wrong or not width:
        raise InputError(
            f"{what} of length {wrong[0] if wrong else 0}", allowed=f"{max(width, 1)} entries each"
        )
    return rows


def _differences(rows: Sequence[Sequence[sp.Rational]]) -> sp.ImmutableMatrix:
    return sp.ImmutableMatrix(
        [[a - b for a, b in zip(row, rows[0], strict=True)] for row in rows[1:]]
    )
