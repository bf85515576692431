"""The long benchmarks: they run on a small part, keep what is done, and count rightly."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from sith import InputError
from sith.numerics.benchmarks import calibration, registry_check
from sith.numerics.benchmarks.kept_rows import KeptRows

SLUGS = ["haochen_2021_spectral", "squires_2023_linear_crl"]


def row(case: str, kind: str, *outcomes: str) -> dict[str, object]:
    verdicts = [
        {"case": case, "kind": kind, "outcome": outcome, "reason": f"why {outcome}"}
        for outcome in outcomes
    ]
    return {"family": case, "repeat": 0, "verdicts": verdicts, "cpu_seconds": 1.0}


def die(*_: object) -> None:
    """Stands in for a check whose process dies."""
    os._exit(3)


def never_end(*_: object) -> None:
    """Stands in for a check that never ends."""
    while True:
        pass


# Rows in a file


def test_a_row_that_a_kill_cut_short_is_taken_off(tmp_path: Path) -> None:
    rows = KeptRows(tmp_path / "deep" / "rows.jsonl")
    assert rows.read() == ()
    rows.append({"a": 1})
    rows.append({"a": 2})
    with rows.path.open("a") as file:
        file.write('{"a": ')
    assert [r["a"] for r in rows.read()] == [1, 2]
    rows.append({"a": 3})
    assert [r["a"] for r in rows.read()] == [1, 2, 3]


@pytest.mark.parametrize("line", ["no json", "[1]"])
def test_a_line_that_is_no_row_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(f'{{"a": 1}}\n{line}\n')
    with pytest.raises(InputError, match="line 2"):
        KeptRows(path).read()


# The registry


def test_two_theorems_are_checked_kept_and_not_checked_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "rows.jsonl"
    arguments = ["--only", *SLUGS, "--out", str(out)]
    registry_check.main(arguments)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == registry_check.HEAD
    assert {line.split()[0] for line in lines[1:3]} == set(SLUGS)
    assert lines[3].startswith("2 theorems: ")
    found = {r["slug"]: r for r in KeptRows(out).read()}
    graph, causal = (found[slug] for slug in SLUGS)
    assert graph["verdict"] == "agrees", graph["reason"]
    assert set(graph["parts"]) == {"derived", "exact", "trained"}
    assert 0 < sum(graph["parts"].values()) <= graph["cpu_seconds"]
    assert causal["layers"]["derived"] == "agrees"
    assert "training: no torch loss" in causal["reason"]

    def never(*_: object) -> None:
        raise AssertionError("checked again")

    monkeypatch.setattr(registry_check, "run_one", never)
    registry_check.main([*arguments, "--json"])
    table = json.loads(capsys.readouterr().out)
    assert {r["slug"] for r in table["theorems"]} == set(SLUGS)
    assert table["counts"]["agrees"] == 1
    assert table["parts"]["trained"] > 0


def test_a_theorem_that_failed_or_was_stopped_runs_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("out of order")

    with monkeypatch.context() as patch:
        patch.setattr(registry_check, "check", broken)
        failed = registry_check.run_one(SLUGS[1], "smoke")
    assert not failed.finished
    assert failed.reason == "ValueError: out of order"

    rows = KeptRows(tmp_path / "rows.jsonl")
    arguments = ["--only", SLUGS[1], "--out", str(rows.path)]
    with monkeypatch.context() as patch:
        patch.setattr(registry_check, "run_one", die)
        registry_check.main(arguments)
    assert "its process died with status 3" in capsys.readouterr().out

    with monkeypatch.context() as patch:
        patch.setattr(registry_check, "run_one", never_end)
        registry_check.main([*arguments, "--limit", "1"])
    assert "stopped after 1 s of processor" in capsys.readouterr().out
    assert not registry_check.read_finished(rows, "smoke")
    registry_check.main(arguments)
    assert list(registry_check.read_finished(rows, "smoke")) == [SLUGS[1]]
    assert not registry_check.read_finished(rows, "ci")
    rows.append({"slug": "x"})
    with pytest.raises(InputError, match="another form"):
        registry_check.read_finished(rows, "smoke")


# Calibration


def test_one_small_case_is_calibrated_and_goes_on_from_its_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "rows.jsonl"
    arguments = ["--seeds", "2", "--only", "haochen_2021_spectral", "--out", str(out)]
    calibration.main(["--repeats", "1", *arguments])
    text = capsys.readouterr()
    assert "true    haochen_2021_spectral" in text.out
    assert "miss rate: [" in text.out
    first = KeptRows(out).read()
    assert [r["family"] for r in first] == ["haochen_2021_spectral", "haochen_2021_spectral, gap"]
    kinds = {v["case"]: v["kind"] for r in first for v in r["verdicts"]}
    assert set(kinds.values()) == {"true", "group", "broken"}
    calibration.main(["--repeats", "2", *arguments, "--json"])
    table = json.loads(capsys.readouterr().out)
    assert KeptRows(out).read()[: len(first)] == first
    assert table["summary"]["true runs"] == 2
    assert table["summary"]["wrong runs"] == 4
    assert table["summary"]["misses"] == table["summary"]["false alarms"] == 0
    assert all(c["agrees"] + c["disagrees"] + c["undecided"] == 2 for c in table["cases"])


def test_the_bounds_of_a_rate_are_those_of_clopper_and_pearson() -> None:
    """None of n: the upper bound solves (1 − p)^n = 0.025; all of n: the lower, p^n = 0.025."""
    assert calibration.rate_bounds(0, 0) == (0.0, 1.0)
    low, high = calibration.rate_bounds(0, 60)
    assert low == 0
    assert (1 - high) ** 60 == pytest.approx(0.025)
    low, high = calibration.rate_bounds(60, 60)
    assert low**60 == pytest.approx(0.025)
    assert high == 1
    # Table of Clopper and Pearson for 5 of 20.
    assert calibration.rate_bounds(5, 20) == pytest.approx((0.0866, 0.4910), abs=1e-4)


def test_errors_are_counted_by_run() -> None:
    rows = [
        row("a", "true", "agrees"),
        row("a", "true", "disagrees"),
        row("a, large", "group", "agrees", "agrees"),
        row("a, gap", "broken", "undecided"),
    ]
    found = calibration.summary(rows)
    assert (found["true runs"], found["false alarms"]) == (2, 1)
    assert (found["wrong runs"], found["misses"]) == (2, 1)
    assert (found["wrong verdicts"], found["wrong undecided"]) == (3, 1)
    assert found["miss rate"] == pytest.approx([0.0126, 0.9874], abs=1e-4)
    assert found["wrong runs decided"] == 1
    assert found["miss rate of decided runs"] == pytest.approx([0.025, 1.0], abs=1e-4)
    cases = {c.name: c for c in calibration.cases_of(rows)}
    assert (cases["a"].agrees, cases["a"].disagrees) == (1, 1)
    assert cases["a, gap"].reasons == ("why undecided",)


def test_a_case_that_is_not_shown_to_be_false_or_not_known_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without connectedness the spectral theorem still holds: that is no wrong claim."""
    with pytest.raises(InputError, match="no calibration of x"):
        calibration.families(["x"])
    connected = calibration.Source("haochen_2021_spectral", {}, broken=("connected",))
    monkeypatch.setattr(calibration, "SOURCES", (connected,))
    with pytest.raises(InputError, match="without connected is not shown to be false"):
        calibration.families()
