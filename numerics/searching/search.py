"""The search over the points of a statement, stage by stage, cheapest first, with shrinking."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis.errors import NoSuchExample, Unsatisfiable

from numerics.searching.adversarial import refute_by_training
from numerics.searching.algebra import refute_by_algebra, stands_by_algebra
from numerics.searching.clusters import refute_by_clusters, sees_close_classifiers
from numerics.searching.curves import refute_by_curve
from numerics.searching.folds import refute_by_fold
from numerics.searching.losses import refute_by_families, refute_by_table
from numerics.searching.operators import asks_for_linearity, stands_by_operators
from numerics.searching.points import Point, points
from numerics.searching.projections import refute_by_projections, sees_projections
from numerics.searching.report import Attempt, CandidateOnly
from numerics.searching.selections import keeps_content, refute_by_selection
from numerics.searching.subspaces import leaves_latents_out, refute_by_subspaces
from numerics.searching.witness import Counterexample
from theory import Claim, GaussianAlignment, Mixing, Quantifier, SithError, Statement, Theorem

NOT_APPLICABLE = "does not apply"
"""The result of a stage that applies to no point; reports leave it out."""

TRAININGS = 4
"""So many points of each dimension are trained at, the defaults apart."""

Probe = Callable[[Claim, Point], tuple[Counterexample, ...]]
"""Looks for a witness at one point; () where it finds none."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a search.

    Fields:
        method: its name.
        probe: what it tries at a point.
        applies: to which claims.
        most: at most so many points of a dimension.
    """

    method: str
    probe: Probe
    applies: Callable[[Claim], bool] = lambda _: True
    most: int = 10**6


def stages(statement: Statement, degree: int, *, trained: bool = False) -> tuple[Stage, ...]:
    """Return the stages of a search in order of cost; training is the last, where asked for."""
    if isinstance(statement, Theorem) and statement.quantifier is Quantifier.NONE:
        return (
            Stage("algebra", lambda c, p: stands_by_algebra(c, p, degree)),
            Stage("operators", stands_by_operators, asks_for_linearity),
        )
    return (
        Stage("folds", refute_by_fold, lambda c: c.world.mixing is Mixing.ARBITRARY),
        Stage("selections", refute_by_selection, keeps_content),
        Stage("laws with equal projections", refute_by_projections, sees_projections),
        Stage("permuted clusters", refute_by_clusters, sees_close_classifiers),
        Stage("whitened subspaces", refute_by_subspaces, leaves_latents_out),
        Stage("algebra", lambda c, p: refute_by_algebra(c, p, degree)),
        Stage("families of maps", refute_by_families),
        Stage(
            "space-filling maps",
            refute_by_curve,
            lambda c: isinstance(c.objective, GaussianAlignment),
        ),
        Stage("free tables", refute_by_table),
        *((Stage("adversarial training", refute_by_training, most=TRAININGS),) if trained else ()),
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
    `seconds`. Points to which the stage does not apply are not counted.
    """
    start = time.perf_counter()
    tried: dict[str, tuple[Counterexample, ...]] = {}
    elsewhere: set[str] = set()
    refused: list[str] = []
    noted: list[str] = []

    def falls(point: Point) -> bool:
        key = str(point)
        if key in elsewhere:
            return False
        if key not in tried:
            if time.perf_counter() - start > seconds:
                return False
            try:
                claim = point.claim(statement)
                if not stage.applies(claim):
                    elsewhere.add(key)
                    return False
                tried[key] = stage.probe(claim, point)
            except CandidateOnly as candidate:
                noted.append(str(candidate))
                tried[key] = ()
            except SithError as error:
                refused.append(str(error))
                tried[key] = ()
        return bool(tried[key])

    found: list[Point] = []
    dims = _dims(statement, dim)
    for d in dims:
        first = Point(d, dict(fixed))
        found = [first] if falls(first) else []
        if isinstance(statement, Theorem):
            most = min(cases, stage.most)
            found = _shrunk(points(statement, d, fixed), falls, most, seed) or found
        if found:
            break
    witness = tried[str(found[0])] if found else ()
    if elsewhere and not tried:
        result = NOT_APPLICABLE
    elif witness:
        result = "a witness"
    elif refused:
        result = f"no witness; {len(refused)} cases could not be treated: {refused[0]}"
    else:
        result = "no witness"
    if noted and not witness:
        result += f"; candidate, not a witness: {noted[0]}"
    took = time.perf_counter() - start
    if took > seconds and not witness:
        result += "; stopped by the time limit"
    return witness, Attempt(stage.method, len(tried), took, result)


def _dims(statement: Statement, dim: int | None) -> tuple[int, ...]:
    """The dimensions to be searched, the smallest first: a witness there is the smallest."""
    if not isinstance(statement, Theorem):
        return (dim or 0,)
    return (dim,) if dim else tuple(sorted(statement.dims)) or (statement.default_dim,)


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
