"""What a scope may say of the group's components: by lemmas that apply, by Gröbner bases, or not.

Which lemmas apply is recomputed; that Gröbner bases settle linear maps is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from theory.claim import Claim
from theory.derive.certificates.group_tests import matrix_part
from theory.derive.compare import free_probes
from theory.derive.elements import component_count, elements
from theory.derive.equation import Condition
from theory.derive.rigidity import rigid_lemmas
from theory.derive.scope_words import OUTGREW
from theory.derive.trusted import settling_lemmas
from theory.groups import AbstractGroup, contained
from theory.verdict import Relation


@dataclass(frozen=True, slots=True)
class Settled:
    """One text that a scope may hold, with the count and the gaps that go with it."""

    text: str
    all_maps: bool = False
    linear_maps: bool = False
    inside: bool = False
    count: int = 0
    not_shown: tuple[str, ...] = ()


def settled_texts(
    claim: Claim, condition: Condition, groups: Sequence[AbstractGroup]
) -> tuple[Settled, ...]:
    """Return the texts that fit the claim and the derived group."""
    if not groups:
        text = "identity component only; the algebra has no name in the catalogue"
        return (Settled(text),)
    probes = free_probes(condition, groups)
    larger = str(probes[0]) if probes else ""
    return tuple(_counted(s, groups[-1], larger) for s in _texts(claim, condition, groups[-1]))


def _texts(claim: Claim, condition: Condition, derived: AbstractGroup) -> Iterator[Settled]:
    settling = settling_lemmas(claim, condition)
    if derived.infinite and not settling:
        yield Settled("defined by the condition itself; fields of higher degree are not listed")
        return
    matrices = matrix_part(derived)[0]
    by = f"by Gröbner bases: every linear solution lies in {matrices}"
    notes = ("", f"; {OUTGREW}", f"; linear maps also {by}")
    if condition.linear_only:
        yield Settled(f"all maps, being linear, {by}", all_maps=True, linear_maps=True)
    else:
        gap = ("non-linear maps outside the identity component",)
        yield Settled(f"all linear maps, {by}", linear_maps=True, not_shown=gap)
    for names, group in (
        *((lemma.name, group) for lemma, group in settling),
        *((" and ".join(x.name for x in some), g) for some, g in rigid_lemmas(claim, condition)),
    ):
        fits = contained(derived, group) if derived.infinite else contained(group, derived)
        inside = claim.relation is Relation.CONTAINED and contained(group, claim.group).holds
        for note in notes:
            if fits.holds:
                yield Settled(f"all maps, by {names}{note}", all_maps=True, linear_maps=True)
            elif inside:
                text = f"all maps lie in {group}, by {names}{note}"
                yield Settled(text, all_maps=True, linear_maps=True, inside=True)
    gap = ("further components of the group: no lemma of the catalogue applies",)
    for note in notes:
        text = f"identity component, and the finite maps of the named group{note}"
        yield Settled(text, not_shown=gap)


def _counted(settled: Settled, derived: AbstractGroup, larger: str) -> Settled:
    if larger:
        note = f"the group is larger than {derived}: {larger} is free too"
        return replace(settled, not_shown=(*settled.not_shown, note))
    if settled.inside or not (settled.all_maps or settled.linear_maps):
        return settled
    count, size = component_count(derived), elements(derived)
    if size:
        return replace(settled, count=count, text=f"{settled.text}; {size}")
    if count:
        text = f"{settled.text}; {count} connected components"
        return replace(settled, count=count, text=text)
    return settled
