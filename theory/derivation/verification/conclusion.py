"""Everything that a verdict says follows from its fields: concluded again, and compared word by word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb
from typing import Any

import sympy as sp

from sith.theory.claim import Claim
from sith.theory.derivation.bounds.assemble import findings
from sith.theory.derivation.certificates import Certificate, polynomial, read_group
from sith.theory.derivation.engine import conclude
from sith.theory.derivation.equation import Condition, UpTo
from sith.theory.derivation.verification.answer import Rejected
from sith.theory.groups import Field
from sith.theory.verdict import NOT_EXAMINED, Agreement, Lemma, Outcome, Verdict

SAID = ("group", "base", "lower", "upper", "missing", "escape", "reason")
"""Entries of a certificate that are concluded again from its fields."""

SCOPE = ("components", "component_count", "not_shown", "fields", "completeness", "equations")
"""Entries of the scope that are concluded again."""


@dataclass(frozen=True, slots=True)
class _Stored:
    """One degree of a certificate, whose fields and rank were re-checked, as the bounds read it."""

    degree: int
    fields: tuple[Field, ...]
    changes: tuple[dict[sp.Symbol, sp.Rational], ...]
    monomials: tuple[tuple[int, ...], ...]
    unknowns: int
    equations: int
    rank: int
    gauge: int
    draws: tuple[tuple[tuple[sp.Rational, ...], ...], ...]
    primes: tuple[int, ...]

    @property
    def dimension(self) -> int:
        """Dimension of the space of free fields."""
        return len(self.fields)


def check_conclusion(
    certificate: Certificate,
    claim: Claim,
    condition: Condition,
    data: Mapping[str, Any],
    checked: list[str],
) -> Verdict:
    """Conclude again from the stored fields, and compare all that the certificate says."""
    names = {str(p): p for p in condition.parameters}
    pairs = comb(len(condition.z), 2)
    by_pairs = (UpTo.SEPARABLE, UpTo.PAIR_SEPARABLE)
    rows = sum(pairs if e.up_to in by_pairs else 1 for e in condition.equations)
    stored = tuple(
        _Stored(
            degree=r.degree,
            fields=tuple(
                Field(condition.z, tuple(polynomial(e, condition.z) for e in f)) for f in r.fields
            ),
            changes=tuple({names[k]: v for k, v in c.items()} for c in r.changes),
            monomials=r.monomials,
            unknowns=r.unknowns,
            equations=len(r.draws) * rows,
            rank=r.rank,
            gauge=r.gauge,
            draws=r.draws,
            primes=r.primes,
        )
        for r in certificate.degrees
    )
    verdict = concluded(claim, condition, stored)
    check_said(certificate, verdict.agreement, verdict.outcome)
    check_words(data, verdict)
    if certificate.group_data:
        law = sp.Integer(0)
        said = read_group(certificate.group_data, law)
        if said.dim != len(condition.image):
            raise Rejected(f"{said} does not act on R^{len(condition.image)}")
    if dict(certificate.group_data) != dict(verdict.certificate["group_data"]):
        raise Rejected("the stored parts of the derived group are not those that follow")
    checked.append(
        "both bounds, the comparison with the stated group, outcome, and every word of the verdict: "
        "concluded again from the fields"
    )
    return verdict


def concluded(claim: Claim, condition: Condition, stored: Sequence[_Stored]) -> Verdict:
    """Return the verdict that follows from degrees whose fields and ranks were re-checked."""
    return conclude(claim, findings(claim, condition, stored), 0)


def check_words(data: Mapping[str, Any], verdict: Verdict) -> None:
    """Compare the texts of a certificate with those of a verdict that was concluded again."""
    said = verdict.to_dict()
    for key in SAID:
        stored = data.get("base_words" if key == "base" else key)
        if _plain(stored) != _plain(said[key]):
            raise Rejected(f"'{key}' does not follow from the fields")
    for key in SCOPE:
        if _plain(data["scope"].get(key)) != _plain(said["scope"][key]):
            raise Rejected(f"'scope.{key}' does not follow from the fields")


def check_no_fields(data: Mapping[str, Any]) -> None:
    """Check that the scope of a spectral certificate counts no fields; raises `Rejected`."""
    scope = data["scope"]
    none = {"primes": [], "equations": 0, "unknowns": 0, "component_count": 0}
    for key, value in {"completeness": NOT_EXAMINED.to_dict(), **none}.items():
        if _plain(scope.get(key)) != _plain(value):
            raise Rejected(f"the scope's {key} counts fields, and a spectrum has none")


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value


def check_said(certificate: Certificate, agreement: Agreement, outcome: Outcome) -> None:
    """Compare agreement and outcome with what the certificate says."""
    if certificate.agreement is not agreement or certificate.agrees != agreement.positive:
        raise Rejected(
            f"derived and stated group: {agreement.value}, and the certificate says "
            f"{certificate.agreement.value}"
        )
    if certificate.outcome is not outcome:
        raise Rejected(
            f"the fields show '{outcome.value}', and the certificate says "
            f"'{certificate.outcome.value}'"
        )


def check_lemmas(certificate: Certificate, needed: Sequence[Lemma]) -> list[Lemma]:
    """Return the trusted lemmas, which must be those that the conclusion rests on."""
    if tuple(certificate.trusted) != tuple(str(lemma) for lemma in needed):
        raise Rejected("the lemmas are not those that the conclusion rests on")
    return list(needed)
