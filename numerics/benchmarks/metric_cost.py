r"""CPU milliseconds of the measures beside the peers' recorded figures.

    python -m sith.numerics.benchmarks.metric_cost [--repeats 7] [--json]

Each measure runs on Gaussian latents and y = tanh(zA) with a Gaussian A, d = m = 10, in this
process with one thread.  The cost is the median of the repeats after one call that is not counted,
as CPU time of the process.

The peers' figures were recorded on another day, on two shared cores with one thread, with repeats
that differ by up to 15 %.  A ratio (peer / ours) near 1 therefore says nothing.  Ours includes what
the peer leaves out: the held-out half, and for neighbours the permutation null.  Measures for which
no peer was recorded have no ratio.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

DIM = 10
SPREAD = 0.15  # of repeats of the recorded figures


@dataclass(frozen=True, slots=True)
class Cost:
    """One measure.

    Fields:
        measure: its name.
        rows: samples N.
        milliseconds: ours, CPU, median.
        peer_milliseconds: as recorded; null if nothing was.
        peer: the repository, and what differs.
        ratio: peer / ours.
    """

    measure: str
    rows: int
    milliseconds: float
    peer_milliseconds: float | None = None
    peer: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times the peer costs."""
        return self.peer_milliseconds and round(self.peer_milliseconds / self.milliseconds, 1)

    def to_dict(self) -> dict[str, Any]:
        """Return the row as plain data."""
        return {**asdict(self), "ratio": self.ratio}

    def __str__(self) -> str:
        """One line of the table."""
        text = f"{self.measure:20} N={self.rows:<6} {self.milliseconds:9.2f} ms"
        if self.peer_milliseconds is None:
            return f"{text}; no peer recorded"
        return f"{text}; {self.peer} {self.peer_milliseconds} ms; ratio {self.ratio}"


def samples(rows: int = 10_000) -> tuple[Any, Any]:
    """Latents and representations ``(rows, 10)``."""
    import numpy as np

    rng = np.random.default_rng(0)
    matrix = rng.standard_normal((DIM, DIM))
    z = rng.standard_normal((rows, DIM))
    return z, np.tanh(z @ matrix)


def costs(repeats: int) -> list[Cost]:
    """Time every measure; `repeats` at least 1."""
    from sith.numerics import measure

    z, y = samples()
    few = z[:2000], y[:2000]
    rows: list[tuple[str, int, Callable[[], Any], float | None, str]] = [
        ("linear_r2", 10_000, lambda: measure.linear_r2(z, y), 6.8, "cl-ica, in-sample"),
        ("mcc", 10_000, lambda: measure.mcc(z, y), 3.6, "cl-ica, in-sample"),
        ("mcc", 10_000, lambda: measure.mcc(z, y), 1.2, "icebeem, in-sample"),
        ("linear_cka", 2000, lambda: measure.linear_cka(*few), 1900.0, "platonic-rep"),
        ("linear_cka", 10_000, lambda: measure.linear_cka(z, y), 500_000.0, "platonic-rep, above"),
        ("mutual_knn", 2000, lambda: measure.mutual_knn(*few), 450.0, "platonic-rep, no null"),
        ("mean_cca", 10_000, lambda: measure.mean_cca(z, y), None, ""),
        ("svcca", 10_000, lambda: measure.svcca(z, y), None, ""),
        ("sap", 10_000, lambda: measure.sap(z, y), None, ""),
        ("mig", 10_000, lambda: measure.mig(z, y), None, ""),
        ("rankme", 10_000, lambda: measure.rankme(y), None, ""),
        ("embedding_spectrum", 10_000, lambda: measure.embedding_spectrum(y), None, ""),
        ("dci (lasso)", 2000, lambda: measure.dci(*few), None, ""),
    ]
    return [
        Cost(name, n, median_milliseconds(call, repeats), old, who)
        for name, n, call, old, who in rows
    ]


def median_milliseconds(call: Callable[[], Any], repeats: int) -> float:
    """CPU time of a call, the median of the repeats after one that is not counted."""
    call()
    taken = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        taken.append(time.process_time() - start)
    return round(1000 * statistics.median(taken), 3)


def main(arguments: list[str] | None = None) -> int:
    """Print the table, or one JSON object with ``--json``; status 1 if a peer is clearly cheaper."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    options = parser.parse_args(arguments)
    # Before numpy is loaded: its libraries read this once.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    rows = costs(max(1, options.repeats))
    if options.json:
        table = {"benchmark": "metric_cost", "rows": [row.to_dict() for row in rows]}
        sys.stdout.write(json.dumps(table, indent=2) + "\n")
    else:
        sys.stdout.write("".join(f"{row}\n" for row in rows))
    return int(any(row.ratio is not None and row.ratio < 1 - SPREAD for row in rows))


if __name__ == "__main__":
    sys.exit(main())
