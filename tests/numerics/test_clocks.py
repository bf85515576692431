"""No clock decides: the same question has the same answer, idle, beside a busy process, at any speed."""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sith import Counterexample, Theorem, numerics, theorem
from sith.numerics.cli import main
from sith.numerics.searching import Kind, Point, Stage, search
from sith.theory import Claim

FALSE = """
from sympy import Rational
from sith import *
world = World(Sphere(2), Uniform(), VonMisesFisher(2))
CLAIM = Claim("circle", world, InfoNCE(InnerProduct(), Rational(1, 2)), Encoder(Sphere(2)), SignFlips(2))
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


def without_seconds(data: Any) -> Any:
    if isinstance(data, dict):
        return {k: without_seconds(v) for k, v in data.items() if k != "seconds"}
    return [without_seconds(x) for x in data] if isinstance(data, list) else data


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    main([*arguments, "--json", "-q"])
    return without_seconds(json.loads(capsys.readouterr().out))


def test_refute_and_derive_say_the_same_beside_a_busy_process(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "claim.py"
    file.write_text(FALSE, encoding="utf-8")
    questions = (("refute", f"{file}:CLAIM"), ("derive", f"{file}:CLAIM"))
    idle = [said(capsys, *q) for q in questions]
    with busy():
        beside = [said(capsys, *q) for q in questions]
    assert beside == idle
    assert idle[0]["verdict"] == "refuted"
    assert idle[1]["agrees"] is False


def over_seven_thirds(claim: Claim, point: Point) -> tuple[Counterexample, ...]:
    kappa = point.parameters.get("kappa", 1)
    if not kappa > 7:
        return ()
    parts = {"shown": "", "equal": "", "differs": "", "exact": True, "data": {}}
    return (Counterexample.found(claim, point, kind=Kind.FREE_MAP, **parts),)


def test_the_search_over_points_does_not_end_with_the_clock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where every look at a clock is an hour later, as many points are tried and shrunk."""
    statement = theorem("zimmermann_2021_vmf")
    assert isinstance(statement, Theorem)
    stage = Stage("over seven thirds", over_seven_thirds)

    def found() -> Any:
        witness, attempt = search(statement, stage, dim=2, fixed={}, cases=60, work=10**6, seed=0)
        return witness[0].parameters, attempt.cases, attempt.work

    at_once = found()
    for clock in ("perf_counter", "monotonic"):
        ticks = itertools.count(step=3600.0)
        monkeypatch.setattr(time, clock, lambda ticks=ticks: next(ticks))
    assert found() == at_once


CLOCK = re.compile(r"\b(perf_counter|monotonic|process_time|time\.time)\(")
SHOWN = re.compile(r"\b(start|began|trained|seconds|now|then)\b")
"""Names of what is shown and decides nothing."""


def test_clocks_are_read_only_for_what_is_shown() -> None:
    package = Path(numerics.__file__).parent
    folders = ("searching", "exact", "verbs", "runs", "groups", "training", "cli")
    lines = [
        f"{path.name}: {line.strip()}"
        for folder in folders
        for path in sorted((package / folder).rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if CLOCK.search(line)
    ]
    assert lines
    assert [line for line in lines if not SHOWN.search(line.partition(": ")[2])] == []
    assert not SHOWN.search("if perf_counter() > limit:")
