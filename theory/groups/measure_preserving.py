"""Measure-preserving maps: every map that leaves a given law of the latents unchanged."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import sympy as sp

from sith.theory.errors import InputError, UnsupportedCondition
from sith.theory.exactness import dimension, exact
from sith.theory.groups.base import AbstractGroup, no, yes
from sith.theory.groups.elementary import monomials, small_nonzero
from sith.theory.groups.maps import Field, Map
from sith.theory.notation import latents
from sith.theory.verdict import Membership


@dataclass(frozen=True, slots=True)
class MeasurePreserving(AbstractGroup):
    """MPA(p): the maps h with p(h(z)) |det J_h(z)| = p(z).

    `log_density` is log p in the coordinates z1, …, zd, up to a constant (default: constant, the
    volume-preserving maps).
    """

    dim: int
    log_density: sp.Expr = sp.Integer(0)

    of_a_law = True
    """Its members are the maps that keep a law, on the space of that law."""

    def __post_init__(self) -> None:
        """Validate the dimension and the log-density."""
        dimension(self.dim)
        expression = exact(self.log_density, "the log-density")
        stray = expression.free_symbols - set(latents(self.dim))
        if stray:
            raise InputError(f"the log-density contains the unknown symbol {min(stray, key=str)}")
        object.__setattr__(self, "log_density", expression)

    @property
    def coordinates(self) -> tuple[sp.Symbol, ...]:
        """The symbols z1, …, zd."""
        return latents(self.dim)

    @property
    def latex(self) -> str:
        """The group in LaTeX."""
        return rf"\mathrm{{MPA}}_{{{self.dim}}}(p)"

    def __str__(self) -> str:
        """Short name."""
        if self.log_density == 0:
            return f"volume-preserving maps of R^{self.dim}"
        return f"measure-preserving maps of p ∝ exp({self.log_density})"

    @property
    def infinite(self) -> bool:
        """Measure-preserving maps form an infinite-dimensional group for d ≥ 2."""
        return True

    def parts(self) -> dict[str, Any]:
        """Return the dimension: the law is the claim's."""
        return {"dim": self.dim}

    def kept_density(self) -> tuple[sp.Expr, ...]:
        """Return the log-density."""
        return (self.log_density,)

    def algebra_basis(self, degree: int) -> tuple[Field, ...]:
        """Return fields ξ_i = Σ_j (∂_j A_ij + A_ij ∂_j log p) with A skew, of degree ≤ `degree`.

        Each such field satisfies ∇log p·ξ + div ξ = 0 by construction. Raises
        `UnsupportedCondition` where ∇log p is not polynomial.
        """
        z = self.coordinates
        score = [sp.diff(self.log_density, x) for x in z]
        if not all(s.is_polynomial(*z) for s in score):
            raise UnsupportedCondition(
                f"∇log p of log p = {self.log_density} is not polynomial",
                cure="use a polynomial log-density",
            )
        found: list[Field] = []
        terms = monomials(z, degree)
        for i, j in combinations(range(self.dim), 2):
            for m in monomials(z, degree + 1):
                parts = [sp.Integer(0)] * self.dim
                parts[i] = sp.expand(sp.diff(m, z[j]) + m * score[j])
                parts[j] = sp.expand(-sp.diff(m, z[i]) - m * score[i])
                if max(sp.Poly(p, *z).total_degree() for p in parts) <= degree:
                    found.append(Field(z, tuple(parts)))
        keys = [sp.Poly(t, *z).monoms()[0] for t in terms]
        rows = [_coefficients(f, keys) for f in found]
        if not rows:
            return ()
        pivots = sp.Matrix(rows).T.rref()[1]
        return tuple(found[i] for i in pivots)

    def families(self, *, inside_box: bool = False) -> tuple[tuple[Field, sp.Expr, str], ...]:
        """Return ξ_i = ∂_j F + F ∂_j log p, ξ_j = −∂_i F − F ∂_i log p for i < j.

        On R^d, and on every domain without holes, these are all fields with div(pξ) = 0.
        """
        z = self.coordinates
        name = sp.Function("F")(*z)
        wall = sp.Mul(*(x * (1 - x) for x in z)) if inside_box else sp.Integer(1)
        found = []
        for i, j in combinations(range(self.dim), 2):
            parts = [sp.Integer(0)] * self.dim
            stream = wall * name
            parts[i] = sp.diff(stream, z[j]) + stream * sp.diff(self.log_density, z[j])
            parts[j] = -sp.diff(stream, z[i]) - stream * sp.diff(self.log_density, z[i])
            weight = "p w F" if inside_box else "p F"
            said = f"p ξ = (∂_{j + 1}, −∂_{i + 1}) ({weight}) in components {i + 1}, {j + 1} for every smooth F"
            said += ", w = Π z_i(1 − z_i)" if inside_box else ""
            found.append((Field(z, tuple(parts)), name, said))
        return tuple(found)

    def in_algebra(self, field: Field) -> Membership:
        """Say whether ∇log p·ξ + div ξ = 0."""
        if field.dim != self.dim or len(field.symbols) != self.dim:
            return no(f"the field does not act on R^{self.dim}")
        change = sp.Add(
            *(
                sp.diff(self.log_density, s) * e + sp.diff(e, s)
                for s, e in zip(field.symbols, field.expressions, strict=True)
            )
        )
        if sp.simplify(change) == 0:
            return yes("∇log p·ξ + div ξ = 0")
        return no("the density changes: ∇log p·ξ + div ξ ≠ 0", field)

    def finite_generators(self) -> tuple[Map, ...]:
        """Return the coordinate swaps and sign flips that preserve the density."""
        z = self.coordinates
        candidates = []
        for i in range(self.dim):
            candidates.append(Map(z, tuple(-x if j == i else x for j, x in enumerate(z))))
        for i in range(self.dim - 1):
            order = list(z)
            order[i], order[i + 1] = order[i + 1], order[i]
            candidates.append(Map(z, tuple(order)))
        return tuple(m for m in candidates if self.contains(m).holds)

    def contains(self, member: Map) -> Membership:
        """Say whether p(h(z)) |det J_h(z)| = p(z), by exact simplification."""
        if member.dim != self.dim or len(member.expressions) != self.dim:
            return no(f"the map does not act on R^{self.dim}")
        table = dict(zip(self.coordinates, member.expressions, strict=True))
        change = sp.simplify(self.log_density.xreplace(table) - self.log_density)
        determinant = sp.simplify(member.jacobian().det())
        if change == 0 and sp.simplify(determinant**2 - 1) == 0:
            return yes("the density and the volume are unchanged")
        if sp.simplify(determinant**2 * sp.exp(2 * change) - 1) == 0:
            return yes("density and volume change by inverse factors")
        return no("p(h(z)) |det J_h(z)| ≠ p(z)", member)

    def sample(self, rng: random.Random) -> Map:
        """Draw a member: a shear for a constant density, a twist for a rotation-invariant one.

        The twist rotates two coordinates by an angle that depends on their norm, so it is neither
        linear nor componentwise. Raises `UnsupportedCondition` for other densities.
        """
        z = self.coordinates
        i, j = rng.sample(range(self.dim), 2)
        factor = small_nonzero(rng)
        if self.log_density == 0:
            sheared = [x + factor * z[j] ** 2 if k == i else x for k, x in enumerate(z)]
            return Map(z, tuple(sheared))
        turned = z[i] * sp.diff(self.log_density, z[j]) - z[j] * sp.diff(self.log_density, z[i])
        if sp.expand(turned) != 0:
            raise UnsupportedCondition(
                f"no sampler of measure-preserving maps for log p = {self.log_density}",
                cure="use a constant density or one that is invariant under rotations",
            )
        angle = factor * (z[i] ** 2 + z[j] ** 2)
        cosine, sine = (1 - angle**2) / (1 + angle**2), 2 * angle / (1 + angle**2)
        twisted = list(z)
        twisted[i] = sp.together(cosine * z[i] - sine * z[j])
        twisted[j] = sp.together(sine * z[i] + cosine * z[j])
        return Map(z, tuple(twisted))


def _coefficients(field: Field, keys: list[tuple[int, ...]]) -> list[sp.Expr]:
    row: list[sp.Expr] = []
    for expression in field.expressions:
        table = sp.Poly(expression, *field.symbols).as_dict()
        row += [table.get(k, sp.Integer(0)) for k in keys]
    return row
