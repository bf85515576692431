"""What smaller groups and other forms that are not told apart mean for a claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sith.numerics.groups import Answer, Finding, Kind
from sith.numerics.runs.report import TrainedReport
from sith.theory import Agreement, Claim, Relation, Verdict


def told_verdict(claim: Claim, findings: Sequence[Finding]) -> tuple[Agreement, str]:
    """Return the verdict on maps that lie inside the stated group, and its reason.

    Equality asks that every smaller group be left and the form be kept; containment from above
    asks for the form alone, containment from below for the smaller groups alone.
    """
    forms = [f for f in findings if f.kind is Kind.FORM]
    # Another form is no smaller group: maps that keep it are outside the stated group.
    asked = {
        Relation.EQUALITY: findings,
        Relation.CONTAINED: forms,
        Relation.CONTAINS: [f for f in findings if f.kind is not Kind.FORM],
    }[claim.relation]
    wrong = [f for f in asked if f.answer is Answer.CONTRADICTED]
    if wrong:
        return Agreement.DISAGREES, f"{claim.group}: {wrong[0].evidence}"
    unsure = [f for f in asked if f.answer is Answer.NOT_TOLD_APART]
    if not unsure:
        return Agreement.AGREES, ""
    # A group of smaller dimension says more than a missed component, one of the catalogue most.
    first = min(unsure, key=lambda f: (f.chance, f.kind is not Kind.NAMED))
    missed = first.kind is not Kind.FORM and first.chance
    luck = f" (chance {first.chance:.2g} under the stated group)" if missed else ""
    more = f"; nor from {len(unsure) - 1} more" if len(unsure) > 1 else ""
    reason = f"{claim.group} cannot be told from {first.name} with these seeds: {first.evidence}"
    return Agreement.UNDECIDED, f"{reason}{luck}{more}"


def unless_proved(found: TrainedReport, derived: Verdict) -> TrainedReport:
    """Return a report on a network or mixing of the user's own, which contradicts no proof.

    The limits on the loss gap and the residual are calibrated on the built-in networks and mixings.
    A network of one's own may hold no map that is near the optimum and still come near its loss.
    """
    if found.outcome is not Agreement.DISAGREES or not derived.agreement.positive:
        return found
    reason = f"{found.reason}; the derivation agrees, so that the network misses the optimum"
    return replace(found, outcome=Agreement.UNDECIDED, reason=reason)
