"""The kinds of proper subgroups that trained maps are asked to leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

import sympy as sp

from sith.numerics.groups.fitted import Fitted
from sith.theory.groups import AbstractGroup


class Side(Enum):
    """Where a fitted map lies."""

    INSIDE = "in the subgroup"
    OUTSIDE = "outside the subgroup"
    UNCLEAR = "too noisy to say"


class Kind(Enum):
    """In what a subgroup is smaller."""

    DETERMINANT = "orientation"
    SIGNS = "joint flips"
    SWAPS = "partial swaps"
    BLOCKS = "blocks"
    SCALES = "scales"
    SHIFTS = "shifts"
    FORM = "another form"
    NAMED = "a smaller group of the catalogue"


@dataclass(frozen=True, slots=True)
class Components:
    """A subgroup that is a union of components of G; a single map is clearly in it or not.

    Fields:
        name: of the subgroup.
        kind: in what it is smaller.
        share: of the components of G that lie in it, above 0 and below 1: the chance that a map
            whose component is drawn uniformly lies in it.
        side: where a fitted map of G lies.
    """

    name: str
    kind: Kind
    share: Fraction
    side: Callable[[Fitted], Side]

    def __str__(self) -> str:
        """The name."""
        return self.name


@dataclass(frozen=True, slots=True)
class Smaller:
    """A subgroup that has a class of its own; maps are compared with it by their residual."""

    group: AbstractGroup
    kind: Kind

    @property
    def name(self) -> str:
        """Of the group."""
        return str(self.group)

    def __str__(self) -> str:
        """The name."""
        return self.name


@dataclass(frozen=True, slots=True)
class Matrices:
    """A subgroup of matrices without a class of its own.

    Fields:
        name: of the subgroup.
        kind: in what it is smaller.
        distance: of a fitted map, in [0, 1]; the fraction of variance that the subgroup leaves.
    """

    name: str
    kind: Kind
    distance: Callable[[Fitted], float]

    def __str__(self) -> str:
        """The name."""
        return self.name


@dataclass(frozen=True, slots=True)
class Forms:
    """Groups of other quadratic forms: conjugates of G rather than subgroups, told apart the same way.

    Fields:
        stated: the form S of G.
        others: forms that a claim could have meant instead; any other form is looked for as well.
    """

    stated: sp.ImmutableMatrix
    others: tuple[sp.ImmutableMatrix, ...] = ()

    @property
    def name(self) -> str:
        """Of what is compared."""
        return f"forms other than {'I' if self.stated.is_Identity else self.stated.tolist()}"

    def __str__(self) -> str:
        """The name."""
        return self.name


Subgroup = Components | Smaller | Matrices | Forms
