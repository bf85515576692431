"""The rank shows that the list of fields is complete; gauge changes are counted afresh."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp
from sympy.polys.matrices import DomainMatrix

from sith.theory.derivation.bounds.check import check_field, image_table
from sith.theory.derivation.bounds.count import check_count
from sith.theory.derivation.certificates import DegreeRecord
from sith.theory.derivation.equation import Condition, Equation, UpTo
from sith.theory.derivation.verification.answer import Rejected
from sith.theory.errors import UnsupportedCondition
from sith.theory.groups import Field

BY_COORDINATES = (UpTo.SEPARABLE, UpTo.PAIR_SEPARABLE)


Point = tuple[sp.Rational, ...]


def check_rank(condition: Condition, record: DegreeRecord, at: str) -> int:
    """Check that no further field exists, and return the number of gauge changes."""
    unknowns = len(condition.image) * len(record.monomials) + len(condition.parameters)
    if record.unknowns != unknowns:
        raise Rejected(f"{at}: the system has {unknowns} unknowns, not {record.unknowns}")
    if not record.draws:
        raise Rejected(f"{at}: no points are stored")
    answer = check_count(condition, record.monomials, record.draws, record.rank)
    if not answer.holds:
        raise Rejected(f"{at}: {answer.reason}")
    gauge = _gauge(condition, record.draws)
    if record.gauge != gauge:
        raise Rejected(
            f"{at}: {gauge} changes of learned parameters move no field, not {record.gauge}"
        )
    left = unknowns - record.rank - gauge
    if left != len(record.fields):
        raise Rejected(
            f"{at}: the rank leaves room for {left} fields, and {len(record.fields)} are stored"
        )
    return gauge


def _gauge(condition: Condition, draws: Sequence[Sequence[Point]]) -> int:
    """Count independent changes of the learned parameters that solve the condition by themselves.

    Candidates come from a few points; each is confirmed as an identity.
    """
    learned = tuple(condition.parameters)
    if not learned:
        return 0
    table = image_table(condition, condition.base, condition.base_t)
    slopes = [
        (e, [sp.diff(e.residual, p).xreplace({**table, **condition.parameters}) for p in learned])
        for e in condition.equations
    ]
    rows = [
        row for draw in draws[: len(learned) + 2] for row in _slope_rows(condition, slopes, draw)
    ]
    matrix = DomainMatrix(
        [[sp.QQ.from_sympy(x) for x in r] for r in rows], (len(rows), len(learned)), sp.QQ
    )
    still = Field(condition.z, (sp.Integer(0),) * len(condition.image))
    count = 0
    for vector in matrix.nullspace().to_Matrix().tolist():
        if check_field(condition, still, dict(zip(learned, vector, strict=True))).holds:
            count += 1
    return count


def _slope_rows(
    condition: Condition,
    slopes: Sequence[tuple[Equation, list[sp.Expr]]],
    draw: Sequence[Point],
) -> list[list[sp.Expr]]:
    z, zt, other, _ = draw

    def at(values: Sequence[sp.Expr], partner: Point) -> list[sp.Expr]:
        point = dict(zip((*condition.z, *condition.zt), (*z, *partner), strict=True))
        return [v.xreplace(point) for v in values]

    rows = []
    for equation, values in slopes:
        if equation.up_to in BY_COORDINATES:
            raise UnsupportedCondition("learned parameters in an equation up to functions of z_i")
        own = dict(zip((*condition.z, *condition.zt), (*z, *zt), strict=True))
        row = at(values, tuple(e.xreplace(own) for e in equation.partner) or zt)
        if equation.up_to is UpTo.FUNCTION_OF_Z:
            row = [a - b for a, b in zip(row, at(values, other), strict=True)]
        rows.append(row)
    return rows
