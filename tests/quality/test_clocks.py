"""No clock decides: clocks are read for what is shown alone."""

from __future__ import annotations

import re
from pathlib import Path

import sith

CLOCK = re.compile(r"\b(perf_counter|monotonic|process_time|time\.time)\(")
SHOWN = re.compile(r"\b(start|began|trained|seconds|now)\b")
"""Names of what is shown and decides nothing."""
ELSEWHERE = ("benchmarks", "sweeping/pool.py")
"""Measurements of speed, and the end of workers that were told to stop; no verdict depends on them."""


def test_clocks_are_read_only_for_what_is_shown() -> None:
    root = Path(sith.__file__).parents[1]
    lines = [
        f"{path.relative_to(root)}: {line.strip()}"
        for package in ("theory", "numerics")
        for path in sorted((root / package).rglob("*.py"))
        if not str(path.relative_to(root / package)).startswith(ELSEWHERE)
        for line in path.read_text(encoding="utf-8").splitlines()
        if CLOCK.search(line)
    ]
    assert lines
    assert [line for line in lines if not SHOWN.search(line.partition(": ")[2])] == []
    assert not SHOWN.search("if perf_counter() > limit:")
