"""The commutant: the invertible matrices that commute with given ones."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sympy as sp

from sith.theory.errors import InputError
from sith.theory.exactness import rational_matrix
from sith.theory.groups.base import AbstractMatrixGroup, no, yes
from sith.theory.groups.elementary import small_rational
from sith.theory.verdict import Membership

_DRAWS = 8


@dataclass(frozen=True, slots=True)
class Commutant(AbstractMatrixGroup):
    """The invertible M with M A = A M for every given rational matrix A.

    The components are found from a member with as many real eigenvalues as some random members
    show: polynomials in it that are negative at a single real eigenvalue.
    """

    matrices: tuple[sp.ImmutableMatrix, ...]
    _basis: tuple[sp.ImmutableMatrix, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Validate the matrices: at least one, square, rational, of one size."""
        if not self.matrices:
            raise InputError(
                f"Commutant({self.matrices!r})", allowed="a non-empty tuple of rational matrices"
            )
        if not all(isinstance(a, sp.MatrixBase) for a in self.matrices):
            raise InputError("Commutant of something that is not a sympy matrix")
        table = tuple(rational_matrix(a.tolist(), "matrix of an action") for a in self.matrices)
        dim = table[0].rows
        if any(a.shape != (dim, dim) for a in table):
            raise InputError(
                f"matrices of shapes {sorted({a.shape for a in table})}",
                allowed="square matrices of one size",
            )
        # Multiples of the identity commute with everything.
        telling = tuple(sp.ImmutableMatrix(a) for a in table if a != a[0, 0] * sp.eye(dim))
        table = telling or (sp.ImmutableMatrix(sp.eye(dim)),)
        object.__setattr__(self, "matrices", table)
        object.__setattr__(self, "_basis", commuting(table))

    @property
    def dim(self) -> int:
        """Number of coordinates."""
        return int(self.matrices[0].rows)

    @property
    def latex(self) -> str:
        """The group in LaTeX."""
        return rf"\{{{','.join(sp.latex(a) for a in self.matrices)}\}}'"

    def __str__(self) -> str:
        """Short name."""
        return f"commutant of {', '.join(str(a.tolist()) for a in self.matrices)}"

    def parts(self) -> dict[str, Any]:
        """Return the dimension and the matrices."""
        return {"dim": self.dim, "matrices": self.matrices}

    def algebra_matrices(self) -> tuple[sp.ImmutableMatrix, ...]:
        """Return a basis of all commuting matrices."""
        return self._basis

    def generator_matrices(self) -> tuple[sp.ImmutableMatrix, ...]:
        """Return −I and, for each real eigenvalue of a member, one that is negative there alone."""
        rng = random.Random(5)
        drawn = [self.sample_matrix(rng) for _ in range(_DRAWS)]
        x = sp.Symbol("x")
        polys = [sp.Poly(a.charpoly(x).as_expr(), x, domain=sp.QQ).sqf_part() for a in drawn]
        counts = [p.count_roots() for p in polys]
        best = counts.index(max(counts))
        eye = sp.eye(self.dim)
        found = [sp.ImmutableMatrix(-eye)]
        for low, high in _separate(polys[best]):
            found.append(sp.ImmutableMatrix((drawn[best] - low * eye) * (drawn[best] - high * eye)))
        return tuple(found)

    def algebra_matrix(self, matrix: sp.Matrix) -> Membership:
        """Say whether the matrix commutes with the given ones."""
        for a in self.matrices:
            if not (matrix * a - a * matrix).applyfunc(sp.expand).is_zero_matrix:
                return no(f"the matrix does not commute with {a.tolist()}", matrix)
        return yes("commutes with every given matrix")

    def contains_matrix(self, matrix: sp.Matrix) -> Membership:
        """Say whether the matrix is invertible and commutes with the given ones."""
        if sp.simplify(matrix.det()) == 0:
            return no("the determinant is zero", matrix)
        return self.algebra_matrix(matrix)

    def matrix_equations(self, matrix: sp.Matrix) -> tuple[sp.Expr, ...]:
        """Return the entries of M A − A M."""
        return tuple(sp.expand(e) for a in self.matrices for e in matrix * a - a * matrix)

    def sample_matrix(self, rng: random.Random) -> sp.ImmutableMatrix:
        """Draw a combination of the basis, again until it is invertible."""
        while True:
            weights = [small_rational(rng) for _ in self._basis]
            total = sp.zeros(self.dim, self.dim)
            for w, a in zip(weights, self._basis, strict=True):
                total += w * a
            if total.det() != 0:
                return sp.ImmutableMatrix(total)


def commuting(matrices: Sequence[sp.Matrix]) -> tuple[sp.ImmutableMatrix, ...]:
    """Return a basis of the matrices X with X A = A X for all given A."""
    d = matrices[0].rows
    eye = sp.eye(d)
    # Row-major entries of X: vec(XA) = (I ⊗ Aᵀ) vec(X) and vec(AX) = (A ⊗ I) vec(X).
    rows = sp.Matrix.vstack(
        *(
            sp.Matrix(sp.kronecker_product(eye, a.T)) - sp.Matrix(sp.kronecker_product(a, eye))
            for a in map(sp.Matrix, matrices)
        )
    )
    return tuple(sp.ImmutableMatrix(d, d, list(v)) for v in rows.nullspace())


def _separate(poly: sp.Poly) -> list[tuple[sp.Rational, sp.Rational]]:
    """Return rational intervals with no root at an end, each around a single real root."""
    return [_around(poly, low, high) for (low, high), _ in poly.intervals()]


def _around(poly: sp.Poly, low: sp.Rational, high: sp.Rational) -> tuple[sp.Rational, sp.Rational]:
    """Widen an isolating interval a little, so that its ends are no roots."""
    width = sp.Rational(1)
    while True:
        ends = (low - width, high + width)
        if all(poly.eval(e) != 0 for e in ends) and poly.count_roots(*ends) == 1:
            return ends
        width /= 2
        if low != high:
            low, high = poly.refine_root(low, high, steps=1)
