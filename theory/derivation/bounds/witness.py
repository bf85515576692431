"""Re-check a witness exactly: the map reaches the optimum and lies outside the stated group."""

from __future__ import annotations

from sith.theory.derivation.bounds.check import check_base, check_map
from sith.theory.derivation.conditions import optimum_condition
from sith.theory.verdict import Membership
from sith.theory.witness import Witness


def check_witness(witness: Witness) -> Membership:
    """Say whether the witness kills its claim: base and map solve the condition, the group misses it."""
    claim = witness.false_claim
    condition = optimum_condition(claim.world, claim.objective, claim.encoder)
    for answer in (check_base(condition), check_map(condition, witness.map)):
        if not answer.holds:
            return Membership(False, f"the map is not optimal: {answer.reason}", str(witness.map))
    inside = claim.group.contains(witness.map)
    if inside.holds:
        return Membership(
            False, f"the map is in the stated group: {inside.reason}", str(witness.map)
        )
    return Membership(
        True, f"optimal, and outside {claim.group}: {inside.reason}", str(witness.map)
    )
