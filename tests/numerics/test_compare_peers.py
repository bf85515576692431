"""The table beside a peer: every case of known relation is answered rightly, and a wrong one shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sith.numerics.benchmarks import compare_peers
from sith.numerics.data import compare


def test_every_case_is_answered_rightly(monkeypatch: pytest.MonkeyPatch) -> None:
    # The bent runs need the kernel fit of 500 rows; the other cases are fast.
    fast = tuple(case for case in compare_peers.CASES if "bent" not in case.name)
    monkeypatch.setattr(compare_peers, "CASES", fast)
    monkeypatch.setattr(compare_peers, "peer_score", lambda *_runs: float("nan"))
    assert [row.case for row in compare_peers.rows() if not row.right] == []
    wrong = tuple(replace(case, answers=("permutations",)) for case in fast[:1])
    monkeypatch.setattr(compare_peers, "CASES", wrong)
    assert not compare_peers.rows()[0].right


def test_runs_of_a_mapping_have_its_names() -> None:
    r = compare_peers.np.random.default_rng(0)
    z = r.standard_normal((100, 2))
    report = compare({"one": z, "two": z @ [[0.0, 1.0], [-1.0, 0.0]]})
    assert (report.table[0].first, report.table[0].second) == ("one", "two")
    assert [run.run for run in report.runs] == ["one", "two"]
