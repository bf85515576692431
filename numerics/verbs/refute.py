"""The verb `refute`: search for a counterexample to a claim as it is stated."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from numerics.searching.report import Attempt, Finding, RefuteReport
from numerics.searching.search import NOT_APPLICABLE, search, stages
from numerics.searching.witness import Counterexample
from theory import InputError, Quantifier, Statement, Theorem, derive


@dataclass(frozen=True, slots=True)
class SearchBudget:
    """What a search may spend: points for each stage, seconds in all, degree of the fields.

    `trained` says whether encoders are trained, in the last stage.
    """

    name: str
    cases: int
    seconds: float
    degree: int
    trained: bool = False


SEARCH_BUDGETS = {
    "smoke": SearchBudget("smoke", 25, 60, 3),
    "ci": SearchBudget("ci", 100, 300, 3, trained=True),
    "deep": SearchBudget("deep", 1000, 3600, 4, trained=True),
}


def refute(
    statement: Statement,
    dim: int | None = None,
    *,
    budget: str = "smoke",
    seed: int = 0,
    progress: Callable[[str, float], None] = lambda _stage, _done: None,
    **parameters: Any,
) -> RefuteReport:
    """Search for a counterexample to a claim, or to a theorem at any of its points.

    `dim` and `parameters` hold a theorem's point in part or whole; what is left free is searched,
    with shrinking, so that the witness comes at small parameters. Stages run in order of cost
    until one finds a witness. Every witness is re-checked before it is reported.

    Raises `InputError` for an unknown budget or a point that the statement does not have.
    """
    if budget not in SEARCH_BUDGETS:
        raise InputError(f"budget = {budget}", allowed=", ".join(SEARCH_BUDGETS))
    size = SEARCH_BUDGETS[budget]
    if isinstance(statement, Theorem):
        statement.require(parameters)
    else:
        statement.at(dim, **parameters)
    start = time.perf_counter()
    tried: list[Attempt] = []
    found: tuple[Counterexample, ...] = ()
    for number, stage in enumerate(every := stages(statement, size.degree, trained=size.trained)):
        left = size.seconds - (time.perf_counter() - start)
        if left <= 0:
            tried.append(Attempt(stage.method, 0, 0.0, "not run: the time is spent"))
            continue
        progress(stage.method, number / len(every))
        found, attempt = search(
            statement,
            stage,
            dim=dim,
            fixed=parameters,
            cases=size.cases,
            seconds=left,
            seed=seed,
        )
        if attempt.result != NOT_APPLICABLE:
            tried.append(attempt)
        if found:
            answer = found[0].check(statement)
            if answer.holds:
                break
            tried.append(Attempt(f"re-check of {stage.method}", 1, 0.0, answer.reason))
            found = ()
    finding = Finding.REFUTED if found else _unrefuted(statement, dim, parameters)
    return RefuteReport(
        claim=statement.name,
        finding=finding,
        witness=found,
        tried=tuple(tried),
        budget=size.name,
        seconds=time.perf_counter() - start,
    )


def _unrefuted(statement: Statement, dim: int | None, parameters: dict[str, Any]) -> Finding:
    if isinstance(statement, Theorem) and statement.quantifier is Quantifier.NONE:
        return Finding.UNDECIDED
    agrees = derive(statement, dim, **parameters).agrees
    return Finding.STANDS if agrees else Finding.UNDECIDED
