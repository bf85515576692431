"""The verb `audit`: drop each assumption in turn, and look for a witness against the conclusion."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sith.numerics.searching.derivations import Derivations
from sith.numerics.searching.points import Point
from sith.numerics.searching.report import Attempt
from sith.numerics.searching.search import NOT_APPLICABLE, search
from sith.numerics.searching.stages import Stage, stages
from sith.numerics.searching.unattained import obstruction_of
from sith.numerics.searching.witness import Counterexample, Kind
from sith.numerics.verbs.refute import SEARCH_BUDGETS, SearchBudget
from sith.theory import (
    Agreement,
    Assumption,
    Claim,
    InputError,
    Role,
    SithError,
    Statement,
    Verdict,
)
from sith.theory.derivation import weakened


class Needed(Enum):
    """What the audit found about an assumption.

    NEEDED: without it a witness breaks the conclusion. BOUND: without it no map attains the bound
    of the loss, which is certified, so the proof of the theorem no longer applies; whether the
    minimisers of the loss leave the stated group is not shown.
    """

    NEEDED = "needed"
    BOUND = "needed for the bound"
    NO_WITNESS = "no witness found"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One assumption: what was put in its place, and what came out.

    Fields:
        name, statement, weakening: of the assumption.
        role: what the catalogue says of it.
        outcome: needed, or needed for the bound (with the witness), no witness found (in the
            budget), or not applicable (the weakened claim cannot be stated; `reason` says why).
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
        """How many assumptions have a witness, of the conclusion or of the bound."""
        return sum(bool(row.witness) for row in self.assumptions)

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
            "budget": self.budget,
            "seconds": round(self.seconds, 3),
        }

    def __str__(self) -> str:
        """A report for a terminal."""
        lines = [f"{self.claim} (d = {self.dim}): {len(self.assumptions)} assumptions"]
        lines += [f"  {line}" for row in self.assumptions for line in str(row).splitlines()]
        return "\n".join(lines)


def audit(
    statement: Statement,
    dim: int | None = None,
    *,
    budget: str = "smoke",
    seed: int = 0,
    progress: Callable[[str, float], None] = lambda _stage, _done: None,
    finished: Callable[[str, AuditRow], None] = lambda _name, _row: None,
    **parameters: Any,
) -> AuditReport:
    """Drop each assumption of a claim in turn and search for a witness against its conclusion.

    The conclusion "h lies in the stated group" (or, for a claim that its group is contained in the
    free maps, that every member is free) is searched for a counterexample in the weakened world.
    A witness shows that the assumption is needed, in the sense that this weakening breaks the
    conclusion. `finished` is called with each row as soon as it is decided. Raises `InputError` for
    an unknown budget or point.
    """
    if budget not in SEARCH_BUDGETS:
        raise InputError(f"budget = {budget}", allowed=", ".join(SEARCH_BUDGETS))
    start = time.perf_counter()
    claim = statement.at(dim, **parameters)
    rows = []
    for k, assumption in enumerate(claim.assumptions):
        progress(assumption.name, k / len(claim.assumptions))
        rows.append(_row(claim, assumption, budget, seed))
        finished(assumption.name, rows[-1])
    return AuditReport(claim.name, claim.dim, tuple(rows), budget, time.perf_counter() - start)


def _row(claim: Claim, assumption: Assumption, budget: str, seed: int) -> AuditRow:
    size = SEARCH_BUDGETS[budget]
    tried: list[Attempt] = []
    witness: tuple[Counterexample, ...] = ()
    outcome, reason = Needed.NO_WITNESS, f"no witness in the budget '{budget}'"
    try:
        weak = weakened(claim, assumption.name)
    except SithError as error:
        outcome, reason = Needed.NOT_APPLICABLE, f"the weakened claim cannot be stated: {error}"
        weak = claim
    if outcome is not Needed.NOT_APPLICABLE:
        witness, outcome, reason = _searched(weak, size, seed, tried)
    return AuditRow(
        name=assumption.name,
        statement=assumption.statement,
        weakening=assumption.weakening,
        role=assumption.role,
        outcome=outcome,
        witness=witness,
        reason=reason,
        tried=tuple(tried),
    )


Decided = tuple[tuple[Counterexample, ...], Needed, str]


def _searched(weak: Claim, size: SearchBudget, seed: int, tried: list[Attempt]) -> Decided:
    """Search a weakened claim: exactly, then by numbers.

    No map attains the optimum of a mis-specified claim. There a map of lower loss than every member
    of the group still shows that the minimisers leave it, and no other figure counts; without one
    the obstruction shows that the assumption is needed for the bound.
    """
    derived = Derivations()
    every = stages(weak, size.degree, derived=derived)
    exact = [stage for stage in every if not stage.numerical]
    found = _by_stages(weak, exact, size, seed, tried)
    if found:
        return found, Needed.NEEDED, found[0].differs
    try:
        known: tuple[Verdict, ...] = (derived(weak, 3),)
        error = ""
    except SithError as refusal:
        known, error = (), str(refusal)
    bounds = [obstruction_of(weak, verdict, Point()) for verdict in known]
    bound = next((b for b in bounds if b and b[0].check(weak).holds), ())
    numerical = [stage for stage in every if stage.numerical]
    found = _by_stages(weak, numerical, size, seed, tried)
    if found and (not bound or found[0].kind is Kind.LOWER_LOSS):
        return found, Needed.NEEDED, found[0].differs
    if bound:
        return bound, Needed.BOUND, bound[0].differs
    return (), *_without(known, error, tried)


def _by_stages(
    weak: Claim, every: Sequence[Stage], size: SearchBudget, seed: int, tried: list[Attempt]
) -> tuple[Counterexample, ...]:
    for stage in every:
        found, attempt = search(weak, stage, dim=None, fixed={}, cases=1, work=size.work, seed=seed)
        if attempt.result != NOT_APPLICABLE:
            tried.append(attempt)
        if found and found[0].check(weak).holds:
            return found
    return ()


def _without(known: tuple[Verdict, ...], error: str, tried: list[Attempt]) -> tuple[Needed, str]:
    """Say why there is no witness: the claim holds without the assumption, or nothing was found."""
    if not known:
        if all(attempt.result.startswith("no witness; ") for attempt in tried):
            return Needed.NOT_APPLICABLE, f"no stage can treat the weakened claim: {error}"
        return Needed.NO_WITNESS, f"none in the budget; the derivation refuses: {error}"
    (verdict,) = known
    if verdict.agreement.positive:
        near = "" if verdict.agreement is Agreement.AGREES else ", near the identity"
        return Needed.NO_WITNESS, f"the derivation gives {verdict.group} without it too{near}"
    return Needed.NO_WITNESS, f"none in the budget; the derivation: {verdict.outcome.value}, " + (
        verdict.reason or "without a reason"
    )
