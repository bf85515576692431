"""From the maps and fields that were tried to a verdict."""

from __future__ import annotations

from sith.numerics.exact.directions import Directions
from sith.numerics.exact.report import Tried
from sith.theory import Agreement, Claim, Relation


def decide(
    claim: Claim,
    inside: tuple[Tried, ...],
    outside: tuple[Tried, ...],
    fields: Directions | None,
) -> tuple[Agreement, str]:
    """Compare the maps and fields with what the claim's relation asks; the reason names a fault.

    Equality asks that everything inside is optimal and nothing outside is; *contained in* asks
    the second, *contains* the first. Where nothing could be tried, the check is undecided.
    """
    needs_inside = claim.relation is not Relation.CONTAINED
    needs_outside = claim.relation is not Relation.CONTAINS
    unclear = _unclear(claim, inside if needs_inside else (), outside if needs_outside else ())
    if needs_inside:
        for tried in inside:
            if not tried.optimal and tried.clear:
                return Agreement.DISAGREES, (
                    f"a member of {claim.group} raises the loss by {tried.gap:.3g} ({tried.name})"
                )
        if fields is not None and fields.raising:
            return Agreement.DISAGREES, (
                f"{fields.raising} of {fields.stated} fields of {claim.group} raise the loss"
            )
    if needs_outside:
        for tried in outside:
            if tried.optimal:
                return Agreement.DISAGREES, (
                    f"a map outside {claim.group} is as good: {tried.name}, gap {tried.gap:.1e}"
                )
        if fields is not None and fields.outside and not fields.followed:
            return Agreement.UNDECIDED, (
                f"{fields.outside} polynomial fields of degree ≤ {fields.degree} outside the "
                f"algebra of {claim.group} leave the loss unchanged to first order; not up to "
                "rounding, or the maps that follow them do not, or leave the output space"
            )
        if fields is not None and fields.outside:
            return Agreement.DISAGREES, (
                f"{fields.outside} polynomial fields of degree ≤ {fields.degree} outside the "
                f"algebra of {claim.group} leave the loss unchanged"
            )
    if unclear:
        return Agreement.UNDECIDED, unclear
    if needs_inside and not inside and fields is None:
        return Agreement.UNDECIDED, f"no member of {claim.group} could be tried"
    if needs_outside and not outside and fields is None:
        return Agreement.UNDECIDED, f"no map outside {claim.group} could be tried"
    return Agreement.AGREES, ""


def _unclear(claim: Claim, inside: tuple[Tried, ...], outside: tuple[Tried, ...]) -> str:
    """The map that is neither exactly optimal nor clearly not, in words; "" if there is none."""
    for where, maps in (("a member of", inside), ("a map outside", outside)):
        for tried in maps:
            if not tried.clear:
                return (
                    f"{where} {claim.group} is too near to an optimum to be told from one: "
                    f"{tried.name}, gap {tried.gap:.1e}"
                )
    return ""
