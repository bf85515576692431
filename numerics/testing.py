"""Assertions about claims, for the tests of your own repository.

from numerics.testing import falls, stands

def test_my_condition():
    stands(MY_CLAIM)
    falls(MY_CLAIM.but(group=Orthogonal(3)))
"""

from __future__ import annotations

from typing import Any

from numerics.searching import Counterexample
from numerics.verbs import refute
from theory import Outcome, Statement, Verdict, derive


def stands(
    statement: Statement, dim: int | None = None, *, search: bool = True, **parameters: Any
) -> Verdict:
    """Assert that a claim's stated group is the derived one, and that no counterexample is found.

    With `search` false the derivation alone is asserted. Returns the verdict; raises
    `AssertionError` with the report, also where the derivation is undecided.
    """
    verdict = derive(statement, dim, **parameters)
    if not verdict.agrees or verdict.outcome is Outcome.MIS_SPECIFIED:
        raise AssertionError(str(verdict))
    if search:
        report = refute(statement, dim, **parameters)
        if report.refuted:
            raise AssertionError(str(report))
    return verdict


def falls(
    statement: Statement, dim: int | None = None, *, budget: str = "smoke", **parameters: Any
) -> Counterexample:
    """Assert that a search refutes a claim, and return the witness; it has been re-checked.

    Raises `AssertionError` with everything that was tried.
    """
    report = refute(statement, dim, budget=budget, **parameters)
    if not report.refuted:
        raise AssertionError(str(report))
    return report.witness[0]
