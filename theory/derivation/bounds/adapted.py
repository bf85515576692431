"""Coordinates in which a condition splits: where its symmetries are permutations and scalings.

Second derivatives H of the model at many points are symmetric forms. The matrices X with
H X = XᵀH for all of them are the self-adjoint operators that all forms have in common; their
eigenspaces are the finest blocks into which the forms split together, and every linear symmetry
permutes these. Only candidates come from here: each is checked by substitution.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp
from sympy.polys.matrices import DomainMatrix

from sith.theory.derivation.equation import Condition
from sith.theory.derivation.fields.sign_patterns import support_points

FORMS = 5
"""Second derivatives are taken at so many rational points."""


def adapted_bases(condition: Condition) -> Iterator[tuple[sp.ImmutableMatrix, tuple[int, ...]]]:
    """Return matrices whose columns span the blocks, with the sizes of the blocks; may be empty."""
    d = len(condition.image)
    forms = [h for h in _forms(condition) if not h.is_zero_matrix]
    if not forms or d < 2:
        return
    operators = _common_operators(forms, d)
    if len(operators) < 2:
        return
    weights = [sp.Integer(3) ** k + k for k in range(len(operators))]
    generic = sp.zeros(d, d)
    for w, x in zip(weights, operators, strict=True):
        generic += w * x
    t = sp.Symbol("t")
    columns, sizes = [], []
    for factor, _ in sp.factor_list(generic.charpoly(t).as_expr())[1]:
        poly = sp.Poly(factor, t)
        value = sp.zeros(d, d)
        for c in poly.all_coeffs():
            value = value * generic + c * sp.eye(d)
        space = value.nullspace()
        columns += space
        sizes.append(len(space))
    if sum(sizes) == d:
        yield sp.ImmutableMatrix(sp.Matrix.hstack(*columns)), tuple(sizes)


def _common_operators(forms: list[sp.Matrix], d: int) -> list[sp.Matrix]:
    """Return a basis of {X : H X = Xᵀ Hᵀ… symmetric} for all forms H."""
    rows = []
    for h in forms:
        for i in range(d):
            for j in range(i + 1, d):
                # (H X)_ij − (H X)_ji for symmetric H; for others (H X)_ij = (Xᵀ H)_ij.
                row = [sp.Integer(0)] * (d * d)
                for k in range(d):
                    row[k * d + j] += h[i, k]
                    row[k * d + i] -= h[k, j]
                rows.append(row)
    table = DomainMatrix(
        [[sp.QQ.from_sympy(x) for x in row] for row in rows], (len(rows), d * d), sp.QQ
    )
    space = table.nullspace().to_Matrix()
    return [sp.Matrix(d, d, list(space.row(k))) for k in range(space.rows)]


def _forms(condition: Condition) -> Iterator[sp.Matrix]:
    """Return mixed second derivatives in (H, H̃), or second derivatives in H, at rational points."""
    image, image_t = condition.image, condition.image_t
    if len(image) != len(condition.z):
        return
    for equation in condition.equations:
        residual = equation.residual.xreplace(dict(condition.parameters))
        if not residual.free_symbols & set(image) or residual.atoms(sp.Abs, sp.sign):
            continue
        second = image_t if residual.free_symbols & set(image_t) else image
        matrix = sp.Matrix([[sp.diff(residual, a, b) for b in second] for a in image])
        for point in support_points(condition, FORMS, seed=13):
            table = {a: point[x] for a, x in zip(image, condition.z, strict=True)}
            table |= {a: point[x] for a, x in zip(image_t, condition.zt, strict=True)}
            numbers = matrix.xreplace(table)
            if all(x.is_Rational for x in numbers):
                yield numbers
