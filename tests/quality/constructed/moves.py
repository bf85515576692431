"""Maps of R^d as numerical functions of high precision, with no part of the engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import mpmath
import sympy as sp

DIGITS = 60
"""Decimal digits of every substitution."""

TINY = mpmath.mpf(10) ** -30
"""What counts as zero: equalities of this size fail by chance in less than one case in 10^20."""

Point = list[mpmath.mpf]


@dataclass(frozen=True, slots=True)
class Move:
    """A map h of R^d. `connected`: a one-parameter family of free maps joins it to the identity."""

    name: str
    apply: Callable[[Sequence[mpmath.mpf]], Point]
    connected: bool = False
    injective: bool = True

    def then(self, other: Move) -> Move:
        """Return the composition, self first."""
        return Move(
            f"{other.name}∘{self.name}",
            lambda p: other.apply(self.apply(p)),
            self.connected and other.connected,
            self.injective and other.injective,
        )


@dataclass(frozen=True, slots=True)
class Affine:
    """z ↦ Mz + b, exact; `connected` as for `Move`."""

    matrix: sp.ImmutableMatrix
    shift: sp.ImmutableMatrix
    connected: bool = False

    def move(self) -> Move:
        """Return the map with its entries as numbers."""
        with mpmath.workdps(DIGITS):
            rows = [[number(x) for x in row] for row in self.matrix.tolist()]
            shift = [number(x) for x in self.shift]
        return Move(
            f"{sp.Matrix(self.matrix).tolist()}z + {list(self.shift)}",
            lambda p: [
                mpmath.fsum(m * x for m, x in zip(row, p, strict=True)) + b
                for row, b in zip(rows, shift, strict=True)
            ],
            self.connected,
        )

    def conjugated(self, matrix: sp.Matrix, centre: sp.Matrix) -> Affine:
        """Return A⁻¹((M(Az + c) + b) − c), the same map in coordinates z with y = Az + c."""
        back = sp.Matrix(matrix).inv()
        new = (back * self.matrix * matrix).applyfunc(sp.radsimp)
        shift = (back * (self.matrix * centre + self.shift - centre)).applyfunc(sp.radsimp)
        return Affine(sp.ImmutableMatrix(new), sp.ImmutableMatrix(shift), self.connected)


def number(x: sp.Expr) -> mpmath.mpf:
    """Return an exact real number at the working precision."""
    x = sp.sympify(x)
    if x.is_Rational:
        return mpmath.mpf(int(x.p)) / int(x.q)
    return mpmath.mpf(sp.N(x, DIGITS + 5))


def linear(rows: Sequence[Sequence[sp.Expr]], *, connected: bool = False) -> Affine:
    """Return z ↦ Mz."""
    matrix = sp.ImmutableMatrix(rows)
    return Affine(matrix, sp.ImmutableMatrix(sp.zeros(matrix.rows, 1)), connected)


def flips(dim: int, which: Sequence[int] | None = None) -> list[Affine]:
    """Return the sign changes of single coordinates."""
    chosen = range(dim) if which is None else which
    return [linear(sp.diag(*(-1 if j == i else 1 for j in range(dim))).tolist()) for i in chosen]


def shifts(dim: int, which: Sequence[int] | None = None) -> list[Affine]:
    """Return unit shifts, which stand for all shifts along the same axes."""
    chosen = range(dim) if which is None else which
    one = sp.ImmutableMatrix(sp.eye(dim))
    return [Affine(one, sp.ImmutableMatrix(sp.eye(dim)[:, i]), True) for i in chosen]


def swap(dim: int, i: int, j: int, scale: sp.Expr = 1) -> list[Affine]:
    """Return y_i ↦ s·y_j, y_j ↦ y_i/s."""
    matrix = sp.eye(dim)
    matrix[i, i] = matrix[j, j] = 0
    matrix[i, j], matrix[j, i] = scale, 1 / sp.sympify(scale)
    return [linear(matrix.tolist())]


def turn(dim: int, i: int, j: int, scale: sp.Expr = 1) -> list[Affine]:
    """Return a rotation of infinite order of y_i² + s²y_j²: it stands for the whole circle."""
    matrix = sp.eye(dim)
    matrix[i, i] = matrix[j, j] = sp.Rational(3, 5)
    matrix[i, j] = -sp.Rational(4, 5) * scale
    matrix[j, i] = sp.Rational(4, 5) / sp.sympify(scale)
    return [linear(matrix.tolist(), connected=True)]


def reflections(dim: int, centre: Sequence[sp.Expr]) -> list[Affine]:
    """Return z_i ↦ 2c_i − z_i, one coordinate at a time."""
    return [
        Affine(f.matrix, sp.ImmutableMatrix([2 * c if i == k else 0 for i, c in enumerate(centre)]))
        for k, f in enumerate(flips(dim))
    ]


def swaps(dim: int) -> list[Affine]:
    """Return the exchanges of neighbouring coordinates."""
    return [s for i in range(dim - 1) for s in swap(dim, i, i + 1)]


def turns(dim: int) -> list[Affine]:
    """Return rotations of infinite order in neighbouring coordinates."""
    return [t for i in range(dim - 1) for t in turn(dim, i, i + 1)]


def unit(dim: int, i: int, j: int, value: int) -> Affine:
    """Return the identity with one entry changed."""
    matrix = sp.eye(dim)
    matrix[i, j] = value
    return linear(matrix.tolist(), connected=True)


def scales(dim: int) -> list[Affine]:
    """Return the doubling of one coordinate, for all scales > 0 of it."""
    return [unit(dim, i, i, 2) for i in range(dim)]


def shears(dim: int) -> list[Affine]:
    """Return z_i ↦ z_i + z_j, for all multiples."""
    return [unit(dim, i, j, 1) for i in range(dim) for j in range(dim) if i != j]
