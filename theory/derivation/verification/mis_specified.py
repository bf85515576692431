"""Certificates that no map attains the optimum: the obstruction, and every word that follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sith.theory.claim import Claim
from sith.theory.derivation.certificates import Certificate
from sith.theory.derivation.conditions import said_misfit
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.verification.answer import NOT_CHECKED, Rejected, Verification
from sith.theory.derivation.verification.conclusion import check_lemmas, check_said
from sith.theory.derivation.verification.not_checked import unread
from sith.theory.derivation.verification.obstruction import check_obstruction
from sith.theory.verdict import Agreement, Outcome, Scope


def verify_mis_specified(
    data: Mapping[str, Any],
    certificate: Certificate,
    claim: Claim,
    condition: Condition,
    checked: list[str],
) -> Verification:
    """Re-check that no map solves the condition, and that the certificate says nothing else.

    Raises `Rejected` for what does not follow.
    """
    obstruction = certificate.obstruction[0]
    answer = check_obstruction(obstruction, claim)
    if not answer.holds:
        raise Rejected(f"the obstruction does not hold: {answer.reason}")
    checked.append(f"obstruction: {answer.reason}")
    says = (certificate.group, certificate.group_data, certificate.base, certificate.degrees)
    bounds = (certificate.base_parameters, certificate.bounds)
    if any(says) or any(bounds) or certificate.dimension_by_degree:
        raise Rejected("a condition without a solution has no group and no free field")
    check_said(certificate, Agreement.UNDECIDED, Outcome.MIS_SPECIFIED)
    trusted = check_lemmas(certificate, condition.lemmas)
    why = said_misfit(claim.world, claim.objective, condition)
    nothing = Scope(dimension=claim.dim, degrees=(), fields="no field computed", components="none")
    words = {
        "base_words": "z",
        "lower": [],
        "upper": [],
        "missing": [],
        "escape": "",
        "reason": f"no map h whatever attains it: {obstruction}; {why}",
        "scope": nothing.to_dict(),
    }
    for key, own in words.items():
        if data[key] != own:
            raise Rejected(f"'{key}' does not follow from the obstruction")
    if certificate.checksum != certificate.found:
        raise Rejected("the checksum differs: the file was changed after it was written")
    return Verification(
        True,
        f"mis-specified: no map h whatever attains the optimum; {answer.reason}",
        certificate.claim,
        tuple(checked),
        tuple(trusted),
        not_checked=(NOT_CHECKED[0], unread(data)),
    )
