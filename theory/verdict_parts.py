"""The parts of a verdict: outcome, agreement, extent, elements of both bounds, and what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

BOUNDARY = "the boundary of the box is not imposed on fields"
RELABELLED = "the order of the outputs: the learned metric may list its values in any order"
"""What a scope says where fields were solved for without the faces of the box."""


class Outcome(Enum):
    """What a derivation concluded of the free maps alone; the value is the word that is printed."""

    IDENTIFIED = "identified"
    LOCALLY = "identified locally"
    NOT_IDENTIFIED = "not identified"
    MIS_SPECIFIED = "mis-specified"
    UNDECIDED = "undecided"

    @property
    def help(self) -> str:
        """What the outcome means, and what a reader may do with it."""
        return _OUTCOME_HELP[self]


_OUTCOME_HELP = {
    Outcome.IDENTIFIED: "the optimal maps are known: those of the named group, and no others among "
    "all maps of the encoder class",
    Outcome.LOCALLY: "the optimal maps near the identity are known; maps far from it are not excluded",
    Outcome.NOT_IDENTIFIED: "the optimum leaves an arbitrary function free, and no coordinate or "
    "block of coordinates is recovered",
    Outcome.MIS_SPECIFIED: "no map attains the optimum condition: the true law is outside the model "
    "family at the stated parameters",
    Outcome.UNDECIDED: "a bound is missing; this says nothing about the claim",
}


class Agreement(Enum):
    """How the stated group compares with the set of optimal maps, by proved inclusions only."""

    AGREES = "agrees"
    LOCALLY = "agrees locally"
    DISAGREES = "disagrees"
    UNDECIDED = "undecided"

    @property
    def positive(self) -> bool:
        """Whether nothing contradicts the claim and its inclusions are shown, at least locally."""
        return self in (Agreement.AGREES, Agreement.LOCALLY)


class Extent(Enum):
    """Over which maps an upper bound is proved; the value is the words that are printed."""

    ALL_MAPS = "all maps of the encoder class"
    INVERTIBLE = "all invertible maps"
    LINEAR_MAPS = "all linear maps"
    SMOOTH = "all smooth maps near the identity"
    POLYNOMIAL = "polynomial fields near the identity"


class Kind(Enum):
    """What an element of a lower bound is."""

    FIELD = "field"
    FAMILY = "family"
    MAP = "map"
    FOLD = "fold"


class Relation(Enum):
    """What a claim says of the derived indeterminacy group and the stated one."""

    EQUALITY = "equality"
    CONTAINED = "contained in"
    CONTAINS = "contains"


@dataclass(frozen=True, slots=True)
class Membership:
    """The answer of a predicate, with its reason; `witness` is what breaks membership, if known.

    Not a bool on purpose: read `.holds`.
    """

    holds: bool
    reason: str
    witness: str = ""

    def __bool__(self) -> bool:
        """Refuse implicit truth, so that the reason is never dropped by accident."""
        raise TypeError("a Membership is not a truth value; read .holds and .reason")


class Method(Enum):
    """How the dimension of all smooth fields was bounded."""

    ELIMINATION = "elimination"
    PROLONGATION = "prolongation"
    PART = "elimination of a part of the equations"
    METRIC = "flat metric of the kernel"
    LINEAR = "linear maps only"
    NONE = "none"

    @property
    def fields(self) -> str:
        """Of which fields the method speaks."""
        return _METHOD_FIELDS[self]


_METHOD_FIELDS = {
    Method.ELIMINATION: "all smooth fields, and all continuous ones",
    Method.PROLONGATION: "all smooth fields",
    Method.PART: "all smooth fields",
    Method.METRIC: "all smooth fields",
    Method.LINEAR: "all smooth fields of the class (linear maps only: linear mixing and encoder)",
    Method.NONE: "polynomial fields only",
}


@dataclass(frozen=True, slots=True)
class Lemma:
    """A named statement that a verdict trusts and the engine does not prove."""

    name: str
    statement: str
    source: str

    def __str__(self) -> str:
        """Name and statement."""
        return f"{self.name}: {self.statement} ({self.source})"


@dataclass(frozen=True, slots=True)
class Lower:
    """An element of the lower bound: a field, a family of fields, or a map that is optimal.

    `element` is the element in words, `checked` says how it was substituted back, and `data` holds
    its polynomials, under "field" or "map", where it has any.
    """

    kind: Kind
    element: str
    checked: str
    data: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the element as plain data."""
        said = {"kind": self.kind.value, "element": self.element, "checked": self.checked}
        return {**said, **self.data}


@dataclass(frozen=True, slots=True)
class Upper:
    """An upper bound: every optimal map in `extent` lies in `group`, by the proof `by`."""

    group: str
    extent: Extent
    by: str

    def to_dict(self) -> dict[str, str]:
        """Return the bound as plain data."""
        return {"group": self.group, "scope": self.extent.value, "by": self.by}
