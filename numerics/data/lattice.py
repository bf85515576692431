"""The groups that runs are compared up to, in order, and the smallest one that contains several."""

from __future__ import annotations

from collections.abc import Iterable

BASES = (
    ("permutations", "permutations with shifts"),
    ("signed permutations", "signed permutations with shifts"),
    ("generalised permutations", "generalised permutations with shifts"),
    ("orthogonal", "Euclidean"),
    ("orthogonal with one scale", "Euclidean with one scale"),
    ("linear", "affine"),
)
"""Every group without and with shifts, from the smallest."""

SMOOTH = "smooth"
NOTHING = "none"
UNKNOWN = "undecided"

GROUPS: tuple[str, ...] = (*(name for pair in BASES for name in pair), SMOOTH)
"""The groups, so that none contains a later one."""

ORDER: tuple[str, ...] = (*GROUPS, NOTHING, UNKNOWN)
"""Every answer; the last two are no groups."""


def larger(name: str) -> tuple[str, ...]:
    """Return the groups that properly contain one, in order.

    Generalised permutations are in none of the orthogonal groups, and all of them in the linear.
    """
    place = GROUPS.index(name)
    shifted = place % 2 == 1
    return tuple(
        other
        for k, other in enumerate(GROUPS)
        if k > place
        and (not shifted or k % 2 == 1 or other == SMOOTH)
        and not (name.startswith("generalised") and ("orth" in other or "Euclid" in other))
    )


def join(names: Iterable[str]) -> str:
    """Return the smallest answer that contains all of some; "" for none of them.

    Orthogonal maps and permutations with shifts are joined by the Euclidean group, and orthogonal
    maps and generalised permutations by the linear one.
    """
    found = set(names)
    if not found:
        return ""
    for answer in (UNKNOWN, NOTHING):
        if answer in found:
            return answer
    above = [{name, *larger(name)} for name in found]
    return next(name for name in GROUPS if all(name in own for own in above))
