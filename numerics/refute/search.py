"""The search over the points of a statement, stage by stage, cheapest first, with shrinking."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis.errors import NoSuchExample

from numerics.refute.algebra import refute_by_algebra, stands_by_algebra
from numerics.refute.folds import refute_by_fold
from numerics.refute.points import Point, points
from numerics.refute.report import Attempt
from numerics.refute.witness import Counterexample
from theory import Claim, Quantifier, SithError, Statement, Theorem

Probe = Callable[[Claim, Point], tuple[Counterexample, ...]]
"""Looks for a witness at one point; () where it finds none."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a search: a name, and what it tries at a point."""

    method: str
    probe: Probe


def stages(statement: Statement, degree: int) -> tuple[Stage, ...]:
    """Return the stages of a search in order of cost."""
    if isinstance(statement, Theorem) and statement.quantifier is Quantifier.NONE:
        return (Stage("algebra", lambda c, p: stands_by_algebra(c, p, degree)),)
    return (
        Stage("folds", refute_by_fold),
        Stage("algebra", lambda c, p: refute_by_algebra(c, p, degree)),
    )


def search(
    statement: Statement,
    stage: Stage,
    *,
    dim: int | None,
    fixed: Mapping[str, Any],
    cases: int,
    seconds: float,
    seed: int,
) -> tuple[tuple[Counterexample, ...], Attempt]:
    """Run one stage over the statement's points; return a shrunk witness, if any, and the account.

    Hypothesis draws at most `cases` points, the statement's defaults first, and shrinks the first
    failing one; no new point is started after `seconds`.
    """
    start = time.perf_counter()
    tried: dict[str, tuple[Counterexample, ...]] = {}
    refused: list[str] = []

    def falls(point: Point) -> bool:
        key = str(point)
        if key not in tried:
            if time.perf_counter() - start > seconds:
                return False
            tried[key] = _probed(statement, stage, point, refused)
        return bool(tried[key])

    first = Point(dim or _default_dim(statement), dict(fixed))
    found = [first] if falls(first) else []
    everywhere = isinstance(statement, Theorem)
    if everywhere:
        found = _shrunk(points(statement, dim, fixed), falls, cases, seed) or found
    witness = tried[str(found[0])] if found else ()
    if witness:
        result = "a witness"
    elif refused:
        result = f"no witness; {len(refused)} cases could not be treated: {refused[0]}"
    else:
        result = "no witness"
    took = time.perf_counter() - start
    if took > seconds and not witness:
        result += "; stopped by the time limit"
    return witness, Attempt(stage.method, len(tried), took, result)


def _default_dim(statement: Statement) -> int:
    return statement.default_dim if isinstance(statement, Theorem) else 0


def _probed(
    statement: Statement, stage: Stage, point: Point, refused: list[str]
) -> tuple[Counterexample, ...]:
    try:
        return stage.probe(point.claim(statement), point)
    except SithError as error:
        refused.append(str(error))
        return ()


def _shrunk(strategy: Any, falls: Callable[[Point], bool], cases: int, seed: int) -> list[Point]:
    limits = settings(
        max_examples=cases,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.target, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    try:
        return [find(strategy, falls, settings=limits, random=random.Random(seed))]
    except NoSuchExample:
        return []
