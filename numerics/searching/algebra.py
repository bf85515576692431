"""The first stage: exact maps that the optimum leaves free, or a derivation that disagrees."""

from __future__ import annotations

from itertools import islice

from sith.numerics.searching.derivations import Derived, plain_derive
from sith.numerics.searching.negatives import enumerated_deviation
from sith.numerics.searching.points import Point
from sith.numerics.searching.witness import Counterexample, Kind
from sith.theory import (
    Agreement,
    Claim,
    Outcome,
    Separation,
    UnsupportedCondition,
    certificate_data,
    derive,
    map_data,
    separations,
)

CANDIDATES = 12
"""So many separations are compared for the simplest."""


def refute_by_algebra(
    claim: Claim, point: Point, degree: int, derived: Derived = plain_derive
) -> tuple[Counterexample, ...]:
    """Return an exact witness against a claim, () where the algebra finds none.

    First exact maps, the simplest of several; then a derivation that disagrees. Raises `SithError`
    where the claim has no condition that the exact layer can treat.
    """
    try:
        found = [s for s in islice(separations(claim, degree), CANDIDATES) if s.map]
    except UnsupportedCondition:
        found = []
    for separation in sorted(found, key=_size):
        return (_from_map(claim, point, separation),)
    verdict = derived(claim, degree)
    if verdict.agreement is Agreement.DISAGREES and verdict.outcome is not Outcome.MIS_SPECIFIED:
        data = certificate_data(verdict, claim.name, {})
        return (
            Counterexample.found(
                claim,
                point,
                kind=Kind.DERIVATION,
                shown=verdict.escape or f"the derived group is {verdict.group}",
                equal="the optimum condition",
                differs=verdict.reason,
                exact=True,
                data={"certificate": data},
            ),
        )
    return ()


def stands_by_algebra(claim: Claim, point: Point, degree: int) -> tuple[Counterexample, ...]:
    """Return the witness that a claim stands, () where the derivation does not show it.

    The number `enumerated` says how far, with M negatives in a finite world, the critic of the base
    map is from the best one.
    """
    verdict = derive(claim, degree=degree)
    if not verdict.agrees or verdict.outcome is not Outcome.IDENTIFIED:
        return ()
    deviation = enumerated_deviation(claim)
    return (
        Counterexample.found(
            claim,
            point,
            kind=Kind.STANDS,
            shown=f"identified up to {verdict.group}",
            equal="derived and stated group",
            differs="the statement says that the claim never stands",
            exact=True,
            data={},
            numbers=dict(zip(("enumerated",), deviation, strict=False)),
        ),
    )


def _size(separation: Separation) -> tuple[int, int]:
    try:
        data = str(map_data(separation.map[0]))
    except UnsupportedCondition:
        return 1, len(str(separation.map[0]))
    return 0, len(data)


def _from_map(claim: Claim, point: Point, separation: Separation) -> Counterexample:
    (member,) = separation.map
    kind = Kind.FREE_MAP if separation.free else Kind.NOT_FREE
    if separation.free:
        equal, differs = "the optimum condition, and so the loss", separation.reason
    else:
        equal, differs = f"it lies in {claim.group}", f"not optimal: {separation.reason}"
    return Counterexample.found(
        claim,
        point,
        kind=kind,
        shown=str(member),
        equal=equal,
        differs=differs,
        exact=True,
        data={"map": map_data(member)},
    )
