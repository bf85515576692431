"""The search over the points of a statement, stage by stage, cheapest first, with shrinking."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis.errors import NoSuchExample, Unsatisfiable

from numerics.searching.algebra import refute_by_algebra, stands_by_algebra
from numerics.searching.folds import refute_by_fold
from numerics.searching.losses import refute_by_families, refute_by_table
from numerics.searching.points import Point, points
from numerics.searching.report import Attempt
from numerics.searching.selections import refute_by_selection
from numerics.searching.witness import Counterexample
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
        Stage("selections", refute_by_selection),
        Stage("algebra", lambda c, p: refute_by_algebra(c, p, degree)),
        Stage("families of maps", refute_by_families),
        Stage("free tables", refute_by_table),
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

    Dimensions are searched from the smallest on. In each, the defaults come first; then hypothesis
    draws up to `cases` points and shrinks a failing one. No new point is started after
    `seconds`.
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

    found: list[Point] = []
    dims = _dims(statement, dim)
    for d in dims:
        first = Point(d, dict(fixed))
        found = [first] if falls(first) else []
        if isinstance(statement, Theorem):
            found = _shrunk(points(statement, d, fixed), falls, cases, seed) or found
        if found:
            break
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


def _dims(statement: Statement, dim: int | None) -> tuple[int, ...]:
    """The dimensions to be searched, the smallest first: a witness there is the smallest."""
    if not isinstance(statement, Theorem):
        return (dim or 0,)
    return (dim,) if dim else tuple(sorted(statement.dims)) or (statement.default_dim,)


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
        max_examples=max(1, cases),
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.target, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    try:
        return [find(strategy, falls, settings=limits, random=random.Random(seed))]
    except (NoSuchExample, Unsatisfiable):
        return []
