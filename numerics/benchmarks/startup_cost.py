"""What it costs to start, beside `import sympy`: `python -m sith.numerics.benchmarks.startup_cost`.

Each program runs in fresh processes, in turn with the others, and its processor seconds are the
least of several runs. The ratios are of one run of the benchmark, so that the machine cancels.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

REFERENCE = "import sympy"
TOLD = "\nimport sys; sys.stderr.write(' '.join({'sympy', 'torch'} & set(sys.modules)))"


@dataclass(frozen=True, slots=True)
class Start:
    """A program, the largest ratio to `import sympy` that is allowed, and what it may load."""

    program: str
    most: float
    may_load: frozenset[str] = frozenset()


STARTS: Mapping[str, Start] = {
    REFERENCE: Start("import sympy", 1.0, frozenset({"sympy"})),
    "import sith": Start("import sith", 1.3),
    "sith --help": Start("from sith.numerics.cli import main; main(['--help'])", 1.3),
    "derive and Claim": Start("from sith import Claim, derive", 3.0, frozenset({"sympy"})),
    "stands without a search": Start(
        "from sith import theorem; from sith.testing import stands; "
        "stands(theorem('haochen_2021_spectral'), search=False)",
        6.0,
        frozenset({"sympy"}),
    ),
}
"""The programs; the bounds of the last two leave room for the derivation itself."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a program costs.

    Fields:
        name: of the program.
        seconds: of the processor, the least of the runs.
        ratio: to `import sympy`.
        loads: which of sympy and torch it loads.
        met: whether ratio and loads are within what is allowed.
    """

    name: str
    seconds: float
    ratio: float
    loads: tuple[str, ...]
    met: bool

    def to_dict(self) -> dict[str, Any]:
        """Return the row as plain data."""
        return {
            "name": self.name,
            "seconds": round(self.seconds, 4),
            "ratio": round(self.ratio, 3),
            "loads": list(self.loads),
            "most": STARTS[self.name].most,
            "met": self.met,
        }

    def __str__(self) -> str:
        """One line of the table."""
        loads = ", ".join(self.loads) or "neither"
        verdict = "met" if self.met else "NOT met"
        return (
            f"{self.name:<24} {self.seconds:6.2f} s  ×{self.ratio:5.2f} (≤ {STARTS[self.name].most})"
            f"  {verdict}; loads {loads}"
        )


def measure(repeats: int = 3) -> tuple[Cost, ...]:
    """Return the cost of every program, each the least of `repeats` runs in fresh processes."""
    seconds = dict.fromkeys(STARTS, float("inf"))
    loads: dict[str, frozenset[str]] = {}
    for _ in range(repeats):
        for name, start in STARTS.items():
            spent, loads[name] = _run(start.program)
            seconds[name] = min(seconds[name], spent)
    return tuple(_cost(name, seconds, loads[name]) for name in STARTS)


def _cost(name: str, seconds: Mapping[str, float], loads: frozenset[str]) -> Cost:
    ratio, start = seconds[name] / seconds[REFERENCE], STARTS[name]
    met = ratio <= start.most and loads <= start.may_load
    return Cost(name, seconds[name], ratio, tuple(sorted(loads)), met)


def _run(program: str) -> tuple[float, frozenset[str]]:
    """Return the processor seconds of a program, and which libraries it loads."""
    before = os.times()
    done = subprocess.run(
        [sys.executable, "-c", program + TOLD], capture_output=True, text=True, check=True
    )
    after = os.times()
    spent = after.children_user + after.children_system
    spent -= before.children_user + before.children_system
    return spent, frozenset(done.stderr.split())


def main(arguments: list[str] | None = None) -> int:
    """Print the table, or with --json one object; 1 where a bound is not met."""
    parser = argparse.ArgumentParser(
        prog="python -m sith.numerics.benchmarks.startup_cost",
        description="Processor seconds to start, as ratios to `import sympy`.",
    )
    parser.add_argument("--repeats", type=int, default=3, help="runs of each program")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    given = parser.parse_args(arguments)
    rows = measure(given.repeats)
    if given.json:
        text = json.dumps({"starts": [row.to_dict() for row in rows]})
    else:
        text = "\n".join(map(str, rows))
    sys.stdout.write(f"{text}\n")
    return int(not all(row.met for row in rows))


if __name__ == "__main__":
    sys.exit(main())
