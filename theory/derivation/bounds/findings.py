"""What the engine found of the optimal maps, both bounds together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from sith.theory.claim import Claim
from sith.theory.derivation.bounds.families import Family
from sith.theory.derivation.bounds.upper import Bounded
from sith.theory.derivation.certificates import Solved
from sith.theory.derivation.certificates.completeness import Bound
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.lemmas.affine_maps import AffineMaps
from sith.theory.errors import SithError
from sith.theory.fold import Fold
from sith.theory.groups import AbstractGroup, Field, Map, contained
from sith.theory.verdict import Completeness, Extent, Lower, Outcome


@dataclass(frozen=True, slots=True)
class Findings:
    """Both bounds of the set F of optimal maps, in the coordinates of the base map.

    `span` are the polynomial fields that solve the equations; `fields` those of them that also keep
    what the equations leave out, and are free; `families` and `maps` are free too. `groups` holds the
    derived group, if it has a name, and is empty otherwise. `stray` is a field that depends on a
    coordinate that the base map drops. With a kernel of differences in `kernels` all optimal maps are
    affine. `exact` says that `fields` and `maps` generate all of them.
    """

    claim: Claim
    condition: Condition
    solutions: tuple[Solved, ...]
    law: sp.Expr
    span: tuple[Field, ...]
    fields: tuple[Field, ...]
    families: tuple[Family, ...]
    maps: tuple[Map, ...]
    lower: tuple[Lower, ...]
    groups: tuple[AbstractGroup, ...]
    upper: tuple[Bounded, ...]
    complete: Completeness
    bounds: tuple[Bound, ...]
    stray: tuple[Field, ...] = ()
    outcome: Outcome = Outcome.UNDECIDED
    missing: tuple[str, ...] = ()
    note: str = ""
    mirror: tuple[str, ...] = ()
    folds: tuple[Fold, ...] = ()
    kernels: tuple[AffineMaps, ...] = ()
    exact: bool = False

    @property
    def further(self) -> tuple[Map, ...]:
        """The free maps that are not in the derived group."""
        if not self.groups:
            return self.maps
        return tuple(m for m in self.maps if not self.groups[-1].contains(m).holds)

    @property
    def named(self) -> tuple[AbstractGroup, ...]:
        """The derived group, where it is not the pair of rearrangements, which has no other name."""
        return () if self.mirror and not self.fields else self.groups

    @property
    def whole(self) -> tuple[Bounded, ...]:
        """The bounds over all maps that the derived group attains."""
        return tuple(
            b
            for b in self.upper
            if b.extent is Extent.ALL_MAPS
            and self.groups
            and shown_inside(b.group, self.groups[-1])
        )


def shown_inside(small: AbstractGroup, large: AbstractGroup) -> bool:
    """Whether a group is shown to lie in another; what is not decided is not shown."""
    try:
        return contained(small, large).holds
    except (SithError, sp.PolynomialError):
        return False


def within(bound: Bounded, groups: Sequence[AbstractGroup]) -> bool:
    """Whether a bound lies in the derived group."""
    return bool(groups) and shown_inside(bound.group, groups[-1])


def holds_near(bound: Bounded, group: AbstractGroup) -> bool:
    """Whether a bound shows that the optimal maps near the identity lie in a group."""
    near = (Extent.ALL_MAPS, Extent.INVERTIBLE, Extent.SMOOTH)
    return bound.extent in near and shown_inside(bound.group, group)


def meets(bound: Bounded, group: AbstractGroup) -> bool:
    """Say whether a bound over all maps lies in a group."""
    return bound.extent is Extent.ALL_MAPS and shown_inside(bound.group, group)
