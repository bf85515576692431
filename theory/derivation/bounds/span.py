"""Whether a polynomial field is a combination of others, as a function on the space or by coefficients."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from sith.theory.derivation.bounds.findings import Findings
from sith.theory.derivation.bounds.on_space import degree_of, outside_span
from sith.theory.groups import Field


def in_span(found: Findings, field: Field) -> bool:
    """Whether a polynomial field is not shown to be outside the solutions, as a function on the space.

    The solutions of each degree are all polynomial fields of that degree that solve the equations,
    some change of the learned parameters going with each; a field outside their span solves them
    with none. On a space that may fall into parts, points do not show that a field is inside.
    """
    if degree_of(field) > found.solutions[-1].degree:
        return True
    return not outside_span(found.condition, found.span, field)


def spanned(fields: Sequence[Field], field: Field) -> bool:
    """Whether a field is a combination of others, by its coefficients."""
    table: list[dict[tuple[int, ...], sp.Expr]] = []
    for f in (*fields, field):
        row: dict[tuple[int, ...], sp.Expr] = {}
        for i, e in enumerate(f.expressions):
            row.update({(i, *p): c for p, c in sp.Poly(e, *f.symbols).as_dict().items()})
        table.append(row)
    keys = sorted({k for row in table for k in row})
    matrix = sp.Matrix([[row.get(k, sp.Integer(0)) for k in keys] for row in table])
    return bool(matrix.rank() == matrix[:-1, :].rank()) if keys else True
