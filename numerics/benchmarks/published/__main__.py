r"""Published tables measured again.

    python -m sith.numerics.benchmarks.published [--tables cross_entropy diversity aninfonce] \
        [--rows NAME ...] [--seeds 3] [--out published.jsonl] [--collect FILE] [--stored]

Every row is appended to `--out` when it is measured; a row that is there with the same settings and
seeds is not measured again, so that a killed run resumes where it stopped. `--collect` writes the rows
as one JSON document, which the book's page draws; with `--stored` nothing is measured, and the rows
that `--out` lacks are listed as missing.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import torch

from sith.numerics.benchmarks.published.measured import Measured, differs
from sith.numerics.benchmarks.published.row import Row
from sith.numerics.benchmarks.published.store import collect, read_results, resume
from sith.numerics.benchmarks.published.tables import TABLES, pick_rows
from sith.theory import InputError


def line(row: Row, measured: Measured) -> str:
    """One row of the printed table."""
    ours = ", ".join(f"{m} {measured.interval(m)}" for m in measured.scores)
    published = ", ".join(f"{m} {value}" for m, value in row.published.items()) or "none"
    gap = measured.interval("loss_gap")
    found = f"{row.key}: published {published}; ours {ours}; loss gap {gap}"
    cost = f"{measured.steps} steps, {measured.cpu_seconds} CPU-s"
    difference = differs(row, measured)
    return f"{found}; {cost}" + (f"\n    {difference}" if difference else "")


def main(arguments: list[str] | None = None) -> int:
    """Measure, store and print; status 2 for a table or row that does not exist."""
    parser = argparse.ArgumentParser(
        prog="python -m sith.numerics.benchmarks.published",
        description=(__doc__ or "").splitlines()[0],
    )
    parser.add_argument("--tables", nargs="+", default=list(TABLES), metavar="TABLE")
    parser.add_argument("--rows", nargs="+", default=[], metavar="NAME")
    parser.add_argument("--seeds", type=int, default=3, help="how many, from --first on")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--out", type=Path, default=Path("published.jsonl"))
    parser.add_argument("--collect", type=Path, default=Path(), metavar="FILE")
    parser.add_argument("--stored", action="store_true", help="measure nothing")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    seeds = tuple(range(options.first, options.first + options.seeds))
    try:
        rows = pick_rows(options.tables, options.rows)
    except InputError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    known = read_results(options.out)
    there = [row for row in rows if row.digest(seeds) in known]
    missing = [row for row in rows if options.stored and row not in there]
    results = []
    for row, measured, new in resume(there if options.stored else rows, seeds, options.out):
        results.append((row, measured))
        sys.stdout.write(f"{line(row, measured)}{'' if new else ' (stored)'}\n")
        sys.stdout.flush()
    if options.collect != Path():
        options.collect.write_text(json.dumps(collect(results, seeds, missing), indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
