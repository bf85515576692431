"""The components of a derived group: which of them are settled, by what, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from theory.claim import Claim
from theory.derive.elements import component_count, elements
from theory.derive.equation import Condition
from theory.derive.finite import GROEBNER_OUTPUTS, OUTGREW, linear_solutions
from theory.derive.rigidity import rigid_lemmas
from theory.derive.trusted import settling_lemmas
from theory.errors import BudgetExceeded
from theory.groups import AbstractGroup, AbstractMatrixGroup, contained
from theory.verdict import Lemma, Relation

GROEBNER_FIRST = 2
"""Up to this many outputs, Gröbner bases are computed besides a lemma; above, only without one."""


class How(Enum):
    """What settles the components."""

    GROEBNER = "Gröbner bases"
    LEMMA = "named lemmas"
    CONDITION = "the condition itself"
    NONE = "nothing"


@dataclass(frozen=True, slots=True)
class Components:
    """Which maps a verdict speaks of beyond the identity component.

    `all_maps` and `linear_maps` say which free maps are known to lie in the group (or, where
    `inside` is not empty, in that larger group); `count` is the number of connected components of
    the group, 0 where it is not counted; `lemmas` are trusted for it.
    """

    how: How
    text: str
    by: str = ""
    all_maps: bool = False
    linear_maps: bool = False
    inside: str = ""
    count: int = 0
    lemmas: tuple[Lemma, ...] = ()
    not_shown: tuple[str, ...] = ()


def components(
    claim: Claim, condition: Condition, groups: Sequence[AbstractGroup], larger: str
) -> Components:
    """Settle the components of the largest of `groups`: by Gröbner bases, by a lemma, or not.

    `larger` is a free map outside the group, if one is known; nothing is counted then.
    """
    if not groups:
        return Components(
            How.NONE, "identity component only; the algebra has no name in the catalogue"
        )
    found = _settled(claim, condition, groups[-1])
    if larger:
        note = f"the group is larger than {groups[-1]}: {larger} is free too"
        return replace(found, not_shown=(*found.not_shown, note))
    if found.inside or not (found.all_maps or found.linear_maps):
        return found
    count, size = component_count(groups[-1]), elements(groups[-1])
    if size:
        return replace(found, count=count, text=f"{found.text}; {size}")
    if count:
        return replace(found, count=count, text=f"{found.text}; {count} connected components")
    return found


def _settled(claim: Claim, condition: Condition, derived: AbstractGroup) -> Components:
    settling = settling_lemmas(claim, condition)
    if derived.infinite and not settling:
        return Components(
            How.CONDITION,
            "defined by the condition itself; fields of higher degree are not listed",
        )
    rigid = rigid_lemmas(claim, condition)
    affine = any(contained(group, derived).holds for _, group in rigid)
    early = condition.linear_only or (len(condition.image) <= GROEBNER_FIRST and not affine)
    notes: tuple[str, ...] = ()
    linear: tuple[Components, ...] = ()
    if early:
        try:
            linear = _by_basis(claim, condition, derived)
        except BudgetExceeded:
            notes = (OUTGREW,)
    if linear and linear[0].all_maps:
        return linear[0]
    notes += tuple(f"linear maps also {found.by}" for found in linear)
    for found in _by_lemma(claim, settling, rigid, derived):
        return replace(found, text="; ".join((found.text, *notes)))
    if linear:
        return linear[0]
    if not early:
        try:
            for found in _by_basis(claim, condition, derived):
                return found
        except BudgetExceeded:
            notes = (OUTGREW,)
    return Components(
        How.NONE,
        "; ".join(("identity component, and the finite maps of the named group", *notes)),
        not_shown=("further components of the group: no lemma of the catalogue applies",),
    )


def _by_basis(claim: Claim, condition: Condition, derived: AbstractGroup) -> tuple[Components, ...]:
    """Say whether all linear solutions lie in the group; raises `BudgetExceeded`."""
    matrices = _matrix_part(derived)
    if len(condition.image) > GROEBNER_OUTPUTS or not matrices:
        return ()
    restricted = condition.linear_only or claim.world.mixing.restricts_jacobian
    found = linear_solutions(condition).lie_in(matrices[0], real=restricted)
    if not found.holds:
        return ()
    whole = condition.linear_only
    by = f"by Gröbner bases: {found.reason}"
    return (
        Components(
            How.GROEBNER,
            f"{'all maps, being linear' if whole else 'all linear maps'}, {by}",
            by=by,
            all_maps=whole,
            linear_maps=True,
            not_shown=() if whole else ("non-linear maps outside the identity component",),
        ),
    )


def _by_lemma(
    claim: Claim,
    settling: Sequence[tuple[Lemma, AbstractGroup]],
    rigid: Sequence[tuple[tuple[Lemma, ...], AbstractGroup]],
    derived: AbstractGroup,
) -> tuple[Components, ...]:
    for lemma, group in settling:
        inside = contained(group, derived) if not derived.infinite else contained(derived, group)
        if inside.holds:
            text = f"all maps, by {lemma.name}"
            return (Components(How.LEMMA, text, all_maps=True, linear_maps=True, lemmas=(lemma,)),)
    for lemmas, group in rigid:
        names = " and ".join(lemma.name for lemma in lemmas)
        text, inside_of = f"all maps, by {names}", ""
        if not contained(group, derived).holds:
            if claim.relation is not Relation.CONTAINED or not contained(group, claim.group).holds:
                continue
            text, inside_of = f"all maps lie in {group}, by {names}", str(group)
        return (
            Components(
                How.LEMMA, text, all_maps=True, linear_maps=True, inside=inside_of, lemmas=lemmas
            ),
        )
    return ()


def _matrix_part(group: AbstractGroup) -> tuple[AbstractMatrixGroup, ...]:
    if isinstance(group, AbstractMatrixGroup):
        return (group,)
    shifted = getattr(group, "shifted", None)
    inner = shifted().group if shifted else getattr(group, "group", None)
    return (inner,) if isinstance(inner, AbstractMatrixGroup) else ()
