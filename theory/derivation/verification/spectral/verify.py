"""The spectral verifier: re-checks eigenvalues, counts, optimality and conclusion of a certificate.

It shares no code with the solver: functions are checked as eigenfunctions by moments, counts by
enumeration or symmetric elimination, and stated functions by the value of their loss.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp

from sith.theory.claim import Claim, Statement
from sith.theory.derivation.certificates import (
    Certificate,
    group_data,
    one_line,
    read_spectral,
    spectral_digest,
)
from sith.theory.derivation.lemmas.spectral import spectral_lemmas
from sith.theory.derivation.verification.answer import Rejected, Verification
from sith.theory.derivation.verification.conclusion import check_no_fields
from sith.theory.derivation.verification.not_checked import unread
from sith.theory.derivation.verification.spectral.levels import check_division, check_levels
from sith.theory.derivation.verification.spectral.optimum import (
    attains,
    latents_lost,
    stated_functions,
)
from sith.theory.derivation.verification.spectral.setting import Setting
from sith.theory.derivation.verification.spectral.words import Found, check_spectral_words
from sith.theory.errors import InputError
from sith.theory.groups import AbstractGroup, Euclidean, Orthogonal, contained
from sith.theory.verdict import Agreement, Membership, Outcome, Relation

_REFUSALS = (
    ArithmeticError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    sp.PolynomialError,
)

NOT_CHECKED = (
    "that the optimum is a top eigenspace: this is the trusted lemma of the objective",
    "the next eigenvalue and the gap, in the words on the scope",
    "the words of the reason after the kind of fault that they name",
)


def verify_spectral(
    data: Mapping[str, Any], certificate: Certificate, statement: Statement
) -> Verification:
    """Re-check a spectral certificate against the claim it is about."""
    checked: list[str] = []
    try:
        record = read_spectral(data["spectral"], certificate.dimension)
        claim = _rebuilt(certificate, statement)
        checked.append("claim: name, dimension, parameters, world, objective and stated group")
        setting = Setting(claim, record)
        check_levels(setting)
        total = sum(level.multiplicity for level in record.levels)
        checked.append(
            f"{total} eigenvalues with their functions, and that none is left out above the last"
        )
        check_division(setting)
        checked.append(f"the cut after {record.outputs} outputs")
        found = _conclusion(setting, certificate)
        check_no_fields(data)
        checked.append(f"comparison with the stated group {certificate.stated}, and the outcome")
        check_spectral_words(setting, found, data)
        checked.append("both bounds and the words that follow from the eigenvalues")
        if certificate.checksum != certificate.found:
            raise Rejected("the checksum differs: the file was changed after it was written")
    except Rejected as no:
        return Verification(
            False, str(no), certificate.claim, tuple(checked), same_claim=no.same_claim
        )
    except InputError:
        raise
    except _REFUSALS as error:
        reason = f"the checker cannot confirm the certificate: {one_line(error)}"
        return Verification(False, reason, certificate.claim, tuple(checked))
    return Verification(
        True,
        f"{certificate.outcome.value}: {certificate.group}, and with the stated group: "
        f"{certificate.agreement.value}",
        certificate.claim,
        tuple(checked),
        spectral_lemmas(claim),
        (*NOT_CHECKED, unread(data)),
    )


def _rebuilt(certificate: Certificate, statement: Statement) -> Claim:
    try:
        claim = statement.at(certificate.dimension, **certificate.parameters)
    except Exception as error:
        raise Rejected(
            f"the claim cannot be taken at the certificate's point: {one_line(error)}",
            same_claim=False,
        ) from error
    if claim.name != certificate.claim or spectral_digest(claim) != certificate.digest:
        raise Rejected(
            f"the certificate is about another claim than '{claim.name}' as it stands",
            same_claim=False,
        )
    if (str(claim.group), claim.relation) != (certificate.stated, certificate.relation):
        raise Rejected(
            f"the claim states {claim.group} ({claim.relation.value}), the certificate says "
            f"{certificate.stated} ({certificate.relation.value})"
        )
    return claim


def _conclusion(setting: Setting, certificate: Certificate) -> Found:
    """Recompute group, comparison, outcome, dimensions and lemmas."""
    if certificate.bounds or certificate.scope["completeness"].get("complete") is not False:
        raise Rejected("no bound on smooth fields belongs to a spectrum")
    other = (certificate.base, certificate.base_parameters, certificate.degrees)
    if any(other) or certificate.obstruction:
        raise Rejected("no field, base map or obstruction belongs to a spectrum")
    claim, record, objective = setting.claim, setting.record, setting.objective
    k = record.outputs
    group = Euclidean(k) if objective.shifts else Orthogonal(k)
    if certificate.group != str(group) or dict(certificate.group_data) != group_data(group):
        raise Rejected(f"the features are free up to {group}, not {certificate.group}")
    unique = not record.levels or record.taken == record.levels[-1].multiplicity
    forth, back, holds, witness = _compared(setting, group, unique=unique)
    lost = latents_lost(setting, unique=unique) if setting.exact else ()
    agreement = Agreement.AGREES if holds else Agreement.DISAGREES
    loose = not unique or bool(lost)
    outcome = Outcome.NOT_IDENTIFIED if loose else Outcome.IDENTIFIED
    if (certificate.agreement, certificate.agrees, certificate.outcome) != (
        agreement,
        holds,
        outcome,
    ):
        raise Rejected(
            f"the spectrum shows '{outcome.value}' and '{agreement.value}', the certificate says "
            f"'{certificate.outcome.value}' and '{certificate.agreement.value}'"
        )
    degree = max(
        [1, *(sp.Poly(f, *setting.z).total_degree() for fs in setting.functions for f in fs)]
    )
    free = sum(k - i - 1 for i in range(k - record.dropped)) + (k if objective.shifts else 0)
    if not unique:
        free += record.taken * (record.levels[-1].multiplicity - record.taken)
    if dict(certificate.dimension_by_degree) != {degree: free}:
        raise Rejected(f"the optima have {free} dimensions, in degree {degree}")
    if certificate.scope["degrees"] != (degree,) or certificate.scope["dimension"] != claim.dim:
        raise Rejected("the scope has other degrees or another dimension")
    if certificate.trusted != tuple(str(lemma) for lemma in spectral_lemmas(claim)):
        raise Rejected("the lemmas are not those that the objective and the world call for")
    stated = bool(stated_functions(claim, k))
    return Found(group, forth, back, holds, unique, stated, lost, witness)


def _compared(
    setting: Setting, group: AbstractGroup, *, unique: bool
) -> tuple[bool, bool, bool, str]:
    """Return derived in stated, stated in derived, the claimed relation, and what breaks it."""
    claim = setting.claim
    yes = Membership(True, f"both are {group}")
    same = group == claim.group
    inner = yes if same else contained(group, claim.group)
    outer = yes if same else contained(claim.group, group)
    stated, optimal = stated_functions(claim, setting.record.outputs), True
    if stated:
        if not setting.exact:
            raise Rejected("stated functions cannot be compared with irrational eigenvalues")
        optimal = attains(setting, stated)
    forth, back = inner.holds and optimal and unique, outer.holds and optimal
    holds = {
        Relation.EQUALITY: forth and back,
        Relation.CONTAINED: forth,
        Relation.CONTAINS: back,
    }[claim.relation]
    first = outer if not holds and (forth or claim.relation is Relation.CONTAINS) else inner
    return forth, back, holds, first.witness if optimal and not first.holds else ""
