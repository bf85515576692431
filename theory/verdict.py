"""Verdicts: what was shown, over which scope, on which trusted lemmas, and what was not shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sith.theory.cards import verdict_card, verdict_latex
from sith.theory.verdict_parts import (
    BOUNDARY,
    RELABELLED,
    Agreement,
    Extent,
    Kind,
    Lemma,
    Lower,
    Membership,
    Method,
    Outcome,
    Relation,
    Upper,
)

__all__ = [
    "BOUNDARY",
    "LISTED",
    "NOT_EXAMINED",
    "RELABELLED",
    "Agreement",
    "Completeness",
    "Extent",
    "Kind",
    "Lemma",
    "Lower",
    "Membership",
    "Method",
    "Outcome",
    "Relation",
    "Scope",
    "Upper",
    "Verdict",
]


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
    """The result of a derivation: what was proved of the optimal maps in each direction.

    The optimal maps contain every element of `lower` and lie in every bound of `upper`, each within
    its extent; outcome and agreement follow from these by the table of `sith.theory.derivation.bounds`.
    `group` is the derived group's name and acts on the functions `base` of the latents; `stated` is
    the claimed group's. `escape` is the field or map that separates them (empty where none is
    known), `missing` the inclusions that would settle what is open, and `dimension_by_degree` maps a
    degree k to the dimension of the space of free polynomial fields of degree ≤ k.
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
    base: str = "z"
    lower: tuple[Lower, ...] = ()
    upper: tuple[Upper, ...] = ()
    missing: tuple[str, ...] = ()
    trusted: tuple[Lemma, ...] = ()
    escape: str = ""
    reason: str = ""
    condition_latex: str = ""
    seconds: float = 0
    certificate: Mapping[str, Any] = field(default_factory=dict, repr=False)

    _repr_html_ = verdict_card
    _repr_latex_ = verdict_latex

    @property
    def agrees(self) -> bool:
        """Whether the claim was shown, over all maps or near the identity; False when undecided."""
        return self.agreement.positive

    @property
    def exit_status(self) -> int:
        """0 the claim stands (if only locally), 1 it does not, 2 mis-specified, 3 undecided."""
        if self.outcome is Outcome.MIS_SPECIFIED:
            return 2
        if self.agreement is Agreement.UNDECIDED:
            return 3
        return 1 if self.agreement is Agreement.DISAGREES else 0

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as plain data, ready for JSON (without the certificate)."""
        return {
            "claim": self.claim,
            "verdict": self.outcome.value,
            "group": self.group,
            "group_latex": self.group_latex,
            "base": self.base,
            "lower": [element.to_dict() for element in self.lower],
            "upper": [bound.to_dict() for bound in self.upper],
            "dimension_by_degree": {str(k): v for k, v in self.dimension_by_degree.items()},
            "stated": self.stated,
            "relation": self.relation.value,
            "agrees": self.agrees,
            "agreement": self.agreement.value,
            "escape": self.escape,
            "reason": self.reason,
            "missing": list(self.missing),
            "condition": self.condition_latex,
            "trusted": [str(lemma) for lemma in self.trusted],
            "scope": self.scope.to_dict(),
            "seconds": round(self.seconds, 3),
        }

    def opening(self) -> str:
        """Return the verdict as one sentence in plain words."""
        group = self.group or "no group"
        on = "" if self.base == "z" else f" acting on h₀ = {self.base}"
        boxed = BOUNDARY in self.scope.not_shown
        order = "up to the order of the outputs, " * (RELABELLED in self.scope.not_shown)
        these = "those of them that keep the box" if boxed else "all of these"
        said = {
            Outcome.IDENTIFIED: f"{order}every optimal map lies in {group}{on}, and {these} are optimal",
            Outcome.LOCALLY: f"near the identity the optimal maps are those of {group}{on}; maps far "
            "from the identity are not excluded",
            Outcome.NOT_IDENTIFIED: "an arbitrary function remains free at the optimum, and no "
            "coordinate or block of coordinates is recovered"
            if not on
            else f"the optimum is not unique up to {group}, or some latents are no affine functions of "
            "the optimal features",
            Outcome.MIS_SPECIFIED: "no map attains the optimum condition",
            Outcome.UNDECIDED: "the set of optimal maps is not determined",
        }[self.outcome]
        compared = {
            Agreement.AGREES: "the stated group is confirmed",
            Agreement.LOCALLY: "the stated group is confirmed near the identity",
            Agreement.DISAGREES: f"the claim is wrong: {self.reason}"
            if self.reason
            else "the claim is wrong",
            Agreement.UNDECIDED: "whether the stated group is right is open",
        }[self.agreement]
        return f"{said[0].upper()}{said[1:]}; {compared}."

    def __str__(self) -> str:
        """A report for a terminal: a sentence, both bounds, what is missing, lemmas, numbers."""
        dims = ", ".join(f"degree ≤ {k}: {v}" for k, v in self.dimension_by_degree.items())
        lines = [f"{self.claim}: {self.outcome.value}", f"  {self.opening()}"]
        if self.group:
            least = "at least " if self.outcome is Outcome.UNDECIDED and self.lower else ""
            lines.append(f"  derived group   {least}{self.group}")
        lines.append(f"  stated          {self.stated} ({self.relation.value})")
        lines.append(f"  derived/stated  {self.agreement.value}")
        if self.base != "z":
            lines.append(f"  base map        h₀ = {self.base}")
        shown = self.lower[:LISTED]
        lines += [f"  optimal         {x.element} ({x.checked})" for x in shown]
        if len(self.lower) > LISTED:
            lines.append(f"  optimal         … and {len(self.lower) - LISTED} more")
        lines += [f"  no others       {x.extent.value}: {x.group}, by {x.by}" for x in self.upper]
        if self.escape:
            lines.append(f"  separates       {self.escape}")
        if self.reason:
            lines.append(f"  reason          {self.reason}")
        lines += [f"  missing         {item}" for item in self.missing]
        lines += [f"  trusts          {lemma}" for lemma in self.trusted]
        if dims:
            lines.append(f"  free fields     {dims}")
        lines.append(f"  scope           d = {self.scope.dimension}; {self.scope.fields}")
        lines.append(f"  components      {self.scope.components}")
        lines += [f"  not shown       {item}" for item in self.scope.not_shown]
        return "\n".join(lines)


LISTED = 6
"""So many elements of the lower bound are printed."""
