"""Group, agreement and outcome follow from the fields."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from theory.claim import Claim
from theory.derive.certificates import Certificate, read_group
from theory.derive.check import check_map
from theory.derive.check_decoder import check_members
from theory.derive.compare import compare, free_law, free_probes, mixing, when_outside
from theory.derive.confirm import first_order_only
from theory.derive.equation import Condition
from theory.derive.verification.answer import Rejected
from theory.groups import AbstractGroup, Field, contained, keeps_a_block, named_groups
from theory.notation import latents
from theory.objectives import Likelihood, Reconstruction, SlicedNormality
from theory.verdict import Agreement, Outcome


def check_conclusion(
    certificate: Certificate,
    claim: Claim,
    condition: Condition,
    fields: tuple[Field, ...],
    checked: list[str],
) -> None:
    """Re-check group, agreement and outcome from the fields."""
    top = certificate.degrees[-1].degree
    unnamed = f"an algebra of dimension {len(fields)} without a name"
    moved = fields_along_base(condition, fields)
    if not moved and fields:
        if certificate.group != unnamed or certificate.group_data:
            raise Rejected("a free field depends on a dropped coordinate, so no group is derived")
        check_said(certificate, when_outside(claim), Outcome.NOT_IDENTIFIED)
        checked.append("a free field depends on a coordinate that the base map drops")
        return
    names = latents(len(condition.image))
    kept = condition.base_coordinates
    prior = (
        claim.world.prior.log_density(condition.z)
        if len(kept) == len(condition.z) and not isinstance(claim.objective, Reconstruction)
        else sp.Integer(0)
    )
    law = free_law(claim, condition)
    groups: tuple[AbstractGroup, ...] = ()
    if certificate.group_data:
        density = prior.xreplace(dict(zip(kept, names, strict=True)))
        groups = (read_group(certificate.group_data, density),)
        whole_law = bool(law) and isinstance(claim.objective, Likelihood | SlicedNormality)
        _check_group(certificate, condition, groups[0], moved, top, whole_law=whole_law)
        checked.append(f"group {certificate.group}: its algebra is the fields, its maps are free")
    elif certificate.group != unnamed:
        raise Rejected(f"the certificate names the group '{certificate.group}' without its parts")
    probes = free_probes(condition, groups)
    compared = compare(claim, condition, groups, (*moved, *law), probes, top)
    counts = [len(r.fields) for r in certificate.degrees]
    growing = len(counts) > 1 and counts[-1] > counts[-2]
    whole = len(kept) == len(condition.z) and not keeps_a_block(len(names), mixing(moved))
    if law or (growing and whole and len(names) > 1) or not compared.forth.holds:
        outcome = Outcome.NOT_IDENTIFIED
    else:
        outcome = Outcome.UNDECIDED if condition.incomplete else Outcome.IDENTIFIED
    agreement = compared.agreement
    if first_order_only(claim, condition, groups, moved):
        outcome = Outcome.UNDECIDED
        agreement = agreement if agreement is Agreement.AGREES else Agreement.UNDECIDED
    check_said(certificate, agreement, outcome)
    checked.append(f"comparison with the stated group {certificate.stated}, and the outcome")


def fields_along_base(condition: Condition, fields: Sequence[Field]) -> tuple[Field, ...]:
    """Rewrite fields in the base map's coordinates; () where one depends on another coordinate."""
    kept = condition.base_coordinates
    names = latents(len(kept))
    table = {x: y / (b / x) for b, x, y in zip(condition.base, kept, names, strict=True)}
    if any(e.free_symbols - set(kept) for f in fields for e in f.expressions):
        return ()
    return tuple(Field(names, tuple(e.xreplace(table) for e in f.expressions)) for f in fields)


def _check_group(
    certificate: Certificate,
    condition: Condition,
    group: AbstractGroup,
    fields: Sequence[Field],
    degree: int,
    *,
    whole_law: bool,
) -> None:
    if str(group) != certificate.group:
        raise Rejected(f"the stored parts are of {group}, the name is '{certificate.group}'")
    if group.dim != len(condition.image):
        raise Rejected(f"{group} does not act on R^{len(condition.image)}")
    outside = [m for m in (group.in_algebra(f) for f in fields) if not m.holds]
    if outside:
        raise Rejected(f"a free field is outside {group}: {outside[0].reason}")
    if whole_law:
        # The condition is that the law is kept, whatever the degree of its polynomial fields.
        return
    size = group.algebra_dimension(degree)
    if size != len(fields):
        raise Rejected(f"{group} has {size} fields of degree ≤ {degree}, not {len(fields)}")
    for member in group.finite_generators():
        answer = check_map(condition, member)
        if not answer.holds:
            raise Rejected(f"{member} of {group} is not free: {answer.reason}")
    answer = check_members(condition, group)
    if not answer.holds:
        raise Rejected(f"{group} is not free: {answer.reason}")
    for other in named_groups(group.dim):
        if not other.infinite and not contained(other, group).holds:
            same = other.algebra_dimension(degree) == size
            same = same and all(other.in_algebra(f).holds for f in fields)
            if same and all(check_map(condition, g).holds for g in other.finite_generators()):
                raise Rejected(f"the larger group {other} is free, not only {group}")


def check_said(certificate: Certificate, agreement: Agreement, outcome: Outcome) -> None:
    """Compare agreement and outcome with what the certificate says."""
    if certificate.agreement is not agreement or certificate.agrees != (
        agreement is Agreement.AGREES
    ):
        raise Rejected(
            f"derived and stated group: {agreement.value}, and the certificate says "
            f"{certificate.agreement.value}"
        )
    if certificate.outcome is not outcome:
        raise Rejected(
            f"the fields show '{outcome.value}', and the certificate says "
            f"'{certificate.outcome.value}'"
        )
