"""Exact finite maps from polynomial fields: what a free field moves the latents by."""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from sith.theory.errors import InputError
from sith.theory.groups import Field, Map

STEPS: tuple[sp.Rational, ...] = (sp.Integer(1), sp.Rational(1, 2), sp.Integer(2))
"""Times at which a field is followed, the simplest first."""

SERIES_LENGTH = 8
"""A Lie series that has not ended after so many terms is not followed further."""


def finite_maps(field: Field) -> Iterator[Map]:
    """Return exact candidates for finite maps along a field, the simplest first.

    Affine fields give the exponential where it is rational (nilpotent, or rational eigenvalues,
    with powers of 2 for e^t) and the Cayley transform. Other fields give the Lie series where it
    ends, and for ξ = q(z) A z with q constant along Az the Cayley transform of q(z) A. The Cayley
    transform lies in the group for quadratic groups; a candidate is to be checked.
    """
    if len(field.symbols) != field.dim:
        return
    try:
        matrix, shift = field.linear_parts()
    except InputError:
        yield from _series(field)
        yield from _twists(field)
        return
    yield from _exponentials(matrix, shift)
    for t in STEPS:
        yield from _cayley(t * matrix, [t * b for b in shift], field.symbols)


def _cayley(matrix: sp.Matrix, shift: list[sp.Expr], symbols: tuple[sp.Symbol, ...]) -> list[Map]:
    """Return z ↦ (I − A/2)^{−1}((I + A/2) z + b), where the inverse exists."""
    one = sp.eye(matrix.rows)
    left = one - matrix / 2
    if sp.cancel(left.det()) == 0:
        return []
    inverse = left.inv()
    image = inverse * ((one + matrix / 2) * sp.Matrix(symbols) + sp.Matrix(shift))
    return [Map(symbols, tuple(sp.cancel(e) for e in image))]


def _exponentials(matrix: sp.ImmutableMatrix, shift: tuple[sp.Expr, ...]) -> Iterator[Map]:
    n = matrix.rows
    whole = sp.zeros(n + 1, n + 1)
    whole[:n, :n] = matrix
    whole[:n, n] = sp.Matrix(shift)
    power = sp.eye(n + 1)
    total, factor = sp.eye(n + 1), sp.Integer(1)
    for k in range(1, n + 2):
        power = power * whole
        factor *= k
        if power.is_zero_matrix:
            yield Map.linear(total[:n, :n], tuple(total[:n, n]))
            return
        total = total + power / factor
    eigenvalues = whole.eigenvals()
    if all(v.is_Rational for v in eigenvalues) and whole.is_diagonalizable():
        change, diagonal = whole.diagonalize()
        unit = sp.ilcm(*(int(v.q) for v in eigenvalues))
        powers = sp.diag(*(sp.Integer(2) ** int(unit * diagonal[i, i]) for i in range(n + 1)))
        result = change * powers * change.inv()
        yield Map.linear(result[:n, :n], tuple(result[:n, n]))


def _derivative(field: Field, value: sp.Expr) -> sp.Expr:
    parts = zip(field.symbols, field.expressions, strict=True)
    return sp.expand(sp.Add(*(sp.diff(value, s) * e for s, e in parts)))


def _series(field: Field) -> Iterator[Map]:
    image = []
    for s in field.symbols:
        term: sp.Expr = s
        total: sp.Expr = s
        for k in range(1, SERIES_LENGTH + 1):
            term = _derivative(field, term) / k
            if term == 0:
                break
            total += term
        else:
            return
        image.append(sp.expand(total))
    yield Map(field.symbols, tuple(image))


def _twists(field: Field) -> Iterator[Map]:
    factor = sp.gcd_list(list(field.expressions))
    rest = Field(field.symbols, tuple(sp.cancel(e / factor) for e in field.expressions))
    try:
        matrix, shift = rest.linear_parts()
    except InputError:
        return
    if _derivative(rest, factor) == 0:
        scaled = matrix * factor
        yield from _cayley(scaled, [factor * b for b in shift], field.symbols)
