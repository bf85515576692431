"""A claim that is shown near the identity alone: accepted by default, open where all maps are asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sith import Agreement, InputError, Verdict, derive, testing, theorem, theory
from sith.numerics.cli import verbs as cli_verbs
from sith.numerics.searching.report import Derivation, Finding, RefuteReport
from sith.numerics.verbs.refute import Known

SLUG = "zimmermann_2021_vmf"


@pytest.fixture(scope="module")
def shown() -> Verdict:
    return derive(theorem(SLUG), 2)


@pytest.fixture(params=list(Agreement), ids=lambda a: a.value)
def verdict(shown: Verdict, request: Any, monkeypatch: pytest.MonkeyPatch) -> Verdict:
    """The same verdict with each agreement, in place of a derivation."""
    found = replace(shown, agreement=request.param)
    monkeypatch.setattr(theory, "derive", lambda *_, **__: found)
    return found


def holds(scope: str) -> bool:
    try:
        testing.stands(theorem(SLUG), 2, search=False, scope=scope)
    except AssertionError:
        return False
    return True


def test_stands_asks_for_all_maps_where_told_to(verdict: Verdict) -> None:
    assert holds("near") is verdict.agreement.positive
    assert holds("all") is (verdict.agreement is Agreement.AGREES)
    with pytest.raises(InputError, match="near, all"):
        testing.stands(theorem(SLUG), 2, scope="everywhere")


def test_derive_has_status_3_where_all_maps_are_asked_and_not_shown(verdict: Verdict) -> None:
    status = cli_verbs.derive_command(SLUG, dim=2, quiet=True, json=True)
    assert status == verdict.exit_status
    asked = cli_verbs.derive_command(SLUG, dim=2, scope="all", quiet=True, json=True)
    assert asked == (3 if verdict.agreement is Agreement.LOCALLY else status)
    assert cli_verbs.derive_command(SLUG, dim=2, scope="everywhere", quiet=True, json=True) == 2


def test_a_search_without_a_witness_takes_over_what_is_shown(verdict: Verdict) -> None:
    says = Derivation(verdict.outcome.value, verdict.agreement.value, "")
    finding = Known(says).unrefuted()
    report = RefuteReport("c", finding, (), (), "smoke", 0.0, says)
    assert report.exit_status == (0 if verdict.agreement.positive else 3)
    assert (finding is Finding.STANDS) is (verdict.agreement is Agreement.AGREES)
    assert ("agrees locally" in str(report)) is (verdict.agreement is Agreement.LOCALLY)
