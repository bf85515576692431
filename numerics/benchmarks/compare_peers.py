"""`compare` beside a peer, on runs whose relation is known.

python -m sith.numerics.benchmarks.compare_peers [--json FILE]

The peer is `consistency_score(..., between="runs")` of cebra (Schneider, Lee and Mathis, 2023): the R² of
a linear regression between two runs, on the rows that it was fitted on. Where cebra is not
installed its column stays empty. Nothing is random but the seed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sith.numerics.data import compare

Array = NDArray[np.float64]
Runs = tuple[Array, Array]


@dataclass(frozen=True, slots=True)
class Case:
    """Two runs of known relation.

    Fields:
        name: in words.
        truth: the smallest group that relates them, or why there is none.
        answers: what `compare` may say: the truth, or that it is undecided.
        draw: the runs, from a generator.
    """

    name: str
    truth: str
    answers: tuple[str, ...]
    draw: Callable[[np.random.Generator], Runs]


def _turned(r: np.random.Generator) -> Runs:
    z = r.standard_normal((500, 3))
    return z, z @ np.linalg.qr(r.standard_normal((3, 3)))[0]


def _sheared(r: np.random.Generator) -> Runs:
    z = r.standard_normal((500, 3))
    return z, z @ np.array([[1.0, 0.5, 0.0], [0.0, 1.0, 0.5], [0.0, 0.0, 1.0]])


def _bent(r: np.random.Generator) -> Runs:
    z = r.uniform(-1.5, 1.5, (500, 2))
    return z, np.stack([z[:, 0] + z[:, 0] ** 3, z[:, 1] + np.sin(2 * z[:, 0])], 1)


def _walks(r: np.random.Generator) -> Runs:
    first, second = np.cumsum(r.standard_normal((2, 500, 3)), 1)
    return first, second


def _few_rows(r: np.random.Generator) -> Runs:
    return r.standard_normal((60, 20)), r.standard_normal((60, 20))


def _collapsed(r: np.random.Generator) -> Runs:
    z = r.standard_normal((500, 3))
    # What is left of the first run is below the rounding of single precision.
    left = np.asarray(0.5 + 1e-8 * z, dtype=np.float32)
    return z, left  # type: ignore[return-value]


CASES = (
    Case("turned", "orthogonal", ("orthogonal",), _turned),
    Case("sheared", "linear", ("linear",), _sheared),
    Case("bent, 500 rows", "smooth", ("smooth",), _bent),
    Case("independent random walks", "nothing is shared", ("none", "undecided"), _walks),
    Case("independent, 60 rows of 20", "nothing is shared", ("none", "undecided"), _few_rows),
    Case("one run collapsed", "one run is constant", ("collapsed",), _collapsed),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One case: what each says, and whether `compare` is right; `peer` is NaN without cebra."""

    case: str
    truth: str
    ours: str
    unexplained: float
    right: bool
    peer: float

    def __str__(self) -> str:
        """One line of the table."""
        peer = "–" if np.isnan(self.peer) else f"{self.peer:.3f}"
        left = "–" if np.isnan(self.unexplained) else f"{self.unexplained:.3f}"
        return f"{self.case:<28} {self.truth:<22} {self.ours:<12} {left:>8} {peer:>8}"


HEAD = f"{'runs':<28} {'truth':<22} {'compare':<12} {'left':>8} {'cebra R²':>8}"


def peer_score(first: Array, second: Array) -> float:
    """The mean over both directions of cebra's score, or NaN where it is not installed."""
    try:
        metrics = import_module("cebra.integrations.sklearn.metrics")
    except ModuleNotFoundError:
        return float("nan")
    return float(np.mean(metrics.consistency_score([first, second], between="runs")[0]))


def rows(seed: int = 0) -> tuple[Row, ...]:
    """Return one row for each case."""
    found = []
    for case in CASES:
        first, second = case.draw(np.random.default_rng(seed))
        report = compare((first, second))
        dead = any(run.kind.value == "complete" for run in report.runs)
        ours = "collapsed" if dead else report.group
        left = report.table[0].unexplained if report.table else float("nan")
        right = ours in case.answers
        found.append(Row(case.name, case.truth, ours, left, right, peer_score(first, second)))
    return tuple(found)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; exit status 1 if `compare` is wrong on a case."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, default=None, metavar="FILE")
    chosen = parser.parse_args(arguments)
    found = rows(chosen.seed)
    sys.stdout.write("\n".join((HEAD, *map(str, found))) + "\n")
    if chosen.json:
        chosen.json.write_text(json.dumps([asdict(row) for row in found], indent=1) + "\n")
    return int(not all(row.right for row in found))


if __name__ == "__main__":
    sys.exit(main())
