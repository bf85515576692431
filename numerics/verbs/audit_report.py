"""What an audit reports: of each assumption whether it is needed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from sith.numerics.searching.report import Attempt
from sith.numerics.searching.witness import Counterexample
from sith.theory import Role
from sith.theory.notebook import Cell, Statement, card

NO_ASSUMPTIONS = (
    "the claim states no assumptions; add assumptions=(Assumption(name, statement, Role.UNKNOWN, "
    "weakening, weaken),), where weaken maps the claim to the claim without it, such as "
    "lambda claim: claim.replace(world=claim.world.replace(prior=...))"
)
"""What a claim without assumptions is told."""


class Needed(Enum):
    """What the audit found about an assumption.

    NEEDED: without it a witness breaks the conclusion. BOUND: without it no map attains the bound
    of the loss, which is certified, so the proof of the theorem no longer applies; whether the
    minimisers of the loss leave the stated group is not shown. NOT_NEEDED: the derivation proves the
    conclusion without it, over all maps of the encoder class.
    """

    NEEDED = "needed"
    BOUND = "needed for the bound"
    NOT_NEEDED = "not needed"
    NO_WITNESS = "no witness found"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One assumption: what was put in its place, and what came out.

    Fields:
        name, statement, weakening: of the assumption.
        role: what the catalogue says of it.
        outcome: needed, or needed for the bound (with the witness), not needed (the conclusion is
            proved without it), no witness found (in the budget), or not applicable (the weakened claim cannot be stated; `reason` says why).
        tried: the stages that were run.
        notice: where catalogue and audit differ, else "".
    """

    name: str
    statement: str
    weakening: str
    role: Role
    outcome: Needed
    witness: tuple[Counterexample, ...]
    reason: str
    tried: tuple[Attempt, ...]

    @property
    def notice(self) -> str:
        """Say where the catalogue and the audit differ."""
        if self.role is Role.NECESSARY and self.outcome is Needed.NO_WITNESS:
            return "the catalogue says necessary, and no witness was found"
        if self.role is Role.NECESSARY and self.outcome is Needed.NOT_APPLICABLE:
            return "the catalogue says necessary, and the audit cannot try it"
        if self.role is Role.NECESSARY and self.outcome is Needed.NOT_NEEDED:
            return "the catalogue says necessary, and the conclusion is proved without it"
        if self.role is Role.NECESSARY and self.outcome is Needed.BOUND:
            return "the catalogue says necessary; only that the bound is not attained was shown"
        if self.role is Role.SUFFICIENT and self.outcome is Needed.NEEDED:
            return "the catalogue says sufficient only, and a witness was found"
        return ""

    def to_dict(self) -> dict[str, Any]:
        """Return the row as plain data."""
        return {
            "name": self.name,
            "statement": self.statement,
            "weakening": self.weakening,
            "role": self.role.name.lower(),
            "outcome": self.outcome.value,
            "witness": self.witness[0].to_dict() if self.witness else {},
            "reason": self.reason,
            "notice": self.notice,
            "tried": [attempt.to_dict() for attempt in self.tried],
        }

    def __str__(self) -> str:
        """The row for a terminal: the outcome first."""
        lines = [f"{self.name}: {self.outcome.value}", f"  instead    {self.weakening}"]
        lines += [f"  witness    {w.shown}" for w in self.witness]
        lines.append(f"  because    {self.reason}")
        lines += [f"  notice     {self.notice}"] if self.notice else []
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class AuditReport:
    """The audit of a claim: one row for each assumption."""

    claim: str
    dim: int
    assumptions: tuple[AuditRow, ...]
    budget: str
    seconds: float

    @property
    def decided(self) -> int:
        """How many assumptions are shown to be needed, of the conclusion or of the bound, or not."""
        return sum(
            bool(row.witness) or row.outcome is Needed.NOT_NEEDED for row in self.assumptions
        )

    @property
    def exit_status(self) -> int:
        """0: an audit describes a claim and refutes nothing."""
        return 0

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data, ready for JSON."""
        return {
            "claim": self.claim,
            "dim": self.dim,
            "assumptions": [row.to_dict() for row in self.assumptions],
            "notice": "" if self.assumptions else NO_ASSUMPTIONS,
            "budget": self.budget,
            "seconds": round(self.seconds, 3),
        }

    def __str__(self) -> str:
        """A report for a terminal."""
        lines = [f"{self.claim} (d = {self.dim}): {len(self.assumptions)} assumptions"]
        lines += [f"  {line}" for row in self.assumptions for line in str(row).splitlines()]
        lines += [] if self.assumptions else [f"  nothing was audited: {NO_ASSUMPTIONS}"]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows: list[tuple[Cell, ...]] = [
            (
                row.name,
                row.outcome.value,
                Statement(f"instead: {row.weakening}"),
                "; ".join(w.shown for w in row.witness) or row.reason,
            )
            for row in self.assumptions
        ]
        head = f"{self.claim} (d = {self.dim}): {len(rows)} assumptions"
        return card(head, rows=rows, folded=(("reasons", str(self)),))
