"""The table by which outcome and agreement follow from proved inclusions, and from nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from sith.theory.verdict import Agreement, Extent, Outcome, Relation

LOCAL = (Extent.SMOOTH, Extent.INVERTIBLE)
"""Extents that support an agreement near the identity and no more."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What was shown of the optimal maps F, the lower bound L ⊆ F, and the stated group S.

    `inside` holds the extents over which F ⊆ S is proved, `outside` names an element of L that is
    not in S, `free` says that S ⊆ L is proved, and `not_free` names a member of S that is not
    optimal. Texts are empty where nothing of the kind was shown.
    """

    inside: frozenset[Extent]
    outside: str
    free: bool
    not_free: str


def agreement(shown: Shown, relation: Relation) -> tuple[Agreement, tuple[str, ...]]:
    """Return the agreement with the stated group, and the inclusions that are missing."""
    if shown.outside and relation is not Relation.CONTAINS:
        return Agreement.DISAGREES, ()
    if shown.not_free and relation is not Relation.CONTAINED:
        return Agreement.DISAGREES, ()
    missing: list[str] = []
    if relation is not Relation.CONTAINED and not shown.free:
        missing.append("that every member of the stated group is optimal")
    found = Agreement.AGREES
    if relation is not Relation.CONTAINS and Extent.ALL_MAPS not in shown.inside:
        local = bool(shown.inside & set(LOCAL))
        found = Agreement.LOCALLY
        what = "the stated group holds every optimal map"
        missing.append(
            f"that {what}, maps far from the identity included" if local else f"that {what}"
        )
        if not local:
            return Agreement.UNDECIDED, tuple(missing)
    if relation is not Relation.CONTAINED and not shown.free:
        return Agreement.UNDECIDED, tuple(missing)
    return found, tuple(missing)


def outcome(*, whole: bool, local: bool, space_of_functions: bool) -> Outcome:
    """Return the outcome, which speaks of the optimal maps alone.

    `whole` says that lower and upper bound meet over all maps, `local` that they meet near the
    identity, `space_of_functions` that an arbitrary function is free and keeps no block.
    """
    if space_of_functions:
        return Outcome.NOT_IDENTIFIED
    if whole:
        return Outcome.IDENTIFIED
    return Outcome.LOCALLY if local else Outcome.UNDECIDED
