"""The verdicts of the exact layer that one search asks for, each derived once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sith.numerics.searching.report import Derivation
from sith.theory import Claim, Outcome, SithError, Verdict, derive

Derived = Callable[[Claim, int], Verdict]
"""From a claim and the largest degree of its fields to the verdict; raises `SithError`."""

PROVED = (
    "the derivation proves the claim here over all maps, and figures prove nothing against that"
)


def plain_derive(claim: Claim, degree: int) -> Verdict:
    """Derive afresh."""
    return derive(claim, degree=degree)


@dataclass(slots=True)
class Derivations:
    """Verdicts by claim and degree, for one search: claims are values, and derive is a function."""

    known: dict[tuple[Claim, int], Verdict] = field(default_factory=dict)

    def __call__(self, claim: Claim, degree: int) -> Verdict:
        """Return the verdict of a claim; raises what `derive` raises."""
        key = (claim, degree)
        if key not in self.known:
            self.known[key] = plain_derive(claim, degree)
        return self.known[key]


def described(verdict: Verdict) -> Derivation:
    """Return what a verdict says, in words."""
    return Derivation(verdict.outcome.value, verdict.agreement.value, verdict.reason)


def refused(error: SithError) -> Derivation:
    """Return that the exact layer refuses a claim."""
    return Derivation("", "", str(error))


def mis_specified(verdict: Verdict) -> bool:
    """Whether no map attains the optimum, so that no map can speak against the group."""
    return verdict.outcome is Outcome.MIS_SPECIFIED
