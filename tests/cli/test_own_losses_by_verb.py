"""Every verb on losses and optima of a user's own file: an answer or one line, never a traceback."""

from __future__ import annotations

import pytest

from sith import UnsupportedCondition, load_statement, theorem
from sith.numerics.cli import main
from sith.theory.derivation import weakened

LOSSES, STATED = "examples/own_losses.py", "examples/stated_optimum.py"
TRIPLET, FLAT, CLASH = f"{LOSSES}:TRIPLET", f"{LOSSES}:FLAT", f"{LOSSES}:CLASH"
LEARNED = f"{STATED}:LEARNED"

QUICK = [
    ("show", TRIPLET, 0, "triplet"),
    ("derive", TRIPLET, 3, "undecided"),
    ("check", TRIPLET, 3, "undecided"),
    ("refute", TRIPLET, 3, "no witness found"),
    ("derive", FLAT, 2, "mis-specified"),
    ("refute", FLAT, 2, "mis-specified"),
    ("check", CLASH, 3, "undecided"),
    ("show", LEARNED, 0, "two weights are learned with the encoder"),
    ("derive", LEARNED, 1, "two weights are learned with the encoder"),
]
"""The verb, the claim, its exit status and what its answer says."""

LONG = [
    ("audit", TRIPLET, 0, "5 assumptions"),
    ("refute", CLASH, 3, "no witness found"),
    ("refute", LEARNED, 1, "refuted"),
    ("check", LEARNED, 1, "disagrees"),
]


def said(capsys: pytest.CaptureFixture[str], verb: str, claim: str) -> tuple[int, str, str]:
    options = {"derive": ["--degree", "2"], "check": ["--degree", "2"]}.get(verb, [])
    quiet = [] if verb == "show" else ["--quiet"]
    status = main([verb, claim, *options, *quiet])
    out, err = capsys.readouterr()
    return status, out, err


@pytest.mark.parametrize(("verb", "claim", "status", "words"), QUICK)
def test_a_verb_answers(
    verb: str, claim: str, status: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found, out, err = said(capsys, verb, claim)
    assert found == status, out + err
    assert words in out
    assert "Traceback" not in out + err
    assert len(err.splitlines()) <= 1


@pytest.mark.parametrize(("verb", "claim", "status", "words"), LONG)
def test_a_long_verb_answers(
    verb: str, claim: str, status: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    test_a_verb_answers(verb, claim, status, words, capsys)


def test_a_weakening_that_was_written_for_another_loss_does_not_apply() -> None:
    claim = load_statement(CLASH).at()
    with pytest.raises(UnsupportedCondition, match="no attribute 'temperature'") as caught:
        weakened(claim, "matched_temperature")
    assert "\n" not in str(caught.value)
    assert weakened(theorem("zimmermann_2021_vmf").at(), "matched_temperature").name
