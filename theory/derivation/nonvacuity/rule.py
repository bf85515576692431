"""How one assumption of a theorem is checked in a concrete world, or why it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from sith.theory.claim import Claim


class Standing(Enum):
    """What is known of an assumption in the concrete world; the value is the word that is printed."""

    CHECKED = "checked"
    FAILS = "fails"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Rule:
    """A check of an assumption: what it computes, and the computation."""

    how: str
    check: Callable[[Claim], bool]

    def standing(self, claim: Claim) -> Standing:
        """Return whether the assumption holds in the claim's world."""
        return Standing.CHECKED if self.check(claim) else Standing.FAILS


@dataclass(frozen=True, slots=True)
class Unchecked:
    """An assumption that no computation decides in the world alone, and why."""

    how: str

    def standing(self, claim: Claim) -> Standing:  # noqa: ARG002
        """Return that nothing was checked."""
        return Standing.NOT_CHECKED


AnyRule = Rule | Unchecked
"""A rule of either kind."""
