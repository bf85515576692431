"""Verdicts: what was shown, over which scope, on which trusted lemmas, and what was not shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Outcome(Enum):
    """What a derivation concluded; the value is the word that is printed."""

    IDENTIFIED = "identified"
    NOT_IDENTIFIED = "not identified"
    MIS_SPECIFIED = "mis-specified"
    UNDECIDED = "undecided"

    @property
    def help(self) -> str:
        """What the outcome means, and what a reader may do with it."""
        return _OUTCOME_HELP[self]


_OUTCOME_HELP = {
    Outcome.IDENTIFIED: "the optimum leaves no transformation free outside the named group, "
    "within the scope",
    Outcome.NOT_IDENTIFIED: "the optimum leaves free a transformation outside the stated group, "
    "or leaves no coordinate or block fixed; the extra field or map is shown",
    Outcome.MIS_SPECIFIED: "the true law is outside the model family at the stated parameters, "
    "so the optimum is not given by the condition",
    Outcome.UNDECIDED: "the engine gave up within its reach or budget; this says nothing about "
    "the claim",
}


class Agreement(Enum):
    """How the stated group compares with the derived one."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    UNDECIDED = "undecided"


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


@dataclass(frozen=True, slots=True)
class Lemma:
    """A named statement that a verdict trusts and the engine does not prove."""

    name: str
    statement: str
    source: str

    def __str__(self) -> str:
        """Name and statement."""
        return f"{self.name}: {self.statement} ({self.source})"


class Method(Enum):
    """How the dimension of all smooth fields was bounded."""

    ELIMINATION = "elimination"
    PROLONGATION = "prolongation"
    LINEAR = "linear maps only"
    NONE = "none"

    @property
    def fields(self) -> str:
        """Of which fields the method speaks."""
        return _METHOD_FIELDS[self]


_METHOD_FIELDS = {
    Method.ELIMINATION: "all smooth fields, and all continuous ones",
    Method.PROLONGATION: "all smooth fields",
    Method.LINEAR: "all smooth fields of the class (linear maps only: linear mixing and encoder)",
    Method.NONE: "polynomial fields only",
}


@dataclass(frozen=True, slots=True)
class Completeness:
    """Whether the `dimension` polynomial fields found are all smooth free fields, and why (not)."""

    complete: bool
    method: Method
    dimension: int
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        return {
            "complete": self.complete,
            "method": self.method.value,
            "dimension": self.dimension,
            "reason": self.reason,
        }


NOT_EXAMINED = Completeness(False, Method.NONE, 0, "no field was computed")
"""The completeness of a verdict that computed nothing."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Over what a verdict speaks: dimension, degrees, components, and what was not shown.

    `complete` says whether the polynomial fields found are all smooth fields; `component_count` is
    the number of connected components of the derived group, 0 where it was not counted.
    """

    dimension: int
    degrees: tuple[int, ...]
    fields: str
    components: str
    primes: tuple[int, ...] = ()
    equations: int = 0
    unknowns: int = 0
    not_shown: tuple[str, ...] = ()
    complete: Completeness = NOT_EXAMINED
    component_count: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return the scope as plain data."""
        return {
            "dimension": self.dimension,
            "degrees": list(self.degrees),
            "fields": self.fields,
            "completeness": self.complete.to_dict(),
            "components": self.components,
            "component_count": self.component_count,
            "primes": list(self.primes),
            "equations": self.equations,
            "unknowns": self.unknowns,
            "not_shown": list(self.not_shown),
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a derivation, with everything needed to read it critically.

    `group` is the derived group's name, `stated` the claimed one's; `escape` is the field or map
    that separates them (empty where they agree); `dimension_by_degree` maps a degree k to the
    dimension of the space of polynomial fields of degree ≤ k that the optimum leaves free.
    """

    claim: str
    outcome: Outcome
    agreement: Agreement
    group: str
    group_latex: str
    stated: str
    relation: Relation
    dimension_by_degree: Mapping[int, int]
    scope: Scope
    trusted: tuple[Lemma, ...] = ()
    escape: str = ""
    reason: str = ""
    condition_latex: str = ""
    seconds: float = 0
    certificate: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def agrees(self) -> bool:
        """Whether derived and stated group agree; False also when undecided."""
        return self.agreement is Agreement.AGREES

    @property
    def exit_status(self) -> int:
        """0 the claim stands, 1 it does not, 2 the claim is mis-specified, 3 undecided."""
        if self.outcome is Outcome.MIS_SPECIFIED:
            return 2
        if self.outcome is Outcome.UNDECIDED or self.agreement is Agreement.UNDECIDED:
            return 3
        return 0 if self.agreement is Agreement.AGREES else 1

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as plain data, ready for JSON (without the certificate)."""
        return {
            "claim": self.claim,
            "verdict": self.outcome.value,
            "group": self.group,
            "group_latex": self.group_latex,
            "dimension_by_degree": {str(k): v for k, v in self.dimension_by_degree.items()},
            "stated": self.stated,
            "relation": self.relation.value,
            "agrees": self.agrees,
            "agreement": self.agreement.value,
            "escape": self.escape,
            "reason": self.reason,
            "condition": self.condition_latex,
            "trusted": [str(lemma) for lemma in self.trusted],
            "scope": self.scope.to_dict(),
            "seconds": round(self.seconds, 3),
        }

    def __str__(self) -> str:
        """A report for a terminal: verdict first, then what it rests on."""
        dims = ", ".join(f"degree ≤ {k}: {v}" for k, v in self.dimension_by_degree.items())
        lines = [f"{self.claim}: {self.outcome.value}"]
        if self.group:
            lines.append(f"  derived group   {self.group}")
        lines.append(f"  stated          {self.stated} ({self.relation.value})")
        lines.append(f"  derived/stated  {self.agreement.value}")
        if dims:
            lines.append(f"  free fields     {dims}")
        if self.escape:
            lines.append(f"  escapes         {self.escape}")
        if self.reason:
            lines.append(f"  reason          {self.reason}")
        lines.append(f"  scope           d = {self.scope.dimension}; {self.scope.fields}")
        lines.append(f"  components      {self.scope.components}")
        lines += [f"  trusts          {lemma}" for lemma in self.trusted]
        lines += [f"  not shown       {item}" for item in self.scope.not_shown]
        return "\n".join(lines)
