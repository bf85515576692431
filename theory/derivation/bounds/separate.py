"""What separates the free maps of a claim from the group that it states, as exact objects."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sympy as sp

from sith.theory.claim import Claim
from sith.theory.derivation.bounds.assemble import findings
from sith.theory.derivation.bounds.attainable import Fit, attainable
from sith.theory.derivation.bounds.check import check_field, check_map
from sith.theory.derivation.bounds.findings import Findings
from sith.theory.derivation.bounds.kept import keeps_walls, leaves_walls
from sith.theory.derivation.bounds.recognise import along_base
from sith.theory.derivation.conditions import optimum_condition
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.fields.exponentiate import finite_maps
from sith.theory.derivation.fields.infinitesimal import require_budget, solve
from sith.theory.derivation.lemmas.confinement import outputs_confined, outputs_in_box
from sith.theory.errors import BudgetExceeded, InputError, SithError, UnsupportedCondition
from sith.theory.groups import Field, Map
from sith.theory.verdict import Membership, Relation

MEMBERS = 6
"""So many exact members of the stated group are tried."""

MAX_UNKNOWNS = 600
"""Largest linear system of a search; `derive` goes further."""


@dataclass(frozen=True, slots=True)
class Separation:
    """An exact map or field that shows that a claim's group is wrong.

    `free` says which way: True for a map (or field) that the optimum leaves free and the stated
    group leaves out, False for a member of the stated group that is not optimal. One of `map` and
    `field` is given.
    """

    free: bool
    map: tuple[Map, ...]
    field: tuple[Field, ...]
    reason: str

    def __str__(self) -> str:
        """The map or field, and the reason."""
        found = self.map[0] if self.map else self.field[0]
        return f"{found}: {self.reason}"


def separations(claim: Claim, degree: int = 3) -> Iterator[Separation]:
    """Return what shows that a claim's group is wrong, exact maps before fields; may be empty.

    Fields of degree 1, 2, … ≤ `degree` are solved for, followed to finite maps, and every map is
    checked against the optimum condition by the independent checker. Raises `SithError` where the
    condition cannot be derived or treated.
    """
    condition = optimum_condition(claim.world, claim.objective, claim.encoder)
    fit = attainable(claim.world, claim.objective, claim.encoder, condition)
    if fit.fit is not Fit.ATTAINED:
        raise UnsupportedCondition(f"no map is known that solves the condition: {fit.reason}")
    condition = fit.condition
    if claim.relation is not Relation.CONTAINS and not condition.over:
        yield from _free_outside(claim, condition, degree)
    if claim.relation is not Relation.CONTAINED:
        yield from _members_not_free(claim, condition)


def check_separation(claim: Claim, separation: Separation) -> Membership:
    """Say whether a separation holds: solved afresh, with nothing of the search but the object."""
    condition = optimum_condition(claim.world, claim.objective, claim.encoder)
    condition = attainable(claim.world, claim.objective, claim.encoder, condition).condition
    for member in separation.map:
        if not separation.free and _of_the_box(claim, condition, member):
            return Membership(False, "it leaves the box, which its group is of", str(member))
        optimal, inside = _realised(condition, member), claim.group.contains(member)
        return _judged(separation, optimal, inside, str(member))
    (field,) = separation.field
    optimal, inside = _field_is_free(condition, field), claim.group.in_algebra(field)
    return _judged(separation, optimal, inside, str(field))


def _of_the_box(claim: Claim, condition: Condition, member: Map) -> bool:
    """Whether a map leaves the box, and the stated group of functions is read as one of the box."""
    confined = claim.group.infinite and outputs_in_box(condition)
    return confined and leaves_walls(condition, member)


def _judged(
    separation: Separation, optimal: Membership, inside: Membership, witness: str
) -> Membership:
    if separation.free:
        if not optimal.holds:
            return Membership(False, f"not optimal: {optimal.reason}", witness)
        if inside.holds:
            return Membership(False, f"in the stated group: {inside.reason}", witness)
        return Membership(True, f"optimal, and outside the group: {inside.reason}", witness)
    if optimal.holds:
        return Membership(False, f"optimal: {optimal.reason}", witness)
    if not inside.holds:
        return Membership(False, f"outside the stated group: {inside.reason}", witness)
    return Membership(True, f"in the group, and not optimal: {optimal.reason}", witness)


def _field_is_free(condition: Condition, field: Field) -> Membership:
    """Say whether some change of the learned parameters goes with the field."""
    if not condition.parameters:
        return check_field(condition, field, {})
    solution = _solved(condition, max(1, _degree(field)))
    kept = along_base(condition, solution)
    if isinstance(kept, Membership):
        return kept
    basis = [sp.Matrix(_coefficients(f)) for f in (*kept, field)]
    width = max(len(b) for b in basis)
    table = sp.Matrix.hstack(*(b.col_join(sp.zeros(width - len(b), 1)) for b in basis))
    free = table.rank() == table[:, :-1].rank()
    return Membership(free, "a combination of free fields" if free else "no free field", str(field))


def _degree(field: Field) -> int:
    return max(int(sp.Poly(e, *field.symbols).total_degree()) for e in field.expressions)


def _coefficients(field: Field) -> list[sp.Expr]:
    top = max(4, _degree(field))
    powers = [p for k in range(top + 1) for p in sp.itermonomials(field.symbols, k, k)]
    ordered = sorted(set(powers), key=str)
    polys = [sp.Poly(e, *field.symbols) for e in field.expressions]
    return [p.coeff_monomial(m) for p in polys for m in ordered]


def _solved(condition: Condition, degree: int) -> tuple[Field, ...]:
    require_budget(condition, degree, MAX_UNKNOWNS)
    solution = solve(
        condition,
        degree,
        accept=lambda field, change: check_field(condition, field, change).holds,
        max_unknowns=MAX_UNKNOWNS,
    )
    return solution.fields


def _findings(claim: Claim, condition: Condition, degree: int) -> tuple[Findings, ...]:
    """Return the bounds for the largest degree whose systems are small; () where none is."""
    solutions = []
    for k in range(1, degree + 1):
        try:
            require_budget(condition, k, MAX_UNKNOWNS)
        except BudgetExceeded:
            break
        solutions.append(
            solve(
                condition,
                k,
                accept=lambda field, change: check_field(condition, field, change).holds,
                max_unknowns=MAX_UNKNOWNS,
            )
        )
    return (findings(claim, condition, solutions),) if solutions else ()


def _free_outside(claim: Claim, condition: Condition, degree: int) -> Iterator[Separation]:
    for found in _findings(claim, condition, degree):
        for stray in found.stray:
            yield Separation(True, (), (stray,), "it depends on a coordinate that is not recovered")
        for member in (*found.maps, *_drawn(condition, found)):
            inside = claim.group.contains(member)
            if not inside.holds:
                yield Separation(True, (member,), (), inside.reason)
        fields = [*found.fields, *(f for family in found.families for f in family.instances())]
        outside = list(_outside(claim, condition, fields))
        yield from (s for s in outside if s.map)
        yield from (s for s in outside if not s.map)


def _drawn(condition: Condition, found: Findings) -> Iterator[Map]:
    """Return exact members of a derived function space, each of them checked to be optimal."""
    rng = random.Random(0)
    for group in (g for g in found.groups if g.infinite):
        try:
            drawn = [group.sample(rng) for _ in range(2)]
        except UnsupportedCondition:
            continue
        yield from (m for m in drawn if _optimal(condition, m))


def _outside(claim: Claim, condition: Condition, fields: Sequence[Field]) -> Iterator[Separation]:
    for field in sorted(fields, key=lambda f: len(str(f))):
        try:
            inside = claim.group.in_algebra(field)
        except UnsupportedCondition:
            continue
        if inside.holds:
            continue
        for member in finite_maps(field):
            if _optimal(condition, member) and not claim.group.contains(member).holds:
                yield Separation(True, (member,), (), inside.reason)
                break
        else:
            yield Separation(True, (), (field,), inside.reason)


def _realised(condition: Condition, member: Map) -> Membership:
    """Say whether a map solves the condition; a linear encoder realises no map but linear ones."""
    if condition.linear_only:
        try:
            _, shift = member.affine_parts()
        except InputError:
            return Membership(False, "a linear encoder does not realise it", str(member))
        if any(b != 0 for b in shift):
            return Membership(False, "a linear encoder has no shift", str(member))
    answer = check_map(condition, member)
    if not answer.holds or not (outputs_confined(condition) or condition.relaxed):
        return answer
    walls = keeps_walls(condition, member)
    if not walls.holds and not leaves_walls(condition, member):
        raise UnsupportedCondition(walls.reason)
    return walls if not walls.holds else answer


def _optimal(condition: Condition, member: Map) -> bool:
    try:
        return _realised(condition, member).holds
    except SithError:
        return False


def _members_not_free(claim: Claim, condition: Condition) -> Iterator[Separation]:
    rng = random.Random(0)
    members = [*claim.group.finite_generators()]
    members += [claim.group.sample(rng) for _ in range(MEMBERS)]
    for member in members:
        if _of_the_box(claim, condition, member):
            continue
        try:
            answer = _realised(condition, member)
        except UnsupportedCondition:
            continue
        if not answer.holds:
            yield Separation(False, (member,), (), answer.reason)
