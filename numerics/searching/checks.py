"""How each kind of witness is checked, from its data and without the search."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from numerics.searching.folds import check_fold
from numerics.searching.losses import check_loss
from numerics.searching.selections import check_selection
from numerics.searching.unattained import check_obstructed
from numerics.searching.witness import Counterexample, Kind
from theory import (
    Agreement,
    Claim,
    InputError,
    Membership,
    Outcome,
    Separation,
    check_separation,
    derive,
    read_map,
    verify_certificate,
)


def _check_map(witness: Counterexample, claim: Claim) -> Membership:
    member = read_map(witness.data.get("map"))
    free = witness.kind is Kind.FREE_MAP
    return check_separation(claim, Separation(free, (member,), (), ""))


def _check_derivation(witness: Counterexample, claim: Claim) -> Membership:
    certificate = witness.data.get("certificate")
    if not isinstance(certificate, Mapping):
        raise InputError("a derivation is stored with its certificate")
    verified = verify_certificate(certificate, claim)
    if not verified.valid:
        return Membership(False, verified.reason)
    disagrees = certificate.get("agreement") == Agreement.DISAGREES.value
    return Membership(disagrees, verified.reason)


def _check_stands(witness: Counterexample, claim: Claim) -> Membership:  # noqa: ARG001
    verdict = derive(claim)
    stands = verdict.agrees and verdict.outcome is Outcome.IDENTIFIED
    return Membership(stands, f"{verdict.outcome.value}: {verdict.group}")


Check = Callable[[Counterexample, Claim], Membership]

CHECKS: dict[Kind, Check] = {
    Kind.FREE_MAP: _check_map,
    Kind.NOT_FREE: _check_map,
    Kind.DERIVATION: _check_derivation,
    Kind.STANDS: _check_stands,
    Kind.FOLD: check_fold,
    Kind.LOWER_LOSS: check_loss,
    Kind.EQUAL_LOSS: check_loss,
    Kind.SELECTION: check_selection,
    Kind.OBSTRUCTION: check_obstructed,
}
"""How each kind of witness is checked."""
