"""The table of costs beside recorded ones: complete, run in processes of its own, resumable."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sith.numerics.benchmarks import peers
from sith.numerics.benchmarks.peer_rows import ROWS, Limit, medians

PEERS = (
    "cl-ica",
    "icebeem",
    "platonic-rep",
    "csi",
    "lejepa-identifiability",
    "ssl_identifiability",
    "one process for each seed",
)
BY_NAME = {row.name: row for row in ROWS}
STORED = Path(__file__).resolve().parents[2] / "book/_static/peers.json"


def test_the_table_is_complete() -> None:
    assert len(BY_NAME) == len(ROWS) == 15
    for row in ROWS:
        assert row.work and row.definition and row.runs and row.limits
        assert 0 < row.recorded < math.inf
        assert row.headline in {limit.figure for limit in row.limits}
    for peer in PEERS:
        assert any(row.peer.startswith(peer) for row in ROWS)


def test_the_stored_table_follows_from_its_runs() -> None:
    stored = json.loads(STORED.read_text())["rows"]
    names = [entry["name"] for entry in stored]
    assert names == [name for name in BY_NAME if name in names]
    for entry in stored:
        runs = [{k: math.inf if v is None else v for k, v in r.items()} for r in entry["runs"]]
        assert peers.report(BY_NAME[entry["name"]], runs) == entry


def test_the_readme_shows_the_stored_table() -> None:
    readme = (STORED.parents[2] / "README.md").read_text()
    table = peers.markdown(json.loads(STORED.read_text())["rows"])
    assert table in readme
    # One row less is named as missing.
    fewer = peers.markdown(json.loads(STORED.read_text())["rows"][1:])
    assert fewer not in readme and ROWS[0].work in fewer.splitlines()[-1]


@pytest.mark.parametrize("name", ["knn-null", "labels"])
def test_a_row_runs_in_a_process_of_its_own(name: str, tmp_path: Path) -> None:
    rows, table = tmp_path / "rows.jsonl", tmp_path / "table.json"
    small = replace(BY_NAME[name], runs=("0",))
    figures = peers.in_fresh_process(small, "0", small=True)
    assert figures["memory_mib"] > 50
    entry = peers.report(small, [figures], small=True)
    assert entry["met"] is None and "not judged" in peers.line(entry)
    # A finished row is not run again.
    peers.append(rows, entry)
    assert peers.main(["--rows", name, "--out", str(rows), "--json", str(table)]) == 0
    assert json.loads(table.read_text())["rows"] == [entry]


def test_a_killed_command_keeps_the_finished_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = tmp_path / "rows.jsonl"
    run: list[str] = []

    def figures(row: Any, name: str, small: bool) -> dict[str, float]:
        if row.name == "labels" and not run:
            raise KeyboardInterrupt
        run.append(row.name)
        return {"milliseconds": 1.0, "seconds": 1.0, "steps": 1.0, "R2": 1.0, "memory_mib": 300.0}

    monkeypatch.setattr(peers, "in_fresh_process", figures)
    names = ["--rows", "cka", "labels", "--out", str(rows)]
    rows.write_text('{"name": "lab')
    run.append("started")
    assert peers.main(["--rows", "cka", "--out", str(rows)]) == 1
    run.clear()
    with pytest.raises(KeyboardInterrupt):
        peers.main(names)
    run.append("again")
    assert peers.main(names) == 1
    assert run == ["again", "labels", "labels", "labels"]
    assert list(peers.finished(rows)) == ["cka", "labels"]


def test_a_missed_target_is_said() -> None:
    row = BY_NAME["spiral"]
    fast = {"seconds": 50.0, "R2": 0.99, "memory_mib": 300.0}
    never = {"seconds": math.inf, "R2": 0.5, "memory_mib": 400.0}
    entry = peers.report(row, [fast, never, fast])
    assert entry["met"] is True and entry["memory_mib"] == 400 and entry["ratio"] == 21
    entry = peers.report(row, [fast, never, never])
    assert entry["met"] is False and entry["ours"] is None and entry["ratio"] is None
    assert "never" in peers.line(entry) and "MISSED" in peers.line(entry)
    json.dumps(entry, allow_nan=False)
    assert not Limit("R2", 0.9, at_most=False).holds({"R2": math.nan})
    # Of a score, the ratio is of what is missing to 1.
    assert BY_NAME["content"].ratio({"R2": 0.9705}) == pytest.approx(2.0)
    assert BY_NAME["labels"].bound and "> " in peers.line(peers.report(BY_NAME["labels"], [fast]))


def test_eight_seeds_are_held_against_one() -> None:
    runs = [
        {"seconds": float(s), "step seconds": 1.0, "memory_mib": 1.0} for s in (2, 8, 3, 9, 2, 9)
    ]
    figures = BY_NAME["seeds"].combine(runs)
    assert figures["ratio to one seed"] == 4.5
    assert medians(runs)["seconds"] == 5.5


def test_an_unknown_row_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        peers.main(["--rows", "nothing"])
    assert "verdict4" in capsys.readouterr().err
