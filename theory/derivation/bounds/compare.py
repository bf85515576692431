"""The stated group against both bounds: what lies in what, what was shown, and what separates them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sympy as sp
from sympy.polys.matrices import DomainMatrix

from sith.theory.claim import Claim
from sith.theory.derivation.bounds.assemble import Findings, shown_inside
from sith.theory.derivation.bounds.check import check_field, check_map
from sith.theory.derivation.bounds.check_decoder import check_members
from sith.theory.derivation.bounds.confirm import first_order_only
from sith.theory.derivation.bounds.families import check_group_families
from sith.theory.derivation.bounds.kept import leaves_walls, left_open
from sith.theory.derivation.bounds.rearrangement import MIRROR
from sith.theory.derivation.bounds.recognise import mixing
from sith.theory.derivation.bounds.symmetries import solves
from sith.theory.derivation.bounds.table import Shown, agreement
from sith.theory.derivation.bounds.upper import bounds_by_basis
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.fields.ball import ball
from sith.theory.derivation.lemmas.confinement import outputs_in_box
from sith.theory.errors import InputError, SithError, UnsupportedCondition
from sith.theory.groups import (
    AbstractGroup,
    BoxSymmetries,
    Field,
    Linear,
    Map,
    MeasurePreserving,
)
from sith.theory.verdict import Agreement, Extent, Lemma, Membership, Relation

MEMBERS = 3
"""So many drawn members of the stated group are substituted besides its generators."""

SOLVED = "the affine solutions, all of which were solved for"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The agreement with the stated group, what separates it, and what is missing for more."""

    agreement: Agreement
    escape: str
    reason: str
    missing: tuple[str, ...]
    relation_that_holds: str
    by: tuple[str, ...]
    lemmas: tuple[Lemma, ...]


