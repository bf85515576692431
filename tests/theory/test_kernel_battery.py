"""The kernel on certificates written by hand: what is true is valid, what is false is rejected."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from sith.theory.derivation.verification import proof_kernel
from tests.quality.mutants.battery import cases, differs


def test_the_kernel_gives_the_expected_answers(tmp_path: Path) -> None:
    path = tmp_path / "certificate.json"
    found = [differs(proof_kernel.main, case, path) for case in cases()]
    assert [wrong for wrong in found if wrong] == []


def test_the_battery_holds_all_three_answers_and_no_case_twice() -> None:
    every = cases()
    counts = Counter(case.status for case in every)
    assert min(counts[status] for status in (0, 1, 2)) >= 25
    assert len({case.text for case in every}) > len(every) - 5
    assert all(case.said for case in every)


def test_files_that_are_no_certificate(tmp_path: Path) -> None:
    path = tmp_path / "certificate.json"
    assert proof_kernel.main([]) == 2
    assert proof_kernel.main([str(path)]) == 2
    path.write_text("{", encoding="utf-8")
    assert proof_kernel.main([str(path)]) == 2
    path.write_text("[" * 100_000, encoding="utf-8")
    assert proof_kernel.main([str(path)]) == 2
