"""The reason of a certificate, written again from the fields that were re-checked."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from theory.claim import Claim
from theory.derive.certificates import Certificate
from theory.derive.compare import compare, escape, free_law, free_probes, mixing
from theory.derive.confirm import first_order_only
from theory.derive.equation import Condition
from theory.derive.scope_words import FUNCTION_SPACE
from theory.derive.verification.answer import Rejected
from theory.groups import AbstractGroup, Field, keeps_a_block


def check_reason(
    certificate: Certificate,
    claim: Claim,
    condition: Condition,
    groups: Sequence[AbstractGroup],
    fields: Sequence[Field],
    moved: Sequence[Field],
) -> None:
    """Check that the reason is the one that the fields give; raises `Rejected`.

    `moved` are the fields in the base map's coordinates, none where one depends on another.
    """
    if fields and not moved:
        kept = set(condition.base_coordinates)
        used = [{s for e in f.expressions for s in sp.expand(e).free_symbols} for f in fields]
        stray = next(own - kept for own in used if own - kept)
        _compare(certificate, f"a free field depends on {min(stray, key=str)}")
        return
    law = free_law(claim, condition)
    probes = free_probes(condition, groups)
    degree = certificate.degrees[-1].degree
    compared = compare(claim, condition, groups, (*moved, *law), probes, degree)
    reason = escape(claim, condition, compared)[1]
    counts = [len(record.fields) for record in certificate.degrees]
    growing = len(counts) > 1 and counts[-1] > counts[-2]
    size = len(condition.image)
    whole = len(condition.base_coordinates) == len(condition.z)
    loose = growing and whole and size > 1 and not keeps_a_block(size, mixing(moved))
    if law or loose:
        reason = reason or FUNCTION_SPACE
    _compare(certificate, first_order_only(claim, condition, groups, moved) or reason)


def _compare(certificate: Certificate, reason: str) -> None:
    if certificate.reason != reason:
        raise Rejected(f"the reason is {certificate.reason[:80]!r}, not {reason[:80]!r}")
