"""A claim without one of its assumptions, its conclusion kept."""

from __future__ import annotations

from sith.theory.claim import Claim
from sith.theory.derivation.engine import derive
from sith.theory.errors import InputError, UnsupportedCondition
from sith.theory.objectives import AbstractObjective, SpectralObjective
from sith.theory.verdict import Outcome, Relation


def weakened(claim: Claim, name: str) -> Claim:
    """Return a claim without one assumption, its conclusion kept; raises `SithError`.

    An equality becomes "h lies in the stated group": a smaller group is no failure. For a negative
    result (the derivation says *not identified*) it becomes "every member is free".
    """
    known = {a.name: a for a in claim.assumptions}
    if name not in known:
        raise InputError(f"'{claim.name}' has no assumption '{name}'", allowed=", ".join(known))
    try:
        weak: Claim = known[name].weaken(claim)
    except (AttributeError, TypeError) as error:
        # A weakening that was written for another objective or world, as a theorem's for a user's loss.
        raise UnsupportedCondition(
            f"the weakening of '{name}' does not fit the claim '{claim.name}': {error}",
            cure="state the assumptions of the claim anew",
        ) from error
    negative = claim.group.infinite and derive(claim).outcome is Outcome.NOT_IDENTIFIED
    kept = claim.relation is Relation.CONTAINS or (negative and claim.relation is Relation.EQUALITY)
    relation = Relation.CONTAINS if kept else Relation.CONTAINED
    # A weakening of the encoder states the group in the new number of outputs.
    same = weak.encoder.output.dim == claim.group.dim
    group = claim.group if same else weak.group
    other = _features_of(claim, weak)
    return weak.replace(
        base_of=other, group=group, relation=relation, name=f"{claim.name} without {name}"
    )


def _features_of(claim: Claim, weak: Claim) -> tuple[AbstractObjective, ...]:
    """The objective whose optimum the conclusion is about, where the weakening changed it."""
    both = isinstance(claim.objective, SpectralObjective) and isinstance(
        weak.objective, SpectralObjective
    )
    changed = both and weak.objective != claim.objective and not weak.base
    return (claim.objective,) if changed else ()
