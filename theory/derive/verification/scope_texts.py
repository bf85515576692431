"""The words and counts of a certificate's scope, written again from what was re-checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from theory.claim import Claim
from theory.derive.certificates import Certificate
from theory.derive.equation import Condition, UpTo
from theory.derive.scope_words import RELABELLED, fields_words, higher_words
from theory.derive.verification.answer import Rejected
from theory.derive.verification.component_texts import Settled, settled_texts
from theory.groups import AbstractGroup
from theory.verdict import NOT_EXAMINED, Completeness, Method, Relation


def check_scope_texts(
    data: Mapping[str, Any],
    certificate: Certificate,
    claim: Claim,
    condition: Condition,
    groups: Sequence[AbstractGroup],
) -> None:
    """Check every word and count of the scope that `check_scope` leaves; raises `Rejected`."""
    scope, degree = data["scope"], certificate.degrees[-1].degree
    complete = _completeness(certificate, condition)
    growing = _growing(certificate)
    _same("completeness.reason", scope["completeness"].get("reason"), complete.reason)
    _same("completeness.dimension", scope["completeness"].get("dimension"), complete.dimension)
    _same("fields", scope.get("fields"), fields_words(degree, complete, growing=growing))
    _same("equations", scope.get("equations"), _rows(certificate, condition))
    possible = settled_texts(claim, condition, groups)
    fitting = [s for s in possible if s.text == scope.get("components")]
    if not fitting:
        raise Rejected(f"the scope's components are {scope.get('components')!r}: nothing says so")
    _same("component_count", scope.get("component_count"), fitting[0].count)
    beyond = not (complete.complete or fitting[0].all_maps or growing)
    wanted = _not_shown(claim, condition, fitting[0], degree if beyond else 0)
    _same("not_shown", scope.get("not_shown"), wanted)


def check_no_fields(data: Mapping[str, Any]) -> None:
    """Check that the scope of a spectral certificate counts no fields; raises `Rejected`."""
    scope = data["scope"]
    _same("completeness", scope["completeness"], NOT_EXAMINED.to_dict())
    _same("primes", scope["primes"], [])
    for key in ("equations", "unknowns", "component_count"):
        _same(key, scope.get(key), 0)


def _completeness(certificate: Certificate, condition: Condition) -> Completeness:
    """Return the completeness that the re-checked bounds show; why none was found is not known."""
    dimension = len(certificate.degrees[-1].fields)
    if condition.linear_only:
        return Completeness(
            True, Method.LINEAR, dimension, "the linear class of mixing and encoder"
        )
    for bound in certificate.bounds:
        return Completeness(True, bound.method, dimension, bound.words())
    said = certificate.scope["completeness"].get("reason")
    return Completeness(False, Method.NONE, dimension, str(said))


def _growing(certificate: Certificate) -> bool:
    counts = [len(record.fields) for record in certificate.degrees]
    return len(counts) > 1 and counts[-1] > counts[-2]


def _rows(certificate: Certificate, condition: Condition) -> int:
    """Return how many linear equations the points of the highest degree give."""
    d = len(condition.z)
    single = (UpTo.SEPARABLE, UpTo.PAIR_SEPARABLE)
    each = sum(d * (d - 1) // 2 if e.up_to in single else 1 for e in condition.equations)
    return each * len(certificate.degrees[-1].draws)


def _not_shown(claim: Claim, condition: Condition, settled: Settled, degree: int) -> list[str]:
    lower = claim.relation is Relation.CONTAINS
    return [
        *([higher_words(degree)] if degree else []),
        *([condition.relaxed] if condition.relaxed else []),
        *([condition.incomplete] if condition.incomplete and lower else []),
        *([RELABELLED] if condition.relabelled else []),
        *settled.not_shown,
    ]


def _same(what: str, said: Any, found: Any) -> None:
    if said != found or isinstance(said, bool):
        raise Rejected(f"the scope's {what} is {str(said)[:80]!r}, not {str(found)[:80]!r}")
