"""Assertions about claims, for the tests of your own repository.

from sith.testing import disagrees, falls, stands

def test_my_condition():
    stands(MY_CLAIM)
    falls(MY_CLAIM.replace(group=Orthogonal(3)))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sith.theory import InputError

if TYPE_CHECKING:
    from sith.numerics.searching import Counterexample
    from sith.theory import Statement, Verdict

SCOPES = ("near", "all")
"""Over which maps `stands` asks for agreement."""


def stands(
    statement: Statement,
    dim: int | None = None,
    *,
    search: bool = True,
    scope: str = "near",
    **parameters: Any,
) -> Verdict:
    """Assert that a claim's stated group is the derived one, and that no counterexample is found.

    With `search` false the derivation alone is asserted. With `scope` "near" a derivation that
    agrees near the identity is enough; with "all" it has to agree over all maps of the encoder
    class. Returns the verdict; raises `AssertionError` with the report, also where the derivation
    is undecided, and `InputError` for another scope.
    """
    from sith.theory import Agreement, Outcome, derive

    if scope not in SCOPES:
        raise InputError(f"scope = {scope}", allowed=", ".join(SCOPES))
    verdict = derive(statement, dim, **parameters)
    if not verdict.agrees or verdict.outcome is Outcome.MIS_SPECIFIED:
        raise AssertionError(str(verdict))
    if scope == "all" and verdict.agreement is not Agreement.AGREES:
        raise AssertionError(f"not shown over all maps of the encoder class:\n{verdict}")
    if search:
        from sith.numerics.verbs import refute

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
    from sith.numerics.verbs import refute

    report = refute(statement, dim, budget=budget, **parameters)
    if not report.refuted:
        raise AssertionError(str(report))
    return report.witness[0]


def disagrees(statement: Statement, dim: int | None = None, **parameters: Any) -> Verdict:
    """Assert that the derivation shows a claim to be wrong, and return its verdict.

    No search is run, so that neither torch nor scipy is loaded: `verdict.escape` is the exact field
    or map that separates the two groups. Raises `AssertionError` with the report where the derivation
    agrees or is undecided; `falls` may still refute the claim then.
    """
    from sith.theory import Agreement, derive

    verdict = derive(statement, dim, **parameters)
    if verdict.agreement is not Agreement.DISAGREES:
        raise AssertionError(str(verdict))
    return verdict
