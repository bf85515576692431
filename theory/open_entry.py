"""An open problem: a claim that the engine does not decide, and what would settle it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sith.theory.claim import Claim
from sith.theory.verdict import Agreement, Membership, Verdict

OPEN = (Agreement.UNDECIDED, Agreement.LOCALLY)
"""What a derivation may say of an open problem: nothing, or nothing of maps far from the identity."""


@dataclass(frozen=True, slots=True)
class OpenProblem:
    """A claim whose stated group is neither confirmed nor refuted over all maps.

    Fields:
        slug: identifier, the name of its file.
        title: one line.
        question: what is asked, in words.
        state: builds the claim.
        expected: what the derivation says today, `UNDECIDED` or `LOCALLY`.
        known: what is known by hand or by numbers, and by which argument.
        settles: what would settle it, one way or the other.
        degree: of the fields that are tried.
    """

    slug: str
    title: str
    question: str
    state: Callable[[], Claim]
    expected: Agreement
    known: str
    settles: str
    degree: int = 2

    def still_open(self, verdict: Verdict) -> Membership:
        """Say whether a verdict of the claim leaves the problem as open as it is registered.

        A verdict that decides it, or decides less or more than is registered, is no longer what this
        entry says, and the entry has to be rewritten.
        """
        if self.expected not in OPEN:
            return Membership(False, f"'{self.expected.value}' leaves nothing open")
        if verdict.agreement is self.expected:
            return Membership(True, f"{verdict.agreement.value}: {self.settles}")
        if verdict.agreement in OPEN:
            return Membership(
                False,
                f"'{self.slug}' has moved from '{self.expected.value}' to "
                f"'{verdict.agreement.value}': state what is open now",
            )
        return Membership(
            False,
            f"'{self.slug}' is decided: the derivation says '{verdict.agreement.value}', "
            f"{verdict.group}; make it a theorem, a witness or an erratum, and remove the entry",
        )

    def __str__(self) -> str:
        """The question and what would settle it."""
        return "\n".join((f"{self.slug}: {self.title}", f"  {self.question}", f"  {self.settles}"))
