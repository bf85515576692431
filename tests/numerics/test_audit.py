"""The audit: every assumption gets a row, and rows say what the search found."""

from __future__ import annotations

import pytest

from sith import InputError, Relation, Role, audit, theorem
from sith.numerics.verbs import Needed, weakened

ICA = theorem("comon_1994_linear_ica")


def test_every_assumption_has_a_row_with_a_checked_witness() -> None:
    claim = ICA.at(2)
    report = audit(ICA, 2)
    assert [row.name for row in report.assumptions] == [a.name for a in claim.assumptions]
    for row in report.assumptions:
        assert row.outcome is Needed.NEEDED
        assert row.witness[0].check(weakened(claim, row.name)).holds
        assert not row.witness[0].check(claim).holds
    assert report.decided == len(report.assumptions)
    assert report.exit_status == 0


def test_a_difference_from_the_catalogue_is_noticed() -> None:
    rows = {row.name: row for row in audit(ICA, 2).assumptions}
    assert rows["known_law"].role is Role.SUFFICIENT
    assert "sufficient only" in rows["known_law"].notice
    assert rows["linear_mixing"].notice == ""


def test_a_negative_result_is_audited_for_what_is_free() -> None:
    entry = theorem("hyvarinen_1999_nonidentifiability")
    claim = weakened(entry.at(), "unrestricted_mixing")
    assert claim.relation is Relation.CONTAINS
    (row,) = audit(entry).assumptions
    assert row.outcome is Needed.NEEDED


def test_an_assumption_that_is_not_needed_says_why() -> None:
    entry = theorem("buchholz_2022_volume_preserving")
    (row,) = audit(entry).assumptions
    assert row.outcome is Needed.NOT_NEEDED
    assert row.tried
    assert "without it too" in row.reason


def test_unknown_names_are_refused() -> None:
    with pytest.raises(InputError, match="gaussian_coordinates"):
        weakened(ICA.at(2), "nothing")
    with pytest.raises(InputError, match="smoke"):
        audit(ICA, budget="endless")
