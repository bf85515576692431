"""The answer of a verifier: whether a certificate shows what it says, and what was re-checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sith.theory.verdict import Lemma

NOT_CHECKED = (
    "that the objective's optimum is the condition: it is rebuilt from the claim by the same rules",
    "components of the group away from the identity, beyond generators, sign flips and swaps",
    "that Gröbner bases settle the linear maps, where the scope says so",
    "that no named group of another form fits",
)
"""What a valid certificate leaves to trust, besides the lemmas."""


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether a certificate shows what it says, why, what was re-checked, and what it trusts.

    `same_claim` is False where the certificate is about another claim than the one given.
    """

    valid: bool
    reason: str
    claim: str
    checked: tuple[str, ...] = ()
    trusted: tuple[Lemma, ...] = ()
    not_checked: tuple[str, ...] = NOT_CHECKED
    same_claim: bool = True

    @property
    def exit_status(self) -> int:
        """0 the certificate is valid, 1 it is not."""
        return 0 if self.valid else 1

    def to_dict(self) -> dict[str, Any]:
        """Return the verification as plain data, ready for JSON."""
        return {
            "valid": self.valid,
            "reason": self.reason,
            "claim": self.claim,
            "checked": list(self.checked),
            "trusted": [str(lemma) for lemma in self.trusted],
            "not_checked": list(self.not_checked),
            "same_claim": self.same_claim,
        }

    def __str__(self) -> str:
        """A report for a terminal: the answer first, then what was re-checked and what was not."""
        lines = [f"certificate of {self.claim}: {'valid' if self.valid else 'not valid'}"]
        lines.append(f"  reason          {self.reason}")
        lines += [f"  re-checked      {item}" for item in self.checked]
        lines += [f"  trusts          {lemma}" for lemma in self.trusted]
        lines += [f"  not re-checked  {item}" for item in self.not_checked if self.valid]
        return "\n".join(lines)


class Rejected(Exception):
    """The certificate does not show what it says."""

    def __init__(self, reason: str, *, same_claim: bool = True) -> None:
        """Keep the reason, and whether the certificate is about the claim at all."""
        super().__init__(reason)
        self.same_claim = same_claim
