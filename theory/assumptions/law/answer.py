"""The answer to whether exp of an expression has a finite integral, with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from sith.theory.verdict import Membership


class Standing(Enum):
    """What was shown of the integral of exp(log-density)."""

    SHOWN = "normalisable"
    FAILS = "not normalisable"
    NOT_SHOWN = "not shown to be normalisable"


@dataclass(frozen=True, slots=True)
class Law:
    """Whether a log-density belongs to a law.

    `reason` is the certificate, the obstacle, or what is missing. `way` names where the integral
    diverges, such as "the direction (1, −1)"; it is empty unless the answer is FAILS.
    """

    standing: Standing
    reason: str
    way: str = ""

    @property
    def fails(self) -> bool:
        """Whether the integral was shown to diverge."""
        return self.standing is Standing.FAILS

    @property
    def membership(self) -> Membership:
        """The answer for a verdict to print; it holds only where normalisability was shown."""
        if self.standing is Standing.SHOWN:
            return Membership(True, self.reason)
        return Membership(False, f"{self.standing.value}: {self.reason}", self.way)


def shown(reason: str) -> Law:
    """The integral is finite."""
    return Law(Standing.SHOWN, reason)


def fails(reason: str, way: str) -> Law:
    """The integral is infinite."""
    return Law(Standing.FAILS, reason, way)


def not_shown(reason: str) -> Law:
    """Neither was found."""
    return Law(Standing.NOT_SHOWN, reason)


def jointly(laws: list[Law]) -> Law:
    """Return the answer for a product of independent blocks: it fails where one block does."""
    for wanted in (Standing.FAILS, Standing.NOT_SHOWN):
        for law in laws:
            if law.standing is wanted:
                return law
    reasons = dict.fromkeys(law.reason for law in laws)
    return shown("; ".join(reasons) or "nothing to integrate over")
