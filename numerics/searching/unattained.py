"""The certificate that no map whatever attains the bound on which a theorem's proof rests."""

from __future__ import annotations

from collections.abc import Mapping

from numerics.searching.witness import Counterexample, Kind
from theory import (
    Claim,
    InputError,
    Membership,
    Outcome,
    certificate_data,
    derive,
    verify_certificate,
)


def obstruction(claim: Claim) -> tuple[Counterexample, ...]:
    """Return the obstruction of a mis-specified claim, () where the derivation finds none.

    It refutes "h attains the optimum condition if and only if it lies in the group": no h does.
    Of the loss's minimisers it says nothing; they may still lie in the group.
    """
    verdict = derive(claim)
    if verdict.outcome is not Outcome.MIS_SPECIFIED:
        return ()
    return (
        Counterexample(
            claim=claim.name,
            dim=0,
            parameters={},
            kind=Kind.OBSTRUCTION,
            shown="no map h whatever attains the bound of the loss",
            equal="the law of the pairs and the critic are as stated",
            differs=verdict.reason,
            exact=True,
            data={"certificate": certificate_data(verdict, claim.name, {})},
        ),
    )


def check_obstructed(witness: Counterexample, claim: Claim) -> Membership:
    """Re-check the obstruction's certificate with the exact layer's independent checker."""
    certificate = witness.data.get("certificate")
    if not isinstance(certificate, Mapping):
        raise InputError("an obstruction is stored with its certificate")
    verified = verify_certificate(certificate, claim)
    if not verified.valid:
        return Membership(False, verified.reason)
    ruled_out = certificate.get("verdict") == Outcome.MIS_SPECIFIED.value
    return Membership(ruled_out, verified.reason)
