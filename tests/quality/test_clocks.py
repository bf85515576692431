"""No clock decides: the same command has the same answer idle, beside a busy process, at any speed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sith

FALSE = """
from sympy import Rational
from sith import *
pairs = OrnsteinUhlenbeck((Rational(1, 2), Rational(1, 3)))
world = World(RealSpace(2), Gaussian(), pairs)
CLAIM = Claim("slow", world, AlignmentWhitening(), Encoder(RealSpace(2)), SignFlips(2))
"""

PROGRAM = """
import itertools, json, sys, time
late, *commands = json.load(sys.stdin)
if late:
    for clock in ("perf_counter", "monotonic", "process_time", "time"):
        setattr(time, clock, itertools.count(step=3600.0).__next__)
from sith.numerics.cli import main
for arguments in commands:
    main([*arguments, "--json", "-q"])
"""


@contextmanager
def busy() -> Iterator[None]:
    """One process for each core that does nothing but spin."""
    spin = [sys.executable, "-S", "-c", "while True: pass"]
    started = [subprocess.Popen(spin) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()


def commands(folder: Path) -> list[list[str]]:
    """Each verb whose answer comes from a search or from training, with the smallest budget."""
    file = folder / "claim.py"
    file.write_text(FALSE, encoding="utf-8")
    return [
        ["refute", f"{file}:CLAIM", "--budget", "smoke"],
        ["audit", "reizinger_2025_supervised", "--budget", "smoke"],
        ["check", "comon_1994_linear_ica", "--dim", "2", "--budget", "smoke", "--seeds", "2"],
    ]


def said(folder: Path, *, late: bool) -> list[Any]:
    """What one new process answers, without the seconds; `late`: each look at a clock an hour on."""
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps([late, *commands(folder)]),
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    decoder, text, found = json.JSONDecoder(), ran.stdout.strip(), []
    while text:
        data, end = decoder.raw_decode(text)
        found.append(without_seconds(data))
        text = text[end:].lstrip()
    return found


def without_seconds(data: Any) -> Any:
    """JSON data without what the clock may show: numbers under keys of `seconds`."""
    if isinstance(data, dict):
        return {k: without_seconds(v) for k, v in data.items() if k != "seconds"}
    return [without_seconds(x) for x in data] if isinstance(data, list) else data


def test_refute_audit_and_check_say_the_same_beside_a_busy_process_and_by_a_fast_clock(
    tmp_path: Path,
) -> None:
    idle = said(tmp_path, late=False)
    with busy():
        assert said(tmp_path, late=True) == idle
    refuted, audited, checked = idle
    assert refuted["verdict"] == "refuted"
    assert len(audited["assumptions"]) > 1
    assert checked["trained"]
    assert without_seconds({"seconds": 1, "a": [{"seconds": 2, "b": 3}]}) == {"a": [{"b": 3}]}


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
