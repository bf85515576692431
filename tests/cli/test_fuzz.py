"""A sample of inputs that no user means: one line and status 2, never a traceback."""

import pytest

from sith.numerics.cli import output
from tests.cli.fuzzed import CLAIMED, fault, run, scratch

COUNT = 40
"""`python -m tests.cli.fuzzed` runs 2,000."""


def test_odd_inputs_end_in_one_line() -> None:
    faults: dict[str, list[str]] = {}
    assert run(COUNT, faults) >= COUNT
    assert not faults


@pytest.mark.parametrize("verb", sorted(CLAIMED))
def test_every_command_on_a_claim_refuses_a_file_that_ends_the_program(verb: str) -> None:
    with scratch():
        assert fault([verb, "exits.py:CLAIM"]) == ""


def test_a_fault_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: an error without its line, and a traceback."""
    monkeypatch.setattr(output, "note", lambda _line: None)
    with scratch():
        assert "0 lines of error" in fault(["show", "nobody"])
    monkeypatch.undo()
    monkeypatch.setattr(output, "fail", lambda *_: 1 / 0)
    with scratch():
        assert "ZeroDivisionError" in fault(["show", "nobody"])
