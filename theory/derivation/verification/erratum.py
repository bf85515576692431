"""Re-check an erratum exactly: the published assumptions hold, and its counterexample stands."""

from __future__ import annotations

from sith.theory.claim import Claim
from sith.theory.derivation.bounds.check import check_base, check_map
from sith.theory.derivation.conditions import optimum_condition
from sith.theory.derivation.verification import check_obstruction
from sith.theory.erratum_entry import Erratum
from sith.theory.fold import Fold
from sith.theory.obstruction import Obstruction
from sith.theory.verdict import Membership, Relation


def check_erratum(erratum: Erratum) -> Membership:
    """Say whether the counterexample meets the published assumptions and refutes the statement.

    A map must solve the optimum condition and lie outside the published group; a fold must keep the
    law and take two points to one, where the condition lets it follow any optimal map; an obstruction
    must exclude every map from the condition. Nothing is derived: the counterexample is substituted.
    """
    claim, found = erratum.published, erratum.counterexample
    met = erratum.assumptions_met(claim)
    if not met.holds:
        return Membership(False, f"the published assumptions do not hold: {met.reason}")
    if isinstance(found, Obstruction):
        answer = check_obstruction(found, claim)
        return Membership(answer.holds, f"{met.reason}; {answer.reason}")
    if isinstance(found, Fold):
        answer = check_fold(found, claim)
        return Membership(answer.holds, f"{met.reason}; {answer.reason}", str(found))
    condition = optimum_condition(claim.world, claim.objective, claim.encoder)
    for answer in (check_base(condition), check_map(condition, found)):
        if not answer.holds:
            return Membership(False, f"the map is not optimal: {answer.reason}", str(found))
    inside = claim.group.contains(found)
    if inside.holds:
        return Membership(False, f"the map is in the published group: {inside.reason}", str(found))
    reason = f"{met.reason}; the map is optimal, and outside {claim.group}: {inside.reason}"
    return Membership(True, reason, str(found))


def check_fold(fold: Fold, claim: Claim) -> Membership:
    """Say whether a fold of the outputs is optimal, so that no group holds all optimal maps."""
    condition = optimum_condition(claim.world, claim.objective, claim.encoder)
    if not condition.foldable:
        return Membership(False, "the condition asks for more than the law of the outputs")
    if fold.dim > len(condition.image) or claim.relation is Relation.CONTAINS:
        return Membership(False, f"it says nothing of {claim.group} ({claim.relation.value})")
    if not fold.smooth:
        return Membership(False, "the map is not smooth, and the statement is about smooth ones")
    answer = check_base(condition)
    return fold.check() if answer.holds else answer
