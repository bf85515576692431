"""Whether every member of the stated group is optimal, or one is shown not to be."""

from __future__ import annotations

import random
from collections.abc import Iterator

import sympy as sp

from sith.theory.claim import Claim
from sith.theory.derivation.bounds.check import check_field, check_map
from sith.theory.derivation.bounds.check_decoder import check_members
from sith.theory.derivation.bounds.families import check_group_families
from sith.theory.derivation.bounds.findings import Findings, shown_inside
from sith.theory.derivation.bounds.followed import leaves_space
from sith.theory.derivation.bounds.kept import leaves_walls, left_open
from sith.theory.derivation.bounds.on_space import degree_of, is_curved, spanned_on
from sith.theory.derivation.bounds.span import in_span, spanned
from sith.theory.derivation.bounds.symmetries import solves
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.fields import spans
from sith.theory.derivation.lemmas.confinement import outputs_confined
from sith.theory.errors import InputError, SithError, UnsupportedCondition
from sith.theory.groups import AbstractGroup, Field, Linear, Map
from sith.theory.verdict import Membership

MEMBERS = 3
"""So many drawn members of the stated group are substituted besides its generators."""


def stated_free(claim: Claim, found: Findings) -> tuple[Membership, Membership]:
    """Say whether every member of the stated group is optimal; and name one that is shown not to be."""
    stated, condition = claim.group, found.condition
    unknown = Membership(False, "not shown")
    if condition.over:
        identity = Map.identity(stated.dim)
        return unknown, Membership(False, "h₀ is not the identity", str(identity)) if _not_optimal(
            condition, identity
        ) else unknown
    if left_open(condition) or found.stray:
        return unknown, unknown
    confined = condition.linear_only or outputs_confined(condition)
    inside = bool(found.groups) and shown_inside(stated, found.groups[-1])
    if confined or not inside:
        wrong = _not_free(claim, found)
        if wrong.witness:
            return unknown, wrong
    if condition.linear_only and not shown_inside(stated, Linear(stated.dim)):
        if stated.infinite:
            reason = "a function space, of which a linear encoder realises the matrices alone"
            return unknown, Membership(False, reason, str(stated))
        return unknown, unknown
    if inside:
        return Membership(True, f"contained in {found.groups[-1]}, which is free"), unknown
    return _members_free(condition, stated, found), unknown


def _not_optimal(condition: Condition, member: Map) -> bool:
    """Whether a map, in the latents, is shown not to be optimal where the base map is not the identity."""
    try:
        same = tuple(condition.over) == tuple(member.expressions)
        return not same and _over_differs(condition)
    except SithError:
        return False


def _over_differs(condition: Condition) -> bool:
    """Whether the identity is no optimal map: h₀ is not in the group that acts on it."""
    scales = [sp.cancel(b / x) for b, x in zip(condition.over, condition.z, strict=False)]
    return len(condition.over) == len(condition.z) and not all(s == 1 for s in scales)


def _not_free(claim: Claim, found: Findings) -> Membership:
    """Return a generator, a member or a field of the stated group that is shown not to be optimal."""
    stated, condition = claim.group, found.condition
    # Where the points are confined to a hyperplane, a map with a shift may be linear on them.
    linear = condition.linear_only and (not is_curved(condition) or spans(condition.space))
    for member in _some_members(stated):
        try:
            if linear and any(x != 0 for x in member.affine_parts()[1]):
                return Membership(False, "a linear encoder has no shift", str(member))
            answer = check_map(condition, member)
        except (SithError, sp.PolynomialError, NotImplementedError, ValueError):
            continue
        if not answer.holds:
            return Membership(False, answer.reason, str(member))
        # A group of arbitrary functions is read as one of the support.
        confined = outputs_confined(condition) and not stated.infinite
        if confined and leaves_walls(condition, member):
            return Membership(False, "it takes points of the box out of it", str(member))
    # A field that no linear encoder realises needs no solution of its degree beside it.
    degree = 3 if condition.linear_only else min(2, found.solutions[-1].degree)
    try:
        fields = stated.algebra_basis(degree)
    except UnsupportedCondition:
        return Membership(False, "")
    for field in fields:
        if linear and not _is_linear(field):
            return Membership(False, "a linear encoder does not realise it", str(field))
        if not in_span(found, field):
            return Membership(False, "it does not solve the linearised condition", str(field))
    return Membership(False, "")


def _is_linear(field: Field) -> bool:
    try:
        _, shift = field.linear_parts()
    except InputError:
        return False
    return all(b == 0 for b in shift)


def _some_members(group: AbstractGroup) -> Iterator[Map]:
    yield from group.finite_generators()
    rng = random.Random(0)
    for _ in range(MEMBERS):
        try:
            yield group.sample(rng)
        except UnsupportedCondition:
            return


def _members_free(condition: Condition, stated: AbstractGroup, found: Findings) -> Membership:
    """Say whether fields, or families, and generators of the stated group are free.

    The free maps of a condition around the identity are closed under composition, so free fields
    are tangent to free maps; for a class of decoders drawn members are composed besides. With outputs in
    any order they are closed where the latents may come in any order, too.
    """
    if condition.symmetric and not condition.pairs.exchangeable(stated.dim):  # type: ignore[union-attr]
        return Membership(False, "optimal maps in other orders are not shown to be a group")
    if stated.infinite:
        answer = check_group_families(condition, stated)
        if not answer.holds:
            return answer
    else:
        inside = all(_shown_free(found, f) for f in stated.algebra_basis(2))
        if outputs_confined(condition) or condition.by_coordinate:
            inside = inside and all(spanned(found.fields, f) for f in stated.algebra_basis(2))
        if not inside:
            return Membership(False, "a field of the stated group is not shown to be free")
    for member in stated.finite_generators():
        if stated.infinite and outputs_confined(condition):
            if not check_map(condition, member).holds:
                return Membership(False, f"{member} is not shown to be optimal", str(member))
        elif not solves(condition, member):
            return Membership(False, f"{member} is not shown to be optimal", str(member))
    if leaves_space(condition):
        for member in _some_members(stated):
            if not solves(condition, member):
                return Membership(False, f"{member} is not shown to be optimal", str(member))
    return check_members(condition, stated)


def _shown_free(found: Findings, field: Field) -> bool:
    """Whether a field of the stated group is a combination of free ones, or solves the condition."""
    if degree_of(field) <= found.solutions[-1].degree:
        return spanned_on(found.condition, found.span, field)
    return check_field(found.condition, field, {}).holds
