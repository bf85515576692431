"""The stated group against both bounds: what lies in what, what was shown, and what separates them."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from sith.theory.claim import Claim
from sith.theory.derivation.bounds.findings import Findings, shown_inside
from sith.theory.derivation.bounds.outside import free_outside
from sith.theory.derivation.bounds.stated_free import stated_free
from sith.theory.derivation.bounds.table import Shown, agreement
from sith.theory.derivation.bounds.upper import bounds_by_basis
from sith.theory.derivation.equation import Condition
from sith.theory.errors import SithError
from sith.theory.groups import AbstractGroup, BoxSymmetries, Field, Map, MeasurePreserving
from sith.theory.verdict import Agreement, Extent, Lemma, Relation, Upper

_FAR = (Extent.ALL_MAPS, Extent.INVERTIBLE, Extent.LINEAR_MAPS)
SOLVED = "the affine solutions, all of which were solved for"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The agreement with the stated group, what separates it, and what is missing for more.

    `upper` holds the stated group as a bound over all maps, where the claim needs it.
    """

    agreement: Agreement
    escape: str
    reason: str
    missing: tuple[str, ...]
    relation_that_holds: str
    by: tuple[str, ...]
    lemmas: tuple[Lemma, ...]
    upper: tuple[Upper, ...] = ()


def compare(claim: Claim, found: Findings) -> Comparison:
    """Compare the stated group with both bounds, in the coordinates that the bounds are in."""
    claim = in_base_coordinates(claim, found.condition)
    by, lemmas = _inside(claim, found)
    inside = frozenset(by)
    outside = free_outside(claim, found)
    free, not_free = stated_free(claim, found)
    shown = Shown(inside, outside.witness, free.holds, not_free.witness)
    said, missing = agreement(shown, claim.relation)
    escape, reason, holds = "", "", ""
    if said is Agreement.DISAGREES and outside.witness and claim.relation is not Relation.CONTAINS:
        escape = outside.witness
        reason = (
            f"too small a group is stated: {escape} is optimal and outside it ({outside.reason})"
        )
    elif said is Agreement.DISAGREES:
        escape = not_free.witness
        reason = (
            f"too large a group is stated: {escape} is in it and not optimal ({not_free.reason})"
        )
        if inside and claim.relation is Relation.EQUALITY:
            holds = Relation.CONTAINED.value
            reason += (
                f"; the optimal maps are contained in {claim.group}, a stronger result than stated"
            )
    used = said.positive and claim.relation is not Relation.CONTAINS
    upper = tuple(Upper(str(claim.group), e, x) for e, x in by.items() if e in _FAR)
    return Comparison(
        said,
        escape,
        reason,
        missing,
        holds,
        tuple(by.values()) if used else (),
        lemmas if used else (),
        upper if used else (),
    )


def in_base_coordinates(claim: Claim, condition: Condition) -> Claim:
    """Return the claim with a law-preserving group of the content written in uniform coordinates.

    m keeps the content's law exactly where ψ₀∘m∘ψ₀⁻¹ keeps the uniform one.
    """
    group, law = claim.group, condition.content_law
    if not law.free_symbols or not isinstance(group, MeasurePreserving):
        return claim
    names = dict(zip(condition.base, group.coordinates, strict=True))
    if (group.log_density - law.xreplace(names)).expand().free_symbols:
        return claim
    return claim.replace(group=MeasurePreserving(group.dim))


def _inside(claim: Claim, found: Findings) -> tuple[dict[Extent, str], tuple[Lemma, ...]]:
    """Return the extents over which every optimal map is in the stated group, by what, and lemmas."""
    stated, condition = claim.group, found.condition
    if not _base_inside(condition, stated):
        return {}, ()
    by: dict[Extent, str] = {}
    lemmas: list[Lemma] = []
    bounds = list(found.upper)
    if (condition.linear_only or found.kernels) and not any(
        b.extent is Extent.ALL_MAPS and shown_inside(b.group, stated) for b in bounds
    ):
        bounds += bounds_by_basis(claim, condition, (stated,), found.kernels)[0]
    for bound in bounds:
        if bound.extent in by or not shown_inside(bound.group, stated):
            continue
        by[bound.extent] = bound.by
        lemmas += bound.lemmas
    complete = found.complete.complete and not condition.incomplete and not found.stray
    for bound in found.upper:
        # Near the identity the symmetries of the box are the identity alone.
        if bound.extent is Extent.SMOOTH and isinstance(bound.group, BoxSymmetries):
            by.setdefault(Extent.SMOOTH, bound.by)
            lemmas += bound.lemmas
    if complete and all(_in_algebra(stated, f) for f in found.span):
        by.setdefault(Extent.SMOOTH, found.complete.reason)
    if Extent.ALL_MAPS not in by and _generated_inside(found, stated):
        by[Extent.ALL_MAPS] = SOLVED
        lemmas += (x for k in found.kernels for x in k.lemmas)
    return by, tuple(dict.fromkeys(lemmas))


def _generated_inside(found: Findings, stated: AbstractGroup) -> bool:
    """Whether all optimal maps are generated by fields and maps that lie in the stated group."""
    if not found.exact or found.condition.over:
        return False
    generators = (*found.maps, *(m for g in found.groups[-1:] for m in g.finite_generators()))
    try:
        return all(stated.contains(m).holds for m in generators) and all(
            stated.in_algebra(f).holds for f in found.fields
        )
    except (SithError, sp.PolynomialError):
        return False


def _base_inside(condition: Condition, stated: AbstractGroup) -> bool:
    """Whether the base map h₀ is a member of the stated group; the identity is one of every group.

    A bound U says that the optimal maps are in U∘h₀. With 1 ∈ U they are all in a group S exactly if
    U ⊆ S and h₀ ∈ S.
    """
    if not condition.over:
        return True
    try:
        return stated.contains(Map(condition.z, condition.over)).holds
    except (SithError, sp.PolynomialError, ValueError):
        return False


def _in_algebra(group: AbstractGroup, field: Field) -> bool:
    try:
        return group.in_algebra(field).holds
    except (SithError, sp.PolynomialError):
        return False
