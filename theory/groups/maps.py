"""Exact maps of the latents, and vector fields along them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from sith.theory.errors import InputError
from sith.theory.exactness import exact
from sith.theory.notation import latents


@dataclass(frozen=True, slots=True)
class Map:
    """An exact map of the latents: one sympy expression per output coordinate."""

    symbols: tuple[sp.Symbol, ...]
    expressions: tuple[sp.Expr, ...]

    def __post_init__(self) -> None:
        """Refuse floats."""
        for expression in self.expressions:
            exact(expression, "a map's coordinate")

    @classmethod
    def linear(cls, matrix: sp.Matrix, shift: Sequence[sp.Expr] = ()) -> Map:
        """Return z ↦ Mz + b."""
        z = latents(matrix.cols)
        b = tuple(shift) or (sp.Integer(0),) * matrix.rows
        rows = tuple(
            sp.Add(*(matrix[i, j] * z[j] for j in range(matrix.cols))) + b[i]
            for i in range(matrix.rows)
        )
        return cls(z, rows)

    @classmethod
    def identity(cls, dim: int) -> Map:
        """Return z ↦ z."""
        return cls(latents(dim), latents(dim))

    @property
    def dim(self) -> int:
        """Number of input coordinates."""
        return len(self.symbols)

    def __call__(self, point: Sequence[sp.Expr]) -> tuple[sp.Expr, ...]:
        """Return the image of a point."""
        table = dict(zip(self.symbols, point, strict=True))
        return tuple(e.xreplace(table) for e in self.expressions)

    def after(self, other: Map) -> Map:
        """Return the composition self ∘ other."""
        return Map(other.symbols, self(other.expressions))

    def jacobian(self) -> sp.ImmutableMatrix:
        """Return the Jacobian matrix ∂h_i/∂z_j."""
        return sp.ImmutableMatrix([[sp.diff(e, s) for s in self.symbols] for e in self.expressions])

    def affine_parts(self) -> tuple[sp.ImmutableMatrix, tuple[sp.Expr, ...]]:
        """Return (M, b) with h(z) = Mz + b; raises `InputError` where h is not affine."""
        matrix = self.jacobian().applyfunc(sp.simplify)
        if matrix.free_symbols:
            raise InputError(f"the map {self} is not affine")
        return matrix, self((sp.Integer(0),) * self.dim)

    def __str__(self) -> str:
        """The map as z ↦ (…)."""
        z = ", ".join(map(str, self.symbols))
        return f"({z}) ↦ ({', '.join(map(str, self.expressions))})"


@dataclass(frozen=True, slots=True)
class Field:
    """A vector field ξ along the map h: one expression per output coordinate.

    Computed fields are polynomial; fields that keep a law may hold roots, logarithms and exponentials.
    """

    symbols: tuple[sp.Symbol, ...]
    expressions: tuple[sp.Expr, ...]

    @property
    def dim(self) -> int:
        """Number of output coordinates."""
        return len(self.expressions)

    def linear_parts(self) -> tuple[sp.ImmutableMatrix, tuple[sp.Expr, ...]]:
        """Return (A, b) with ξ(z) = Az + b; raises `InputError` where ξ is not affine."""
        dim = len(self.symbols)
        rows, shift = [], []
        for e in self.expressions:
            if isinstance(e, sp.Expr) and not e.is_polynomial(*self.symbols):
                raise InputError(f"the field {self} is not affine")
            terms = sp.Poly(e, *self.symbols).as_dict()
            if any(sum(powers) > 1 for powers in terms):
                raise InputError(f"the field {self} is not affine")
            units = [tuple(int(i == j) for j in range(dim)) for i in range(dim)]
            rows.append([terms.get(unit, sp.Integer(0)) for unit in units])
            shift.append(terms.get((0,) * dim, sp.Integer(0)))
        return sp.ImmutableMatrix(rows), tuple(shift)

    @classmethod
    def linear(cls, matrix: sp.Matrix) -> Field:
        """Return ξ(z) = Az."""
        image = Map.linear(matrix)
        return cls(image.symbols, image.expressions)

    def __str__(self) -> str:
        """The field as ξ = (…)."""
        return f"ξ = ({', '.join(str(sp.expand(e)) for e in self.expressions)})"
