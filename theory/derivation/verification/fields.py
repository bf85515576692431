"""The stored fields solve the linearised condition, and the stored monomials are a basis."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb
from typing import Any

from flint import fmpq, fmpq_mat

from sith.theory.derivation.bounds.check import check_field
from sith.theory.derivation.bounds.count import check_independent
from sith.theory.derivation.bounds.functionals import CHECK_PRIME
from sith.theory.derivation.certificates import DegreeRecord
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.fields.regular_points import require_independent
from sith.theory.derivation.fields.variety import variety_of
from sith.theory.derivation.verification.answer import Rejected
from sith.theory.groups import Field


def check_fields(
    condition: Condition,
    record: DegreeRecord,
    fields: Sequence[Field],
    known: set[tuple[Any, ...]],
    at: str,
) -> None:
    """Check each field with its parameter change by substitution, once, and their independence."""
    names = {str(p): p for p in condition.parameters}
    for terms, stored, field in zip(record.fields, record.changes, fields, strict=True):
        if len(terms) != len(condition.image):
            raise Rejected(f"{at}: a field has {len(terms)} components")
        sizes = {sum(powers) for component in terms for powers, _ in component}
        if any(k > record.degree for k in sizes) or (condition.linear_only and sizes - {1}):
            raise Rejected(f"{at}: the field {field} has a term of degree {max(sizes)}")
        if set(stored) != set(names):
            raise Rejected(f"{at}: the change of the learned parameters is incomplete")
        key = (field.expressions, tuple(sorted(stored.items())))
        if key in known:
            continue
        answer = check_field(condition, field, {names[k]: v for k, v in stored.items()})
        if not answer.holds:
            raise Rejected(f"{at}: {field} is not free: {answer.reason}")
        known.add(key)
    check_reducible((c for f in record.fields for e in f for _, c in e), at)
    answer = check_independent(condition, fields)
    if not answer.holds:
        raise Rejected(f"{at}: {answer.reason}")


def check_reducible(numbers: Any, at: str) -> None:
    """Refuse numbers that have no residue modulo the checker's prime."""
    if any(int(x.q) % CHECK_PRIME == 0 for x in numbers):
        raise Rejected(f"{at}: a denominator is divisible by the checker's prime {CHECK_PRIME}")


def check_monomials(condition: Condition, record: DegreeRecord, at: str) -> None:
    """Check that the stored monomials are a basis of the polynomials of the degree on the space."""
    d, top, found = len(condition.z), record.degree, record.monomials
    constraints = condition.space.constraints(condition.z)
    if condition.linear_only:
        wanted = d
    elif constraints:
        wanted = variety_of(condition.space).standard(top, d)
    else:
        wanted = comb(d + top, top)
    if len(found) != wanted or len(set(found)) != wanted:
        raise Rejected(f"{at}: {len(set(found))} monomials are not the {wanted} of a basis")
    if any(sum(m) > top or (condition.linear_only and sum(m) != 1) for m in found):
        raise Rejected(f"{at}: a monomial has another degree")
    if constraints and not condition.linear_only:
        rank = _normal_rank(condition, found)
        if rank != wanted:
            raise Rejected(f"{at}: the monomials span {rank} of {wanted} dimensions on the space")


def _normal_rank(condition: Condition, monomials: Sequence[tuple[int, ...]]) -> int:
    """Rank of monomials modulo the equations of the space."""
    variety, places = variety_of(condition.space), range(len(condition.z))
    rows = [variety.reduce({m: fmpq(1)}, places) for m in monomials]
    require_independent(condition.space, sorted({m for row in rows for m in row}))
    columns = {k: i for i, k in enumerate(sorted({k for row in rows for k in row}))}
    table = fmpq_mat(len(rows), len(columns))
    for i, row in enumerate(rows):
        for k, c in row.items():
            table[i, columns[k]] = c
    return int(table.rank())
