"""Open problems: the engine leaves each of them as open as it is registered; a decided one fails."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sith import OPEN_PROBLEMS, Agreement, OpenProblem, UnknownName, derive, open_problem, theorem

every = pytest.mark.parametrize("entry", OPEN_PROBLEMS, ids=lambda e: e.slug)


@every
def test_the_engine_does_not_decide_it(entry: OpenProblem) -> None:
    verdict = derive(entry.state(), degree=entry.degree)
    answer = entry.still_open(verdict)
    assert answer.holds, answer.reason


@every
def test_it_says_what_would_settle_it(entry: OpenProblem) -> None:
    assert open_problem(entry.slug) is entry
    assert min(len(t) for t in (entry.question, entry.known, entry.settles)) > 40
    assert entry.settles in str(entry)


def test_a_decided_claim_is_no_open_problem() -> None:
    decided = derive(theorem("haochen_2021_spectral"))
    assert decided.agreement is Agreement.AGREES
    answer = OPEN_PROBLEMS[0].still_open(decided)
    assert not answer.holds
    assert "is decided" in answer.reason


def test_a_problem_that_has_moved_is_noticed() -> None:
    verdict = derive(open_problem("alignment_more_outputs").state())
    moved = replace(open_problem("alignment_more_outputs"), expected=Agreement.LOCALLY)
    assert "has moved" in moved.still_open(verdict).reason
    wrong = replace(moved, expected=Agreement.AGREES)
    assert not wrong.still_open(verdict).holds


def test_an_unknown_slug_lists_the_others() -> None:
    with pytest.raises(UnknownName, match="additive_far_maps"):
        open_problem("riemann")
