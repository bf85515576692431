"""The verb `audit`: drop each assumption in turn, and look for a witness against the conclusion."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from sith.numerics.searching.derivations import PROVED, Derivations
from sith.numerics.searching.points import Point
from sith.numerics.searching.report import Attempt
from sith.numerics.searching.search import NOT_APPLICABLE, search
from sith.numerics.searching.stages import Stage, stages
from sith.numerics.searching.unattained import obstruction_of
from sith.numerics.searching.witness import Counterexample, Kind
from sith.numerics.verbs.audit_report import AuditReport, AuditRow, Needed
from sith.numerics.verbs.refute import SEARCH_BUDGETS, SearchBudget
from sith.theory import (
    Agreement,
    Assumption,
    Claim,
    InputError,
    SithError,
    Statement,
    Verdict,
    derive,
)
from sith.theory.derivation import weakened


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
        witness, outcome, reason = _searched(claim, weak, size, seed, tried)
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


def _searched(
    claim: Claim, weak: Claim, size: SearchBudget, seed: int, tried: list[Attempt]
) -> Decided:
    """Search a weakened claim: exactly, then by numbers.

    No map attains the optimum of a mis-specified claim. There a map of lower loss than every member
    of the group still shows that the minimisers leave it, and no other figure counts; without one
    the obstruction shows that the assumption is needed for the bound. Where the derivation proves the
    weakened claim over all maps, no figure counts.
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
    if found and any(verdict.agreement is Agreement.AGREES for verdict in known):
        return (), Needed.NO_WITNESS, f"{PROVED}: {found[0].shown}"
    if found and (not bound or found[0].kind is Kind.LOWER_LOSS):
        return found, Needed.NEEDED, found[0].differs
    if bound:
        return bound, Needed.BOUND, bound[0].differs
    return (), *_without(claim, weak, known, error, tried)


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


def _without(
    claim: Claim, weak: Claim, known: tuple[Verdict, ...], error: str, tried: list[Attempt]
) -> tuple[Needed, str]:
    """Say why there is no witness: the claim holds without the assumption, or nothing was found."""
    if not known:
        if all(attempt.result.startswith("no witness; ") for attempt in tried):
            return Needed.NOT_APPLICABLE, f"no stage can treat the weakened claim: {error}"
        return Needed.NO_WITNESS, f"none in the budget; the derivation refuses: {error}"
    (verdict,) = known
    if verdict.agreement.positive:
        said = f"the derivation gives {verdict.group} without it too"
        if verdict.agreement is Agreement.AGREES:
            return Needed.NOT_NEEDED, said + _moved(claim, weak, verdict)
        return Needed.NO_WITNESS, f"{said}, near the identity"
    return Needed.NO_WITNESS, f"none in the budget; the derivation: {verdict.outcome.value}, " + (
        verdict.reason or "without a reason"
    )


def _moved(claim: Claim, weak: Claim, verdict: Verdict) -> str:
    """Say on which functions the group acts, where the weakened world has others of the same loss."""
    before = derive(claim).base if weak.world != claim.world else verdict.base
    if before == verdict.base:
        return ""
    return f", on h₀ = {verdict.base}, the optimum of the same loss there, in place of {before}"
