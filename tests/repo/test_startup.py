"""The benchmark of start-up: what is loaded is tested; its seconds are measured by hand."""

from __future__ import annotations

import json

import pytest

from sith.numerics.benchmarks import startup_cost
from sith.numerics.benchmarks.startup_cost import REFERENCE, STARTS, Start, main


def test_a_start_that_loads_too_much_or_takes_too_long_is_not_met(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The seconds are given, so that the test does not depend on the machine."""
    seconds = {STARTS[REFERENCE].program: 1.0, "light": 1.2, "slow": 1.4, "heavy": 1.0}
    loads = {"heavy": frozenset({"torch"})}
    monkeypatch.setattr(
        startup_cost, "_run", lambda program: (seconds[program], loads.get(program, frozenset()))
    )
    added = {name: Start(name, 1.3) for name in ("light", "slow", "heavy")}
    monkeypatch.setattr(startup_cost, "STARTS", {REFERENCE: STARTS[REFERENCE], **added})
    assert main(["--json"]) == 1
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)["starts"]}
    assert {name: row["met"] for name, row in rows.items()} == {
        REFERENCE: True,
        "light": True,
        "slow": False,
        "heavy": False,
    }
    assert rows["slow"]["ratio"] == 1.4
    assert main([]) == 1
    assert "NOT met; loads torch" in capsys.readouterr().out


def test_a_program_is_run_and_tells_what_it_loads() -> None:
    spent, loads = startup_cost._run("import sith")
    assert spent > 0
    assert loads == frozenset()
