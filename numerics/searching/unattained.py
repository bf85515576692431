"""The certificate that no map whatever attains the bound on which a theorem's proof rests."""

from __future__ import annotations

from collections.abc import Mapping

from sith.numerics.searching.points import Point
from sith.numerics.searching.witness import Counterexample, Kind
from sith.theory import (
    Claim,
    InputError,
    Membership,
    Outcome,
    Verdict,
    certificate_data,
    derive,
    verify_certificate,
)


def obstruction(claim: Claim) -> tuple[Counterexample, ...]:
    """Return the obstruction of a mis-specified claim, () where the derivation finds none.

    It refutes "h attains the optimum condition if and only if it lies in the group": no h does.
    Of the loss's minimisers it says nothing; they may still lie in the group.
    """
    return obstruction_of(claim, derive(claim), Point())


def obstruction_of(claim: Claim, verdict: Verdict, point: Point) -> tuple[Counterexample, ...]:
    """Return the obstruction that a verdict holds, () where it holds none."""
    if verdict.outcome is not Outcome.MIS_SPECIFIED:
        return ()
    return (
        Counterexample.found(
            claim,
            point,
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
    return certified(witness, claim, "verdict", Outcome.MIS_SPECIFIED.value)


def certified(witness: Counterexample, claim: Claim, entry: str, says: str) -> Membership:
    """Say whether the stored certificate is valid for the claim and has `says` at `entry`."""
    certificate = witness.data.get("certificate")
    if not isinstance(certificate, Mapping):
        raise InputError("this kind of witness is stored with a certificate")
    verified = verify_certificate(certificate, claim)
    return Membership(verified.valid and certificate.get(entry) == says, verified.reason)
