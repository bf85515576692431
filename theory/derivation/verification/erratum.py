"""Re-check an erratum exactly: the published assumptions hold, and its counterexample stands."""

from __future__ import annotations

from sith.theory.derivation.bounds.check import check_base, check_map
from sith.theory.derivation.conditions import optimum_condition
from sith.theory.derivation.verification import check_obstruction
from sith.theory.derivation.verification.spectral import check_lower_loss
from sith.theory.erratum_entry import Erratum
from sith.theory.objectives import SpectralObjective
from sith.theory.obstruction import Obstruction
from sith.theory.verdict import Membership


def check_erratum(erratum: Erratum) -> Membership:
    """Say whether the counterexample meets the published assumptions and refutes the statement.

    A map must solve the optimum condition and lie outside the published group or, for a spectral
    objective, be feasible with a lower loss than every published map; an obstruction must exclude
    every map from the condition. Nothing is derived: the counterexample is substituted.
    """
    claim, found = erratum.published, erratum.counterexample
    met = erratum.assumptions_met(claim)
    if not met.holds:
        return Membership(False, f"the published assumptions do not hold: {met.reason}")
    if isinstance(found, Obstruction):
        answer = check_obstruction(found, claim)
        return Membership(answer.holds, f"{met.reason}; {answer.reason}")
    if isinstance(claim.objective, SpectralObjective):
        answer = check_lower_loss(claim, found)
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
