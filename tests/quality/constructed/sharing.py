"""What does not depend on the stated group, computed once for all claims about one problem."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from sith.theory.derivation import engine

Key = tuple[Any, ...]


class _Memory:
    """Results by the identity of their arguments, which are kept alive with them."""

    def __init__(self) -> None:
        self.results: dict[tuple[str, Key], tuple[Any, Key]] = {}

    def of(self, name: str, compute: Callable[[], Any], *keys: Any) -> Any:
        """Return the result for these arguments, computed where it is new; errors are not kept."""
        place = (name, tuple(k if isinstance(k, int) else id(k) for k in keys))
        if place not in self.results:
            self.results[place] = (compute(), keys)
        return self.results[place][0]


@contextmanager
def shared() -> Iterator[None]:
    """Let `derive` reuse condition, attainability, fields and both bounds of a problem.

    Claims about one problem differ in the stated group and the relation alone, and hold the same world,
    objective and encoder as objects. A test compares verdicts with and without.
    """
    memory = _Memory()
    condition_of, fit_of = engine.optimum_condition, engine.attainable
    solution_of, findings_of = engine._solve, engine.findings

    def condition(world: Any, objective: Any, encoder: Any) -> Any:
        parts = (world, objective, encoder)
        return memory.of("condition", lambda: condition_of(*parts), *parts)

    def fit(*parts: Any) -> Any:
        return memory.of("fit", lambda: fit_of(*parts), *parts)

    def solution(equations: Any, degree: int, **budget: Any) -> Any:
        return memory.of(
            "solution", lambda: solution_of(equations, degree, **budget), equations, degree
        )

    def findings(claim: Any, equations: Any, solutions: Any) -> Any:
        found = memory.of(
            "findings", lambda: findings_of(claim, equations, solutions), equations, len(solutions)
        )
        return replace(found, claim=claim)

    with patch.multiple(
        engine, optimum_condition=condition, attainable=fit, _solve=solution, findings=findings
    ):
        yield
