"""How each kind of witness is checked, from its data and without the search."""

from __future__ import annotations

from collections.abc import Callable

from sith.numerics.searching.clusters import check_close
from sith.numerics.searching.curves import check_curve
from sith.numerics.searching.folds import check_fold
from sith.numerics.searching.likelihoods import check_density, has_density_loss
from sith.numerics.searching.losses import check_loss
from sith.numerics.searching.merged_nodes import check_merged
from sith.numerics.searching.negatives import DEVIATION, enumerated_deviation
from sith.numerics.searching.operators import check_operators
from sith.numerics.searching.other_features import check_features
from sith.numerics.searching.pair_laws import check_pair_law
from sith.numerics.searching.projections import check_law
from sith.numerics.searching.selections import check_selection
from sith.numerics.searching.subspaces import check_subspaces
from sith.numerics.searching.transitions import check_transition
from sith.numerics.searching.unattained import certified, check_obstructed
from sith.numerics.searching.witness import CHECKED_BY, Counterexample, Kind
from sith.theory import (
    Agreement,
    Claim,
    Membership,
    Outcome,
    Separation,
    check_separation,
    derive,
    read_map,
)


def _check_map(witness: Counterexample, claim: Claim) -> Membership:
    member = read_map(witness.data.get("map"))
    free = witness.kind is Kind.FREE_MAP
    return check_separation(claim, Separation(free, (member,), (), ""))


def _check_derivation(witness: Counterexample, claim: Claim) -> Membership:
    return certified(witness, claim, "agreement", Agreement.DISAGREES.value)


def _check_stands(witness: Counterexample, claim: Claim) -> Membership:  # noqa: ARG001
    verdict = derive(claim)
    stands = verdict.agrees and verdict.outcome is Outcome.IDENTIFIED
    for deviation in enumerated_deviation(claim) if stands else ():
        if deviation > DEVIATION:
            return Membership(False, f"the enumerated optimum is {deviation:.2g} from the base map")
    return Membership(stands, f"{verdict.outcome.value}: {verdict.group}")


def _check_lower(witness: Counterexample, claim: Claim) -> Membership:
    special = {"curve": check_curve, "transition": check_transition}
    checks = [check for key, check in special.items() if key in witness.data]
    return (checks[0] if checks else check_loss)(witness, claim)


def _check_fold(witness: Counterexample, claim: Claim) -> Membership:
    return (check_merged if "nodes" in witness.data else check_fold)(witness, claim)


def _check_equal(witness: Counterexample, claim: Claim) -> Membership:
    return (check_density if has_density_loss(claim) else check_loss)(witness, claim)


Check = Callable[[Counterexample, Claim], Membership]

CHECKS: dict[Kind, Check] = {
    Kind.FREE_MAP: _check_map,
    Kind.NOT_FREE: _check_map,
    Kind.DERIVATION: _check_derivation,
    Kind.STANDS: _check_stands,
    Kind.LINEAR_OPTIMUM: check_operators,
    Kind.FOLD: _check_fold,
    Kind.LOWER_LOSS: _check_lower,
    Kind.EQUAL_LOSS: _check_equal,
    Kind.LAW: check_law,
    Kind.NEARLY_EQUAL: check_close,
    Kind.SECOND_SOLUTION: check_subspaces,
    Kind.SELECTION: check_selection,
    Kind.PAIR_LAW: check_pair_law,
    Kind.OTHER_FEATURES: check_features,
    Kind.OBSTRUCTION: check_obstructed,
}
"""How each kind of witness is checked."""

CHECKED_BY.update(CHECKS)
