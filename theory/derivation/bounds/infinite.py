"""Free families, and the infinite-dimensional group that they make up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sympy as sp

from sith.theory.derivation.bounds.families import (
    Family,
    check_family,
    check_group_families,
    density_families,
    families_of,
    function_times,
)
from sith.theory.derivation.bounds.findings import shown_inside
from sith.theory.derivation.bounds.recognise import mixing
from sith.theory.derivation.bounds.symmetries import solves
from sith.theory.derivation.equation import Condition
from sith.theory.errors import SithError
from sith.theory.groups import (
    AbstractGroup,
    BlockwiseDiffeomorphisms,
    ComponentwiseDiffeomorphisms,
    ContentKeeping,
    Field,
    Map,
    MeasurePreserving,
    blocks_from_links,
)


def free_families(
    condition: Condition,
    law: sp.Expr,
    fields: Sequence[Field],
    degree: int,
    kept: Sequence[Field] = (),
) -> tuple[tuple[Family, ...], tuple[AbstractGroup, ...]]:
    """Return the free families, and the infinite-dimensional group that they make up, if named.

    A group names them only if its algebra holds every field in `kept`, which are known to be free.
    """
    dim = len(condition.image)
    named: list[AbstractGroup] = []
    found: list[Family] = []
    for group in _infinite_groups(condition, law, fields):
        if not condition.in_box and _more_fields_than(group, degree, len(fields)):
            continue
        answer = check_group_families(condition, group)
        if not answer.holds:
            continue
        found += families_of(condition, group)
        try:
            generators = group.finite_generators()
        except SithError:
            continue
        if all(solves(condition, g) or _trivially(condition, group, g) for g in generators):
            named.append(group)
    if not found and dim == len(condition.z):
        single = [*density_families(condition, law), *function_times(condition)]
        found = [f for f in single if check_family(condition, f).holds]
    named = [g for g in named if not any(_outside(g, f) for f in kept)]
    # sorted, not sort: the key reads the list, which is empty while it is sorted in place.
    ordered = sorted(named, key=lambda g: sum(shown_inside(other, g) for other in named))
    return tuple(found), tuple(ordered[-1:])


def _more_fields_than(group: AbstractGroup, degree: int, found: int) -> bool:
    """Whether the group has more polynomial fields of a degree than solve the condition: it is not free."""
    try:
        return group.algebra_dimension(degree) > found
    except SithError:
        return False


def _outside(group: AbstractGroup, field: Field) -> bool:
    """Whether a field is shown to lie outside the algebra of a group."""
    try:
        return not group.in_algebra(field).holds
    except (SithError, sp.PolynomialError):
        return False


def _trivially(condition: Condition, group: AbstractGroup, member: Map) -> bool:
    """Whether a generator of the catalogue is not needed: in a box it is one about another centre."""
    return bool(condition.in_box) and group.contains(member).holds


def _infinite_groups(
    condition: Condition, law: sp.Expr, fields: Sequence[Field]
) -> Iterator[AbstractGroup]:
    dim = len(condition.image)
    flat = not condition.space.constraints(condition.z)
    if not flat or condition.output.constraints(condition.image):
        return
    blocks = blocks_from_links(dim, mixing(fields))
    yield ComponentwiseDiffeomorphisms(dim)
    if 1 < len(blocks) < dim:
        yield BlockwiseDiffeomorphisms(blocks)
    yield from (ContentKeeping(dim, k) for k in range(1, dim))
    if dim > 1:
        yield BlockwiseDiffeomorphisms((tuple(range(dim)),))
        yield MeasurePreserving(dim, law)
