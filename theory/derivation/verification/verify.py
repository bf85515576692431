"""The verifier: re-checks a certificate against its claim, with no code of the solver.

The condition is rebuilt from the claim; fields are substituted back, ranks recomputed at the
stored points, and monomials, gauge changes and group counted afresh.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sympy as sp
from sympy.polys.polyerrors import BasePolynomialError

from sith.theory.claim import Claim, Statement
from sith.theory.derivation.bounds.check import check_base
from sith.theory.derivation.certificates import (
    Certificate,
    claim_digest,
    one_line,
    polynomial,
    read_certificate,
)
from sith.theory.derivation.conditions import optimum_condition
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.verification.answer import NOT_CHECKED, Rejected, Verification
from sith.theory.derivation.verification.conclusion import check_conclusion, check_lemmas
from sith.theory.derivation.verification.degrees import check_degrees, check_scope
from sith.theory.derivation.verification.kernel_data import check_groups, check_system
from sith.theory.derivation.verification.mis_specified import verify_mis_specified
from sith.theory.derivation.verification.not_checked import unread
from sith.theory.derivation.verification.spectral import verify_spectral
from sith.theory.errors import SithError
from sith.theory.verdict import Agreement, Lemma, Outcome

_REFUSALS = (
    SithError,
    ArithmeticError,
    BasePolynomialError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


def verify_certificate(data: Mapping[str, Any], statement: Statement) -> Verification:
    """Re-check a certificate, as `certificate_data` made it, against the claim it is about.

    Raises `InputError` where `data` is no certificate; anything that does not hold gives a
    `Verification` that is not valid, with the reason.
    """
    certificate = read_certificate(data)
    if "spectral" in data:
        return verify_spectral(data, certificate, statement)
    checked: list[str] = []
    trusted: list[Lemma] = []
    try:
        _holds_something(certificate)
        claim, condition = _rebuilt(certificate, statement)
        checked.append("claim: name, dimension, parameters, condition and stated group")
        if certificate.outcome is Outcome.MIS_SPECIFIED:
            return verify_mis_specified(data, certificate, claim, condition, checked)
        check_system(data, condition)
        condition = _with_base(certificate, condition)
        checked.append(f"base map: h = {condition.base} solves the condition")
        check_degrees(certificate, condition, checked)
        check_scope(certificate)
        checked.append("dimension for each degree")
        verdict = check_conclusion(certificate, claim, condition, data, checked)
        trusted += check_lemmas(certificate, verdict.trusted)
        check_groups(data, certificate, claim, condition)
        checked.append("equations and groups, as the kernel reads them")
        if certificate.checksum != certificate.found:
            raise Rejected("the checksum differs: the file was changed after it was written")
    except Rejected as rejected:
        return Verification(
            False,
            str(rejected),
            certificate.claim,
            tuple(checked),
            same_claim=rejected.same_claim,
        )
    except _REFUSALS as error:
        reason = f"the checker cannot confirm the certificate: {one_line(error)}"
        return Verification(False, reason, certificate.claim, tuple(checked))
    return Verification(
        True,
        f"{certificate.outcome.value}: {certificate.group}, and with the stated group: "
        f"{certificate.agreement.value}",
        certificate.claim,
        tuple(checked),
        tuple(trusted),
        (*NOT_CHECKED, unread(data)),
    )


def _holds_something(certificate: Certificate) -> None:
    if certificate.outcome is Outcome.MIS_SPECIFIED and certificate.obstruction:
        return
    if certificate.obstruction:
        raise Rejected(
            f"an obstruction shows 'mis-specified', and the certificate says "
            f"'{certificate.outcome.value}'"
        )
    open_ = certificate.outcome is Outcome.UNDECIDED
    if (open_ and certificate.agreement is Agreement.UNDECIDED) or not certificate.degrees:
        because = f" ({certificate.reason})" if certificate.reason else ""
        why = "" if open_ else ", no field, spectrum or obstruction is stored"
        raise Rejected(
            f"the verdict is {certificate.outcome.value}{because}{why}, so the certificate holds "
            "nothing that could be re-checked"
        )


def _rebuilt(certificate: Certificate, statement: Statement) -> tuple[Claim, Condition]:
    try:
        claim = statement.at(certificate.dimension, **certificate.parameters)
        condition = optimum_condition(claim.world, claim.objective, claim.encoder)
    except Exception as error:
        raise Rejected(
            f"the claim cannot be taken at the certificate's point: {one_line(error)}",
            same_claim=False,
        ) from error
    if claim.name != certificate.claim:
        raise Rejected(
            f"the certificate is about '{certificate.claim}', not '{claim.name}'", same_claim=False
        )
    if claim.dim != certificate.dimension:
        raise Rejected(f"the claim has d = {claim.dim}, not {certificate.dimension}")
    digest = claim_digest(claim, condition)
    for what, is_, says in (
        ("states", str(claim.group), certificate.stated),
        ("compares by", claim.relation.value, certificate.relation.value),
    ):
        if is_ != says:
            raise Rejected(
                f"the claim {what} '{is_}', the certificate says '{says}'",
                same_claim=digest == certificate.digest,
            )
    if digest != certificate.digest:
        raise Rejected(
            "the claim's condition is not the one that the certificate is about: claim or "
            "parameters have changed",
            same_claim=False,
        )
    return claim, condition


def _with_base(certificate: Certificate, condition: Condition) -> Condition:
    """Return the condition around the stored base map, a positive multiple of the claim's own."""
    names = {str(p): p for p in condition.parameters}
    if set(names) != set(certificate.base_parameters):
        raise Rejected("the base map's learned parameters are not those of the condition")
    if len(certificate.base) != len(condition.base):
        raise Rejected(f"the base map has {len(certificate.base)} outputs")
    base = tuple(polynomial(terms, condition.z) for terms in certificate.base)
    scale = sp.cancel(base[0] / condition.base[0])
    if not scale.is_Rational or not scale.is_positive:
        raise Rejected(f"the base map {base} is not a positive multiple of {condition.base}")
    if any(sp.expand(b - scale * own) != 0 for b, own in zip(base, condition.base, strict=True)):
        raise Rejected(f"the base map {base} is not a multiple of {condition.base}")
    values = {names[k]: v for k, v in certificate.base_parameters.items()}
    around = replace(condition, base=base, parameters={p: values[p] for p in condition.parameters})
    answer = check_base(around)
    if not answer.holds:
        raise Rejected(f"the base map does not solve the condition: {answer.reason}")
    return around