def compare(claim: Claim, found: Findings) -> Comparison:
    """Compare the stated group with both bounds, in the coordinates that the bounds are in."""
    claim = in_base_coordinates(claim, found.condition)
    inside, by, lemmas = _inside(claim, found)
    outside = _outside(claim, found)
    free, not_free = _stated_free(claim, found)
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
    return Comparison(
        said, escape, reason, missing, holds, by if used else (), lemmas if used else ()
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
    return claim.but(group=MeasurePreserving(group.dim))


def _inside(
    claim: Claim, found: Findings
) -> tuple[frozenset[Extent], tuple[str, ...], tuple[Lemma, ...]]:
    """Return the extents over which every optimal map is in the stated group, by what, and lemmas."""
    stated, condition = claim.group, found.condition
    if not _base_inside(condition, stated):
        return frozenset(), (), ()
    extents: set[Extent] = set()
    by: list[str] = []
    lemmas: list[Lemma] = []
    bounds = list(found.upper)
    if (condition.linear_only or found.kernels) and not any(
        b.extent is Extent.ALL_MAPS and shown_inside(b.group, stated) for b in bounds
    ):
        bounds += bounds_by_basis(claim, condition, (stated,), found.kernels)[0]
    for bound in bounds:
        if bound.extent in extents or not shown_inside(bound.group, stated):
            continue
        extents.add(bound.extent)
        by.append(bound.by)
        lemmas += bound.lemmas
    complete = found.complete.complete and not condition.incomplete and not found.stray
    for bound in found.upper:
        # Near the identity the symmetries of the box are the identity alone.
        if bound.extent is Extent.SMOOTH and isinstance(bound.group, BoxSymmetries):
            extents.add(Extent.SMOOTH)
            by.append(bound.by)
            lemmas += bound.lemmas
    if complete and all(_in_algebra(stated, f) for f in found.span):
        extents.add(Extent.SMOOTH)
        by.append(found.complete.reason)
    if Extent.ALL_MAPS not in extents and _generated_inside(found, stated):
        extents.add(Extent.ALL_MAPS)
        by.append(SOLVED)
        lemmas += (x for k in found.kernels for x in k.lemmas)
    return frozenset(extents), tuple(by), tuple(dict.fromkeys(lemmas))


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


def _outside(claim: Claim, found: Findings) -> Membership:
    """Return an element of the lower bound that is shown not to be in the stated group."""
    stated, condition = claim.group, found.condition
    nothing = Membership(False, "every element that is known to be optimal is in the group")
    if condition.over:
        member = Map(condition.z, condition.over)
        try:
            answer = stated.contains(member)
        except (SithError, sp.PolynomialError, ValueError):
            return nothing
        if not answer.holds:
            return Membership(False, answer.reason, f"h₀ = {member}")
        return nothing
    if found.stray:
        reason = "it depends on a coordinate that the stated group does not act on"
        return Membership(False, reason, str(found.stray[0]))
    for fold in found.folds:
        return Membership(False, f"it is not injective: {fold.twins}", str(fold))
    for member in found.maps:
        answer = stated.contains(member)
        if not answer.holds:
            return Membership(False, answer.reason, str(member))
    if found.mirror and not stated.infinite:
        return Membership(False, "a decreasing map that is not affine", MIRROR)
    doubt = first_order_only(claim, condition, found.groups, found.fields)
    candidates: list[Field] = [] if doubt else list(found.fields)
    for family in found.families:
        candidates += [f for f in family.instances() if _polynomial(f)]
        if family.chain and not stated.infinite:
            return Membership(False, "a function space in a group of finite dimension", str(family))
    for field in candidates:
        answer = _algebra(stated, field)
        if not answer.holds:
            return Membership(False, answer.reason, str(field))
    for family in found.families:
        for field in family.instances():
            stray = "" if _polynomial(field) else _stray_coordinate(stated, field)
            if stray:
                return Membership(False, stray, str(field))
    return nothing


def _stray_coordinate(stated: AbstractGroup, field: Field) -> str:
    """Say which component depends on a coordinate that it depends on in no field of a group.

    The slope is shown not to vanish by interval arithmetic at a rational point; empty if not shown.
    """
    families = stated.families()
    known = [f for f, _, _ in families] if families else stated.algebra_basis(2)
    allowed = set(mixing(known))
    point = {x: sp.Rational(k + 2, 2 * k + 7) for k, x in enumerate(field.symbols)}
    # The point is in the positive orthant, where the field has no absolute values and signs.
    signs = {sp.Abs(x): x for x in point} | {sp.sign(x): sp.Integer(1) for x in point}
    for i, e in enumerate(f.xreplace(signs) for f in field.expressions):
        for j, x in enumerate(field.symbols):
            if (i, j) in allowed:
                continue
            try:
                slope = ball(sp.diff(e, x), point)
            except (SithError, TypeError, ValueError):
                continue
            if slope.is_finite() and not slope.contains(0):
                return f"component {i + 1} depends on {x}"
    return ""


def _polynomial(field: Field) -> bool:
    return all(e.is_polynomial(*field.symbols) for e in field.expressions)


def _stated_free(claim: Claim, found: Findings) -> tuple[Membership, Membership]:
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
    confined = condition.linear_only or outputs_in_box(condition)
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
    for member in _some_members(stated):
        try:
            if condition.linear_only and any(x != 0 for x in member.affine_parts()[1]):
                return Membership(False, "a linear encoder has no shift", str(member))
            answer = check_map(condition, member)
        except (SithError, sp.PolynomialError, NotImplementedError, ValueError):
            continue
        if not answer.holds:
            return Membership(False, answer.reason, str(member))
        # A group of arbitrary functions is read as one of the support.
        confined = outputs_in_box(condition) and not stated.infinite
        if confined and leaves_walls(condition, member):
            return Membership(False, "it takes points of the box out of it", str(member))
    # A field that no linear encoder realises needs no solution of its degree beside it.
    degree = 3 if condition.linear_only else min(2, found.solutions[-1].degree)
    try:
        fields = stated.algebra_basis(degree)
    except UnsupportedCondition:
        return Membership(False, "")
    for field in fields:
        if condition.linear_only and not _is_linear(field):
            return Membership(False, "a linear encoder does not realise it", str(field))
        if not _in_span(found, field):
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


def _in_span(found: Findings, field: Field) -> bool:
    """Whether a polynomial field is a combination of the solutions, as a function on the space.

    The solutions of each degree are all polynomial fields of that degree that solve the equations,
    some change of the learned parameters going with each; a field outside their span solves them
    with none.
    """
    top = found.solutions[-1].degree
    if _degree(field) > top:
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


def _members_free(condition: Condition, stated: AbstractGroup, found: Findings) -> Membership:
    """Say whether fields, or families, and generators of the stated group are free.

    The free maps of a condition around the identity are closed under composition, so free fields
    are tangent to free maps; for a class of decoders drawn members are composed besides.
    """
    if stated.infinite:
        answer = check_group_families(condition, stated)
        if not answer.holds:
            return answer
    else:
        inside = all(_shown_free(found, f) for f in stated.algebra_basis(2))
        if outputs_in_box(condition) or condition.by_coordinate:
            inside = inside and all(_spanned(found.fields, f) for f in stated.algebra_basis(2))
        if not inside:
            return Membership(False, "a field of the stated group is not shown to be free")
    for member in stated.finite_generators():
        if stated.infinite and outputs_in_box(condition):
            if not check_map(condition, member).holds:
                return Membership(False, f"{member} is not shown to be optimal", str(member))
        elif not solves(condition, member):
            return Membership(False, f"{member} is not shown to be optimal", str(member))
    return check_members(condition, stated)


def _shown_free(found: Findings, field: Field) -> bool:
    """Whether a field of the stated group is a combination of free ones, or solves the condition."""
    if _degree(field) <= found.solutions[-1].degree:
        return _in_span(found, field)
    return check_field(found.condition, field, {}).holds


def _degree(field: Field) -> int:
    degrees = [sp.Poly(e, *field.symbols).total_degree() for e in field.expressions if e != 0]
    return int(max(degrees, default=0))


def _spanned(fields: Sequence[Field], field: Field) -> bool:
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


def _algebra(group: AbstractGroup, field: Field) -> Membership:
    try:
        return group.in_algebra(field)
    except (SithError, sp.PolynomialError) as error:
        return Membership(True, f"not decided: {error}")


def _in_algebra(group: AbstractGroup, field: Field) -> bool:
    try:
        return group.in_algebra(field).holds
    except (SithError, sp.PolynomialError):
        return False
