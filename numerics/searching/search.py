"""The search over the points of a statement, stage by stage, cheapest first, with shrinking."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis.errors import NoSuchExample, Unsatisfiable
from hypothesis.internal.conjecture import engine

from sith.numerics.searching.points import Point, points
from sith.numerics.searching.report import Attempt, CandidateOnly
from sith.numerics.searching.stages import Stage
from sith.numerics.searching.witness import Counterexample
from sith.numerics.searching.work import Work
from sith.theory import SithError, Statement, Theorem

NOT_APPLICABLE = "does not apply"
"""The result of a stage that applies to no point; reports leave it out."""

Found = tuple[tuple[Counterexample, ...], Attempt]


@dataclass(slots=True)
class Trial:
    """One stage on a statement, in several runs: what it found at the points so far.

    Fields:
        statement, stage: what is tried on what.
        dim, fixed: the dimension and the parameters that are set; None and {} leave all free.
        seed: of the points that are drawn.
        work: the account of the run that is under way.
        spent, seconds: of all runs.
        tried: the witnesses by point.
        elsewhere: points to which the stage does not apply.
        refused, noted: errors, and candidates that were not confirmed.
        stopped: whether a point did not fit into the work that was left.
    """

    statement: Statement
    stage: Stage
    dim: int | None
    fixed: Mapping[str, Any]
    seed: int
    work: Work = field(default_factory=lambda: Work(0))
    spent: int = 0
    seconds: float = 0.0
    tried: dict[str, tuple[Counterexample, ...]] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)
    stopped: bool = False

    def falls(self, point: Point) -> bool:
        """Whether the stage finds a witness at a point; each point is tried once."""
        key = str(point)
        if key in self.elsewhere:
            return False
        if key not in self.tried:
            try:
                claim = point.claim(self.statement)
                if not self.stage.applies(claim):
                    self.elsewhere.add(key)
                    return False
                if not self.work.charge(self.stage.price(claim)):
                    self.stopped = True
                    return False
                self.tried[key] = self.stage.probe(claim, point)
            except CandidateOnly as candidate:
                self.noted.append(str(candidate))
                self.tried[key] = ()
            except SithError as error:
                self.refused.append(str(error))
                self.tried[key] = ()
        return bool(self.tried[key])

    def run(self, cases: int, work: int) -> tuple[Counterexample, ...]:
        """Try the defaults of each dimension and up to `cases` drawn points; shrink a witness."""
        start, self.work, self.stopped = time.perf_counter(), Work(work), False
        found: list[Point] = []
        for d in dimensions(self.statement, self.dim):
            first = Point(d, dict(self.fixed))
            found = [first] if self.falls(first) else []
            if isinstance(self.statement, Theorem) and cases:
                drawn = points(self.statement, d, self.fixed)
                most = min(cases, self.stage.most)
                found = _shrunk(drawn, self.falls, most, self.seed) or found
            if found:
                break
        self.spent += self.work.spent
        self.seconds += time.perf_counter() - start
        return self.tried[str(found[0])] if found else ()

    def attempt(self, witness: tuple[Counterexample, ...]) -> Attempt:
        """The account of all runs."""
        result = self.result(witness)
        return Attempt(self.stage.method, len(self.tried), self.seconds, result, self.spent)

    def reject(self, witness: Counterexample, reason: str) -> None:
        """Forget a witness that did not hold, so that its point is not tried again."""
        for key, found in self.tried.items():
            if witness in found:
                self.tried[key] = ()
        self.noted.append(f"{witness.shown}: {reason}")

    def result(self, witness: tuple[Counterexample, ...]) -> str:
        """What came out, in words."""
        if self.elsewhere and not self.tried and not self.stopped:
            return NOT_APPLICABLE
        if witness:
            return "a witness"
        said = "no witness"
        if self.refused:
            said += f"; {len(self.refused)} cases could not be treated: {self.refused[0]}"
        if self.noted:
            said += f"; candidate, not a witness: {self.noted[0]}"
        if self.stopped:
            said += "; stopped by the budget of work"
        return said


def search(
    statement: Statement,
    stage: Stage,
    *,
    dim: int | None,
    fixed: Mapping[str, Any],
    cases: int,
    work: int,
    seed: int,
) -> Found:
    """Run one stage over the statement's points; return a shrunk witness, if any, and the account.

    Dimensions are searched from the smallest on. In each, the defaults come first; then hypothesis
    draws up to `cases` points and shrinks a failing one. A point is tried only where its price fits
    into the `work` that is left. Points to which the stage does not apply are not counted.
    """
    trial = Trial(statement, stage, dim, fixed, seed)
    witness = trial.run(cases, work)
    return witness, trial.attempt(witness)


def dimensions(statement: Statement, dim: int | None) -> tuple[int, ...]:
    """The dimensions to be searched, the smallest first: a witness there is the smallest."""
    if not isinstance(statement, Theorem):
        return (dim or 0,)
    return (dim,) if dim else tuple(sorted(statement.dims)) or (statement.default_dim,)


def _shrunk(strategy: Any, falls: Callable[[Point], bool], cases: int, seed: int) -> list[Point]:
    limits = settings(
        max_examples=max(1, cases),
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        # Otherwise points are drawn for ten more seconds of the clock after the first that falls.
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    try:
        with _without_clock():
            return [find(strategy, falls, settings=limits, random=random.Random(seed))]
    except (NoSuchExample, Unsatisfiable):
        return []


@contextmanager
def _without_clock() -> Iterator[None]:
    """Shrinking ends after five minutes of the clock in hypothesis; here work and 500 steps end it."""
    before = engine.MAX_SHRINKING_SECONDS
    engine.MAX_SHRINKING_SECONDS = math.inf  # type: ignore[assignment]
    try:
        yield
    finally:
        engine.MAX_SHRINKING_SECONDS = before
