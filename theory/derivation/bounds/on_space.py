"""Maps and fields as functions on the latent space, on which different formulas may be one function.

On a space with equations z₁ ↦ z₁ and z₁ ↦ 1 − z₂ may be the same map. That a formula is in a group
shows that the map is; that it is not in the group shows nothing of the map, unless the space tells
formulas apart. Affine maps are told apart by points in general position, linear ones by points that
span R^d, and polynomial fields by the rank of their values at rational points.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import sympy as sp
from sympy.polys.matrices import DomainMatrix

from sith.theory.assumptions import parts_of
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.fields.polynomials import Polynomials
from sith.theory.derivation.fields.regular_points import spans
from sith.theory.derivation.fields.variety import variety_of
from sith.theory.errors import InputError
from sith.theory.groups import AbstractGroup, Field, Map
from sith.theory.verdict import Membership

SPARE = 6
"""So many points more than unknowns are drawn."""


def is_curved(condition: Condition) -> bool:
    """Whether equations hold on the latent space."""
    return bool(condition.space.constraints(condition.z))


def map_outside(condition: Condition, stated: AbstractGroup, member: Map) -> Membership:
    """Return the member as the witness where it is shown, as a map of the space, to be outside a group."""
    answer = stated.contains(member)
    nothing = Membership(False, "in the group, or not shown to be outside it")
    if answer.holds:
        return nothing
    apart = not is_curved(condition) or _told_apart(condition, stated, member)
    return Membership(False, answer.reason, str(member)) if apart else nothing


def field_outside(condition: Condition, stated: AbstractGroup, field: Field) -> Membership:
    """Return the field as the witness where it is shown, as one on the space, to be outside an algebra."""
    answer = stated.in_algebra(field)
    nothing = Membership(False, "in the algebra, or not shown to be outside it")
    if answer.holds:
        return nothing
    if is_curved(condition):
        if stated.infinite:
            if not _functions_apart(condition, stated):
                return nothing
        elif not outside_span(
            condition,
            stated.algebra_basis(max(2, degree_of(field))),
            field,
            len(field.symbols) ** 2,
        ):
            return nothing
    return Membership(False, answer.reason, str(field))


def outside_span(
    condition: Condition, fields: Sequence[Field], field: Field, least: int = 0
) -> bool:
    """Whether a field is shown to be no combination of others on the space, at rational points of it."""
    rng = random.Random(3)
    kept = condition.base_coordinates
    count = max(len(fields), least) + field.dim + SPARE
    if len(kept) != len(condition.z):
        if is_curved(condition):
            return False
        points = [tuple(sp.Rational(rng.randint(1, 99), 100) for _ in kept) for _ in range(40)]
    else:
        points = [condition.space.rational_point(rng) for _ in range(count)]
    scaled = [[b.xreplace(dict(zip(kept, p, strict=True))) for b in condition.base] for p in points]
    rows = []
    for f in (*fields, field):
        row: list[sp.Expr] = []
        for p in scaled:
            table = dict(zip(f.symbols, p, strict=True))
            row += [e.xreplace(table) for e in f.expressions]
        rows.append(row)
    if len(rows) == 1:
        return any(x != 0 for x in rows[0])
    return _rank(rows) > _rank(rows[:-1])


def spanned_on(condition: Condition, fields: Sequence[Field], field: Field) -> bool:
    """Whether a polynomial field is shown to be a combination of others on the space.

    By the coefficients of their normal forms modulo the equations of the space.
    """
    table = [_coefficients(condition, f) for f in (*fields, field)]
    keys = sorted({k for row in table for k in row})
    if not keys:
        return True
    rows = [[row.get(k, sp.Integer(0)) for k in keys] for row in table]
    return _rank(rows) == (_rank(rows[:-1]) if fields else 0)


def degree_of(field: Field) -> int:
    """Return the largest degree of the components of a polynomial field."""
    degrees = [sp.Poly(e, *field.symbols).total_degree() for e in field.expressions if e != 0]
    return int(max(degrees, default=0))


def _coefficients(condition: Condition, field: Field) -> dict[tuple[int, ...], sp.Expr]:
    whole = len(field.symbols) == len(condition.z)
    found: dict[tuple[int, ...], sp.Expr] = {}
    ring = Polynomials(field.symbols)
    scaled = tuple(condition.base) != tuple(condition.base_coordinates)
    for i, e in enumerate(field.expressions):
        if is_curved(condition) and whole and not scaled:
            terms = {tuple(map(int, p)): c for p, c in ring.read(e).to_dict().items()}
            left = variety_of(condition.space).reduce(terms, range(len(field.symbols)))
            found.update({(i, *p): sp.Rational(int(c.p), int(c.q)) for p, c in left.items()})
        else:
            found.update({(i, *p): c for p, c in sp.Poly(e, *field.symbols).as_dict().items()})
    return found


def _told_apart(condition: Condition, stated: AbstractGroup, member: Map) -> bool:
    """Whether no member of a group is the given map on a space with equations, as far as shown."""
    if len(condition.base_coordinates) != len(condition.z):
        return False
    try:
        shift = member.affine_parts()[1]
    except InputError:
        # Not affine on the space: in no group of affine maps.
        affine = _affine_fields(member.symbols)
        bent = Field(member.symbols, member.expressions)
        return not stated.infinite and outside_span(condition, affine, bent)
    if stated.infinite:
        return _functions_apart(condition, stated)
    if spans(condition.space):
        return True
    linear = all(x == 0 for x in shift) and _linear(stated)
    return linear and spans(condition.space, through_origin=True)


def _functions_apart(condition: Condition, stated: AbstractGroup) -> bool:
    """Whether a linear form depends, on the space, on every coordinate that it is written in.

    On a product of spheres, intervals and lines no coordinate is a function of others. Any map may
    be continued to one that keeps a density.
    """
    return not parts_of(condition.space).curved and not stated.kept_density()


def _linear(group: AbstractGroup) -> bool:
    """Whether a group consists of matrices."""
    factors = getattr(group, "factors", ())
    if factors:
        return all(_linear(f) for f in factors)
    return group.linear_part() == (group,)


def _affine_fields(symbols: Sequence[sp.Symbol]) -> list[Field]:
    values = (sp.Integer(1), *symbols)
    size = range(len(symbols))
    zero = sp.Integer(0)
    names = tuple(symbols)
    return [Field(names, tuple(x if i == k else zero for k in size)) for i in size for x in values]


def _rank(rows: Sequence[Sequence[sp.Expr]]) -> int:
    return int(DomainMatrix.from_Matrix(sp.Matrix(rows)).to_field().rank())
