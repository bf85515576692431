"""What a search for counterexamples reports: the verdict, the witness, and everything tried."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from sith.numerics.searching.witness import Counterexample
from sith.theory import InputError, SithError, Statement
from sith.theory.notebook import card

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class CandidateOnly(SithError):
    """What looks like a counterexample and could not be confirmed: reported, and no witness."""


class Finding(Enum):
    """What a search found."""

    REFUTED = "refuted"
    STANDS = "no witness found, and the derivation agrees"
    LOCALLY = "no witness found, and the derivation agrees locally"
    UNDECIDED = "no witness found"
    MIS_SPECIFIED = "mis-specified"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One stage of a search: how many cases it tried, its time, and what came out, in words.

    `work` is what it was charged, in units that do not depend on the clock; see `work`.
    """

    method: str
    cases: int
    seconds: float
    result: str
    work: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return the attempt as plain data."""
        return {
            "method": self.method,
            "cases": self.cases,
            "work": self.work,
            "seconds": round(self.seconds, 3),
            "result": self.result,
        }

    def __str__(self) -> str:
        """The attempt in one line."""
        return f"{self.method}: {self.cases} cases, {self.seconds:.1f} s; {self.result}"


@dataclass(frozen=True, slots=True)
class Derivation:
    """What the exact layer says of the statement at the given values, in words.

    Fields:
        outcome: identified, not identified, mis-specified, …; "" where it refuses the claim.
        agreement: with the stated group.
        reason: why; of a refusal the error.
    """

    outcome: str
    agreement: str
    reason: str

    def to_dict(self) -> dict[str, str]:
        """Return the answer as plain data."""
        return {"verdict": self.outcome, "agreement": self.agreement, "reason": self.reason}

    def __str__(self) -> str:
        """The answer in one line."""
        said = f"{self.outcome}, {self.agreement}" if self.outcome else "refused"
        return f"{said}: {self.reason}" if self.reason else said


@dataclass(frozen=True, slots=True)
class RefuteReport:
    """The outcome of a search.

    Fields:
        claim: the statement's name.
        finding: refuted, mis-specified (taken over from the derivation, which shows that no map
            attains the optimum), or no witness found, with or without the support of the
            derivation.
        witness: the first witness, minimised, at most one; for a mis-specified claim the
            obstruction.
        tried: every stage that was run, in order.
        budget: the name of the budget.
    """

    claim: str
    finding: Finding
    witness: tuple[Counterexample, ...]
    tried: tuple[Attempt, ...]
    budget: str
    seconds: float
    derivation: Derivation

    @property
    def refuted(self) -> bool:
        """Whether a witness was found."""
        return self.finding is Finding.REFUTED

    @property
    def exit_status(self) -> int:
        """0 no witness and the derivation agrees (if only locally), 1 refuted, 2 mis-specified, 3 no witness found."""
        return {
            Finding.STANDS: 0,
            Finding.LOCALLY: 0,
            Finding.REFUTED: 1,
            Finding.MIS_SPECIFIED: 2,
            Finding.UNDECIDED: 3,
        }[self.finding]

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data, ready for JSON."""
        return {
            "claim": self.claim,
            "verdict": self.finding.value,
            "refuted": self.refuted,
            "witness": self.witness[0].to_dict() if self.witness else {},
            "derivation": self.derivation.to_dict(),
            "tried": [attempt.to_dict() for attempt in self.tried],
            "budget": self.budget,
            "seconds": round(self.seconds, 3),
        }

    def __str__(self) -> str:
        """A report for a terminal: the verdict first."""
        lines = [f"{self.claim}: {self.finding.value}"]
        for witness in self.witness:
            lines += [f"  {line}" for line in str(witness).splitlines()]
        lines += [f"  derivation {line}" for line in (str(self.derivation),) if line]
        lines += [f"  tried      {attempt}" for attempt in self.tried]
        return "\n".join(lines)

    def figure(self, statement: Statement) -> Figure:
        """Draw the witness against the statement: before, after, and the losses of both.

        Raises `InputError` where nothing was refuted.
        """
        from sith.numerics.searching.picture import witness_figure

        for found in self.witness:
            return witness_figure(found, statement)
        raise InputError(f"no figure: {self.finding.value}", cure="a refuted claim has a figure")

    def _repr_html_(self) -> str:
        rows = []
        for w in self.witness:
            rows += [("witness", w.shown), ("equal", w.equal), ("differs", w.differs)]
        return card(
            f"{self.claim}: {self.finding.value}",
            status=self.exit_status,
            rows=[*rows, ("derivation", str(self.derivation))],
            folded=((f"{len(self.tried)} stages tried", "\n".join(map(str, self.tried))),),
        )
