r"""Time to refutation of planted falsehoods, and whether their true neighbours are left alone.

    python -m sith.numerics.benchmarks.refutations [FOLDER] [--only NAME ...] [--json]
        [--false-only] [--save FOLDER]

Every file of the folder (default: `tests/quality/falsehoods`) defines FALSE and TRUE. Each is
searched as `sith refute FILE:FALSE` does, under the budget `smoke`; witnesses are re-checked.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from sith.numerics import load_statement, refute
from sith.numerics.claims.certificates import write_json

FOLDER = Path("tests/quality/falsehoods")


def measure(path: Path, *, neighbours: bool = True) -> dict[str, Any]:
    """Search one falsehood and, unless left out, its true neighbour."""
    start, used = time.perf_counter(), time.process_time()
    false = load_statement(f"{path}:FALSE")
    report = refute(false)
    row: dict[str, Any] = {
        "name": path.stem,
        "statement": false.title,
        "refuted": report.refuted,
        "seconds": round(time.perf_counter() - start, 2),
        "cpu_seconds": round(time.process_time() - used, 2),
        "witness": report.witness[0].to_dict() if report.witness else {},
        "neighbour": "not searched",
        "neighbour_refuted": False,
        "neighbour_seconds": 0.0,
    }
    if not neighbours:
        return row
    start = time.perf_counter()
    neighbour = refute(load_statement(f"{path}:TRUE"))
    return row | {
        "neighbour": neighbour.claim,
        "neighbour_refuted": neighbour.refuted,
        "neighbour_seconds": round(time.perf_counter() - start, 2),
    }


def _line(row: dict[str, Any]) -> str:
    witness = row["witness"]
    point = ", ".join(f"{k} = {v}" for k, v in witness.get("parameters", {}).items())
    found = f"{witness['shown']} at d = {witness['dim']}, {point}" if witness else "no witness"
    wrong = "WRONGLY REFUTED" if row["neighbour_refuted"] else "left alone"
    return (
        f"{row['name']}: {'refuted' if row['refuted'] else 'NOT refuted'} in {row['seconds']} s "
        f"({row['cpu_seconds']} s of processor); "
        f"{found}\n     {row['neighbour']}: {wrong} ({row['neighbour_seconds']} s)"
    )


def main(arguments: list[str] | None = None) -> int:
    """Print the table, or one JSON object with ``--json``; status 1 if a row is not as it should be."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME")
    parser.add_argument("--false-only", action="store_true", help="leave the neighbours out")
    parser.add_argument("--save", type=Path, metavar="FOLDER", help="write a file for each row")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    options = parser.parse_args(arguments)
    paths = sorted(options.folder.glob("*.py"))
    paths = [p for p in paths if not options.only or p.stem in options.only]
    if not paths:
        parser.error(f"{options.folder} holds no such claim files")
    rows = []
    for path in paths:
        rows.append(measure(path, neighbours=not options.false_only))
        if options.save:
            options.save.mkdir(parents=True, exist_ok=True)
            write_json(options.save / f"{path.stem}.json", rows[-1])
        if not options.json:
            sys.stdout.write(_line(rows[-1]) + "\n")
            sys.stdout.flush()
    refuted = sum(row["refuted"] for row in rows)
    wrongly = sum(row["neighbour_refuted"] for row in rows)
    if options.json:
        summary = {"refuted": refuted, "of": len(rows), "neighbours_wrongly_refuted": wrongly}
        sys.stdout.write(json.dumps({"benchmark": "refutations", **summary, "rows": rows}) + "\n")
    else:
        sys.stdout.write(
            f"refuted {refuted} of {len(rows)}; true neighbours wrongly refuted: {wrongly}\n"
        )
    return int(refuted < len(rows) or wrongly > 0)


if __name__ == "__main__":
    sys.exit(main())
