"""The orthogonal group, of the standard inner product or of a given quadratic form."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import sympy as sp

from sith.theory.errors import InputError
from sith.theory.exactness import dimension, rational_matrix
from sith.theory.groups.base import AbstractMatrixGroup, no, yes
from sith.theory.groups.elementary import small_rational, unit
from sith.theory.verdict import Membership


@dataclass(frozen=True, slots=True)
class Orthogonal(AbstractMatrixGroup):
    """O(d), or with `form` = S the matrices with MᵀSM = S, S symmetric positive definite.

    The second is the conjugate S^{−1/2} O(d) S^{1/2}.
    """

    dim: int
    form: sp.ImmutableMatrix | None = None

    def __post_init__(self) -> None:
        """Validate the dimension and the form; the identity form is stored as no form."""
        dimension(self.dim, least=1)
        if self.form is None:
            return
        if not isinstance(self.form, sp.MatrixBase):
            raise InputError(
                f"form = {self.form!r}", allowed="a sympy matrix, Matrix([[2, 1], [1, 3]])"
            )
        form = rational_matrix(self.form.tolist(), "the quadratic form S")
        if form.shape != (self.dim, self.dim) or not form.is_symmetric():
            raise InputError(
                f"the quadratic form S is not a symmetric {self.dim}×{self.dim} matrix"
            )
        if any(form[: k + 1, : k + 1].det() <= 0 for k in range(self.dim)):
            raise InputError("the quadratic form S is not positive definite")
        scaled = sp.ImmutableMatrix(form / form[0, 0])
        object.__setattr__(self, "form", None if scaled == sp.eye(self.dim) else scaled)

    @property
    def matrix(self) -> sp.ImmutableMatrix:
        """The quadratic form S as a matrix, scaled so that its first entry is 1."""
        return sp.ImmutableMatrix(sp.eye(self.dim)) if self.form is None else self.form

    @property
    def latex(self) -> str:
        """The group in LaTeX."""
        return f"O({self.dim})" if self.form is None else rf"O({self.dim}; {sp.latex(self.form)})"

    def __str__(self) -> str:
        """Short name."""
        return f"O({self.dim})" if self.form is None else f"O({self.dim}; S = {self.form.tolist()})"

    def component_count(self) -> int:
        """Return 2: the sign of the determinant."""
        return 2

    def parts(self) -> dict[str, Any]:
        """Return the dimension and, unless it is the identity, the form."""
        return {"dim": self.dim} | ({} if self.form is None else {"form": self.form})

    def algebra_matrices(self) -> tuple[sp.ImmutableMatrix, ...]:
        """Return S^{−1} times the skew-symmetric matrix units."""
        d = self.dim
        skew = [unit(i, j, d) - unit(j, i, d) for i, j in combinations(range(d), 2)]
        if self.form is not None:
            inverse = self.form.inv()
            skew = [inverse * a for a in skew]
        return tuple(sp.ImmutableMatrix(a) for a in skew)

    def generator_matrices(self) -> tuple[sp.ImmutableMatrix, ...]:
        """Return one reflection."""
        v = sp.Matrix([int(i == 0) for i in range(self.dim)])
        s = self.matrix
        reflection = sp.eye(self.dim) - 2 * v * v.T * s / (v.T * s * v)[0]
        return (sp.ImmutableMatrix(reflection),)

    def algebra_matrix(self, matrix: sp.Matrix) -> Membership:
        """Say whether AᵀS + SA = 0."""
        lowered = matrix if self.form is None else self.form * matrix
        defect = (lowered.T + lowered).applyfunc(sp.expand)
        if defect.is_zero_matrix:
            return yes("AᵀS + SA = 0" if self.form is not None else "skew-symmetric")
        return no("the matrix is not skew-symmetric for the form", matrix)

    def contains_matrix(self, matrix: sp.Matrix) -> Membership:
        """Say whether MᵀSM = S."""
        defect = (matrix.T * self.matrix * matrix - self.matrix).applyfunc(sp.simplify)
        if defect.is_zero_matrix:
            return yes("MᵀSM = S" if self.form is not None else "orthogonal")
        return no("MᵀSM ≠ S" if self.form is not None else "MᵀM ≠ I", matrix)

    def matrix_equations(self, matrix: sp.Matrix) -> tuple[sp.Expr, ...]:
        """Return the entries of MᵀSM − S."""
        defect = matrix.T * self.matrix * matrix - self.matrix
        return tuple(sp.expand(defect[i, j]) for i in range(self.dim) for j in range(i + 1))

    def sample_matrix(self, rng: random.Random) -> sp.ImmutableMatrix:
        """Draw a Cayley transform (S + K)^{−1}(S − K) of a skew K, reflected half of the time."""
        skew = sp.zeros(self.dim, self.dim)
        for i, j in combinations(range(self.dim), 2):
            skew[i, j] = small_rational(rng)
            skew[j, i] = -skew[i, j]
        cayley = (self.matrix + skew).inv() * (self.matrix - skew)
        if rng.random() * 2 < 1:
            cayley = cayley * self.generator_matrices()[0]
        return sp.ImmutableMatrix(cayley)
