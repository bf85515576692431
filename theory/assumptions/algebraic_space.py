"""Latent spaces given by polynomial equations: one's own, and the rotation group SO(3) in R⁹."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sympy as sp

from sith.theory.assumptions.space import inside
from sith.theory.errors import InputError
from sith.theory.exactness import exact

VERIFIED = 4
"""So many drawn points are verified when a space is made, and each one when it is drawn."""

Draw = Callable[[random.Random], Sequence[sp.Expr]]


@dataclass(frozen=True, slots=True)
class AlgebraicSpace:
    """The real zeros of polynomials in R^d, with a way to draw rational points of them.

    `equations` are polynomials with rational coefficients in `coordinates`, d real symbols.
    `points` is a function of a random generator that returns a rational point, or a tuple of points.
    Every point is verified: one that violates an equation is refused. `intervals` lists coordinates
    that are confined to (0, 1) besides. Whether an expression vanishes on the space is decided by a
    Gröbner basis, and by points where it does not; whether the space is irreducible is not known,
    so that bounds which need it are left open.
    """

    equations: tuple[sp.Expr, ...]
    coordinates: tuple[sp.Symbol, ...]
    points: Draw | tuple[tuple[sp.Rational, ...], ...]
    name: str = "algebraic space"
    intervals: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is not a polynomial in the coordinates, and points off the space."""
        coordinates = tuple(self.coordinates)
        known = set(coordinates)
        for e in self.equations:
            value = exact(e, f"an equation of the {self.name}")
            stray = value.free_symbols - known
            if stray:
                raise InputError(
                    f"the equation {value} = 0 of the {self.name} has the unknown symbol "
                    f"{min(stray, key=str)}",
                    allowed=", ".join(map(str, coordinates)),
                )
            rational = value.is_polynomial(*coordinates) and all(
                c.is_Rational for c in sp.Poly(value, *coordinates).coeffs()
            )
            if not rational:
                raise InputError(
                    f"the equation {value} = 0 of the {self.name}",
                    allowed="polynomials with rational coefficients",
                )
        if any(not 0 <= i < len(coordinates) for i in self.intervals):
            raise InputError(
                f"intervals = {self.intervals} of the {self.name}",
                allowed=f"coordinates 0 to {len(coordinates) - 1}",
            )
        object.__setattr__(self, "equations", tuple(self.equations))
        object.__setattr__(self, "coordinates", coordinates)
        if not callable(self.points):
            given = tuple(tuple(exact(x, "a point") for x in p) for p in self.points)
            if not given:
                raise InputError(f"no points of the {self.name}", cure="give rational points")
            object.__setattr__(self, "points", given)
            for point in given:
                self._verified(point)
        rng = random.Random(0)
        for _ in range(VERIFIED):
            self.rational_point(rng)

    @property
    def dim(self) -> int:
        """Number of coordinates d."""
        return len(self.coordinates)

    @property
    def latex(self) -> str:
        """The space in LaTeX."""
        said = ",\\ ".join(f"{sp.latex(e)}=0" for e in self.equations)
        return rf"\{{{said}\}}"

    def __str__(self) -> str:
        """Short name."""
        return self.name

    def constraints(self, point: Sequence[sp.Expr]) -> tuple[sp.Expr, ...]:
        """Return the equations at a point."""
        table = dict(zip(self.coordinates, point, strict=True))
        return tuple(e.xreplace(table) for e in self.equations)

    def rational_point(self, rng: random.Random) -> tuple[sp.Rational, ...]:
        """Draw a point; raises `InputError` for one that is not a rational point of the space."""
        drawn = self.points(rng) if callable(self.points) else rng.choice(self.points)
        return self._verified(drawn)

    def _verified(self, drawn: Sequence[sp.Expr]) -> tuple[sp.Rational, ...]:
        point = tuple(exact(x, f"a coordinate of a point of the {self.name}") for x in drawn)
        shown = f"({', '.join(map(str, point))})"
        if len(point) != self.dim or not all(x.is_Rational for x in point):
            raise InputError(
                f"{shown} is not a rational point of the {self.name}",
                allowed=f"{self.dim} rational numbers",
            )
        for e, value in zip(self.equations, self.constraints(point), strict=True):
            if sp.expand(value) != 0:
                raise InputError(
                    f"the point {shown} violates {e} = 0 of the {self.name}: the value is {value}",
                    cure="correct the equation, or how points are drawn",
                )
        if not inside(self, point):
            raise InputError(f"the point {shown} of the {self.name} leaves an interval (0, 1)")
        return point


@dataclass(frozen=True, slots=True)
class RotationGroup:
    """SO(3) in R⁹: the rotation matrices, row by row. It is connected, smooth and compact."""

    dim = 9
    intervals = ()
    irreducible = True
    compact = True

    @property
    def latex(self) -> str:
        """The space in LaTeX."""
        return "SO(3)"

    def __str__(self) -> str:
        """Short name."""
        return "rotation group SO(3)"

    def constraints(self, point: Sequence[sp.Expr]) -> tuple[sp.Expr, ...]:
        """Return the entries of MᵀM − I and MMᵀ − I, those of cof(M) − M, and det M − 1."""
        m = sp.Matrix(3, 3, list(point))
        one = sp.eye(3)
        grams = [g for a in (m.T * m - one, m * m.T - one) for g in _upper(a)]
        cofactors = m.cofactor_matrix() - m
        return tuple(sp.expand(e) for e in (*grams, *cofactors, m.det() - 1))

    def rational_point(self, rng: random.Random) -> tuple[sp.Rational, ...]:
        """Draw a rotation by a unit quaternion with rational entries."""
        a, b, c, d = (sp.Integer(rng.choice([x for x in range(-9, 10) if x])) for _ in range(4))
        n = a * a + b * b + c * c + d * d
        return (
            (a * a + b * b - c * c - d * d) / n,
            2 * (b * c - a * d) / n,
            2 * (b * d + a * c) / n,
            2 * (b * c + a * d) / n,
            (a * a - b * b + c * c - d * d) / n,
            2 * (c * d - a * b) / n,
            2 * (b * d - a * c) / n,
            2 * (c * d + a * b) / n,
            (a * a - b * b - c * c + d * d) / n,
        )


def _upper(matrix: sp.Matrix) -> list[sp.Expr]:
    return [matrix[i, j] for i in range(3) for j in range(i, 3)]
