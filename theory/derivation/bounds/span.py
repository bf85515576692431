"""Whether a polynomial field is a combination of others, as a function on the space or by coefficients."""

from __future__ import annotations

import random
from collections.abc import Sequence

import sympy as sp
from sympy.polys.matrices import DomainMatrix

from sith.theory.derivation.bounds.findings import Findings
from sith.theory.groups import Field


def in_span(found: Findings, field: Field) -> bool:
    """Whether a polynomial field is a combination of the solutions, as a function on the space.

    The solutions of each degree are all polynomial fields of that degree that solve the equations,
    some change of the learned parameters going with each; a field outside their span solves them
    with none.
    """
    top = found.solutions[-1].degree
    if degree_of(field) > top:
        return True  # not shown to be outside
    rng = random.Random(3)
    rows = []
    kept = found.condition.base_coordinates
    if len(kept) != len(found.condition.z):
        points = [tuple(sp.Rational(rng.randint(1, 99), 100) for _ in kept) for _ in range(40)]
    else:
        points = [found.condition.space.rational_point(rng) for _ in range(_enough(found, field))]
    scaled = [
        [b.xreplace(dict(zip(kept, p, strict=True))) for b in found.condition.base] for p in points
    ]
    for f in (*found.span, field):
        row: list[sp.Expr] = []
        for p in scaled:
            table = dict(zip(f.symbols, p, strict=True))
            row += [e.xreplace(table) for e in f.expressions]
        rows.append(row)
    if len(rows) == 1:
        return all(x == 0 for x in rows[0])
    whole = DomainMatrix.from_Matrix(sp.Matrix(rows)).to_field().rank()
    return bool(whole == DomainMatrix.from_Matrix(sp.Matrix(rows[:-1])).to_field().rank())


def _enough(found: Findings, field: Field) -> int:
    return len(found.span) + field.dim + 6


def degree_of(field: Field) -> int:
    """Return the largest degree of the components of a polynomial field."""
    degrees = [sp.Poly(e, *field.symbols).total_degree() for e in field.expressions if e != 0]
    return int(max(degrees, default=0))


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
