"""The verb `refute`: search for a counterexample to a claim as it is stated."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sith.numerics.searching.derivations import (
    PROVED,
    Derivations,
    described,
    mis_specified,
    refused,
)
from sith.numerics.searching.points import Point
from sith.numerics.searching.report import Attempt, Derivation, Finding, RefuteReport
from sith.numerics.searching.search import NOT_APPLICABLE, Trial
from sith.numerics.searching.stages import stages
from sith.numerics.searching.unattained import obstruction_of
from sith.numerics.searching.witness import Counterexample
from sith.theory import Agreement, InputError, Membership, Quantifier, SithError, Statement, Theorem

FIRST_DRAWS = 12
"""Points of a dimension that every stage tries before any stage tries more."""


Finished = Callable[[str, Derivation | Attempt], None]
"""Takes the name and the report of each finished part."""


@dataclass(frozen=True, slots=True)
class SearchBudget:
    """What a search may spend: points for each stage, work in all, degree of the fields.

    Work is counted in units of about a million operations, from the sizes of the claim, so that
    the same command gives the same answer on every machine; see `sith.numerics.searching.work`.
    `trained` says whether encoders are trained, in the last stage.
    """

    name: str
    cases: int
    work: int
    degree: int
    trained: bool = False


SEARCH_BUDGETS = {
    "smoke": SearchBudget("smoke", 25, 240_000, 3),
    "ci": SearchBudget("ci", 100, 1_200_000, 3, trained=True),
    "deep": SearchBudget("deep", 1000, 14_400_000, 4, trained=True),
}


def refute(
    statement: Statement,
    dim: int | None = None,
    *,
    budget: str = "smoke",
    seed: int = 0,
    progress: Callable[[str, float], None] = lambda _stage, _done: None,
    finished: Finished = lambda _name, _part: None,
    **parameters: Any,
) -> RefuteReport:
    """Search for a counterexample to a claim, or to a theorem at any of its points.

    `dim` and `parameters` hold a theorem's point in part or whole; what is left free is searched,
    with shrinking, so that the witness comes at small parameters. The derivation comes first: a
    claim that it shows to be mis-specified is reported as that, with the obstruction, and is not
    searched. Then stages run in order of cost, first at the defaults (exact ones at a few drawn points
    too), then at a few drawn points, then at all of them, until one finds a witness, which is
    re-checked before it is reported. Figures that speak against what the derivation proves over all
    maps are a contradiction, not a refutation: nothing is decided then.

    `finished` is called with the derivation, and with each stage whenever it has tried its points.

    Raises `InputError` for an unknown budget or a point that the statement does not have.
    """
    if budget not in SEARCH_BUDGETS:
        raise InputError(f"budget = {budget}", allowed=", ".join(SEARCH_BUDGETS))
    size, start = SEARCH_BUDGETS[budget], time.perf_counter()
    if isinstance(statement, Theorem):
        statement.require(parameters)
    else:
        statement.at(dim, **parameters)
    derived = Derivations()
    known = Known.of(statement, dim, parameters, derived)
    finished("derivation", known.says)
    found, tried = known.obstruction, tuple[Attempt, ...]()
    finding = Finding.MIS_SPECIFIED
    if not found:
        search = _Search(statement, dim, parameters, size, seed, derived)
        found, tried = search.run(progress, finished)
        if found:
            finding = Finding.REFUTED
        else:
            finding = Finding.UNDECIDED if search.contradicted else known.unrefuted()
    return RefuteReport(
        claim=statement.name,
        finding=finding,
        witness=found,
        tried=tried,
        budget=size.name,
        seconds=time.perf_counter() - start,
        derivation=known.says,
    )


@dataclass(frozen=True, slots=True)
class Known:
    """What the derivation says at the given values, with the error where it refuses them."""

    says: Derivation
    obstruction: tuple[Counterexample, ...] = ()
    error: tuple[SithError, ...] = ()

    @classmethod
    def of(
        cls,
        statement: Statement,
        dim: int | None,
        parameters: Mapping[str, Any],
        derived: Derivations,
    ) -> Known:
        """Derive a statement at its defaults, or keep why that is refused."""
        if isinstance(statement, Theorem) and statement.quantifier is Quantifier.NONE:
            return cls(Derivation("", "", "a statement that a claim never holds is not derived"))
        try:
            claim = statement.at(dim, **parameters)
            verdict = derived(claim, _degree(statement))
        except SithError as error:
            return cls(refused(error), error=(error,))
        found: tuple[Counterexample, ...] = ()
        if mis_specified(verdict):
            found = obstruction_of(claim, verdict, Point(dim or 0, dict(parameters)))
        return cls(described(verdict), found)

    def unrefuted(self) -> Finding:
        """The finding without a witness; raises the error of a claim that is not well formed."""
        for error in self.error:
            raise error
        known = {Agreement.AGREES.value: Finding.STANDS, Agreement.LOCALLY.value: Finding.LOCALLY}
        return known.get(self.says.agreement, Finding.UNDECIDED)


def _degree(statement: Statement) -> int:
    return statement.default_degree if isinstance(statement, Theorem) else 3


class _Search:
    """All stages on one statement, with one account of work."""

    def __init__(
        self,
        statement: Statement,
        dim: int | None,
        parameters: Mapping[str, Any],
        size: SearchBudget,
        seed: int,
        derived: Derivations,
    ) -> None:
        every = stages(statement, size.degree, trained=size.trained, derived=derived)
        self.trials = [Trial(statement, s, dim, parameters, seed) for s in every]
        self.statement, self.size, self.left = statement, size, size.work
        self.derived, self.contradicted = derived, False
        self.rechecks: list[Attempt] = []

    def run(
        self, progress: Callable[[str, float], None], finished: Finished
    ) -> tuple[tuple[Counterexample, ...], tuple[Attempt, ...]]:
        """Run the rounds until a witness holds; return it, if any, and the account."""
        rounds = self._rounds()
        total = len(rounds) * len(self.trials)
        few = rounds[min(1, len(rounds) - 1)]
        for number, drawn in enumerate(rounds):
            for place, trial in enumerate(self.trials):
                # Exact stages are cheap: they try a few points before any figure is computed.
                cases = drawn if trial.stage.numerical else max(drawn, few)
                progress(trial.stage.method, (number * len(self.trials) + place) / total)
                found = self._held(trial, self._spend(trial, cases))
                attempt = trial.attempt(found)
                if attempt.result != NOT_APPLICABLE:
                    finished(trial.stage.method, attempt)
                if found and cases < rounds[-1]:
                    found = self._held(trial, self._spend(trial, rounds[-1])) or found
                if found:
                    return found, self._account(trial, found)
        return (), self._account(None, ())

    def _rounds(self) -> tuple[int, ...]:
        if not isinstance(self.statement, Theorem):
            return (0,)
        return tuple(sorted({0, min(FIRST_DRAWS, self.size.cases), self.size.cases}))

    def _spend(self, trial: Trial, cases: int) -> tuple[Counterexample, ...]:
        """Run one stage on at most half of what is left, so that the later ones have their share."""
        before = trial.spent
        found = trial.run(cases, self.left if trial is self.trials[-1] else self.left // 2)
        self.left -= trial.spent - before
        return found

    def _held(self, trial: Trial, found: tuple[Counterexample, ...]) -> tuple[Counterexample, ...]:
        for witness in found:
            answer = witness.check(self.statement)
            proved = not witness.exact and answer.holds and self._proved(witness)
            if answer.holds and not proved:
                return found
            if proved:
                self.contradicted = True
                answer = Membership(False, f"undecided: {PROVED}; {answer.reason}")
            name = f"re-check of {trial.stage.method}"
            self.rechecks.append(Attempt(name, 1, 0.0, answer.reason))
            trial.reject(witness, answer.reason)
        return ()

    def _proved(self, witness: Counterexample) -> bool:
        """Whether the derivation proves the claim, over all maps, where figures speak against it."""
        try:
            verdict = self.derived(witness.at(self.statement), _degree(self.statement))
        except SithError:
            return False
        return verdict.agreement is Agreement.AGREES

    def _account(
        self, last: Trial | None, found: tuple[Counterexample, ...]
    ) -> tuple[Attempt, ...]:
        attempts = [t.attempt(found if t is last else ()) for t in self.trials]
        run = [a for a in attempts if a.result != NOT_APPLICABLE and (a.cases or a.work)]
        left = [a for a in attempts if a.result != NOT_APPLICABLE and not (a.cases or a.work)]
        stopped = [a for a in left if "budget of work" in a.result]
        return (*run, *stopped, *self.rechecks)
