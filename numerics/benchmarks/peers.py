r"""What sith costs beside the figures recorded for other implementations, row by row.

    python -m sith.numerics.benchmarks.peers [--rows NAME ...] [--json FILE] [--out FILE]

Every run of a row is a fresh process with one thread on the CPU.  The figures of the peers were
recorded on another day, on two shared cores with one thread, with repeats that differ by up to
15 %; ours differ as much.  `--out` appends each finished row to a file of JSON lines and skips the
rows that are already there; `--json` writes the table.  The exit status is 1 if a target was missed.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from sith.numerics.benchmarks.peer_rows import ROWS, Figures, Row, peak_mib

UNITS = {"seconds": " s", "milliseconds": " ms"}
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def in_fresh_process(row: Row, run: str, small: bool) -> Figures:
    """The figures of one run, with its peak memory in MiB."""
    command = [sys.executable, "-m", "sith.numerics.benchmarks.peers", "--one", row.name, run]
    done = subprocess.run(
        [*command, *(["--small"] if small else [])],
        env={**os.environ, **dict.fromkeys(THREADS, "1")},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    figures: Figures = json.loads(done.stdout)
    return figures


def report(row: Row, runs: list[Figures], small: bool = False) -> dict[str, Any]:
    """The line of the table as plain data; numbers that are not finite are null.

    Fields: what the row states, `ours` (the headline figure), `ratio` (peer over ours), `met`
    (every limit holds; null for a small run), `memory_mib`, all `figures`, and the `runs`.
    """
    figures = row.combine(runs)
    return {
        "name": row.name,
        "work": row.work,
        "peer": row.peer,
        "recorded": row.recorded,
        "unit": row.headline,
        "ours": _finite(figures[row.headline]),
        "ratio": row.ratio(figures),
        "ratio_is_lower_bound": row.bound,
        "target": ", ".join(str(limit) for limit in row.limits),
        "met": None if small else all(limit.holds(figures) for limit in row.limits),
        "memory_mib": figures["memory_mib"],
        "definition": row.definition,
        "figures": {name: _finite(value) for name, value in figures.items()},
        "runs": [{name: _finite(value) for name, value in run.items()} for run in runs],
    }


def line(entry: dict[str, Any]) -> str:
    """The entry as text: work, peer, ours, ratio, target, memory, definition."""
    verdict = {True: "met", False: "MISSED", None: "not judged at the smallest size"}[entry["met"]]
    ours = "never" if entry["ours"] is None else f"{entry['ours']:g}"
    ratio = "none" if entry["ratio"] is None else f"{entry['ratio']:g}"
    bound = "> " if entry["ratio_is_lower_bound"] and entry["ratio"] is not None else ""
    return (
        f"{entry['name']}: {entry['work']}\n"
        f"  ours      {ours} {entry['unit']}\n"
        f"  peer      {entry['recorded']:g} ({entry['peer']}); ratio {bound}{ratio}\n"
        f"  target    {entry['target']}: {verdict}\n"
        f"  memory    {entry['memory_mib']:g} MiB\n"
        f"  measured  {entry['definition']}\n"
    )


def markdown(entries: list[dict[str, Any]]) -> str:
    """The table in Markdown; the rows that are missing in it are named below."""
    lines = [
        "| work | peer | recorded | ours | ratio | target | met | MiB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for entry in entries:
        unit = UNITS.get(entry["unit"], "")
        ours = "never" if entry["ours"] is None else f"{entry['ours']:.3g}{unit}"
        bound = "> " if entry["ratio_is_lower_bound"] else ""
        ratio = "" if entry["ratio"] is None else f"{bound}{entry['ratio']:g}"
        target = entry["target"].replace("memory_mib", "MiB")
        met = {True: "yes", False: "**no**", None: ""}[entry["met"]]
        cells = (entry["work"], entry["peer"], f"{entry['recorded']:g}{unit}", ours, ratio)
        lines.append(f"| {' | '.join((*cells, target, met))} | {entry['memory_mib']:.0f} |")
    names = {entry["name"] for entry in entries}
    missing = [row.work for row in ROWS if row.name not in names]
    text = "\n".join(lines) + "\n"
    return text + ("\nNot measured yet: " + "; ".join(missing) + ".\n" if missing else "")


def finished(path: Path | None) -> dict[str, dict[str, Any]]:
    """The entries of a file of JSON lines by name; a last line that was cut off is left out."""
    entries = {}
    if path is not None and path.exists():
        for text in path.read_text().splitlines():
            try:
                entry = json.loads(text)
            except json.JSONDecodeError:
                continue
            entries[entry["name"]] = entry
    return entries


def append(path: Path, entry: dict[str, Any]) -> None:
    """Add a line to the file, on a line of its own also where the last one was cut off."""
    with path.open("a+b") as file:
        cut = file.seek(0, os.SEEK_END) > 0
        if cut:
            file.seek(-1, os.SEEK_END)
            cut = file.read() != b"\n"
        file.write(b"\n" * cut + json.dumps(entry).encode() + b"\n")


def table(names: list[str], out: Path | None, small: bool) -> list[dict[str, Any]]:
    """Measure the rows that `out` does not hold, print all, and return their entries."""
    known = {row.name: row for row in ROWS}
    done, entries = finished(out), []
    for name in names:
        entry = done.get(name)
        if entry is None:
            row = known[name]
            if row.shared in done:
                runs = [_figures(run) for run in done[row.shared]["runs"]]
            else:
                runs = [in_fresh_process(row, run, small) for run in row.runs]
            entry = done[name] = report(row, runs, small)
            if out is not None:
                append(out, entry)
        sys.stdout.write(line(entry))
        sys.stdout.flush()
        entries.append(entry)
    return entries


def _one(name: str, run: str, small: bool) -> Figures:
    import torch

    torch.set_num_threads(1)
    row = next(row for row in ROWS if row.name == name)
    figures = row.measure(run, small)
    return {**figures, "memory_mib": peak_mib()}


def _figures(run: dict[str, float | None]) -> Figures:
    """The figures of a stored run; what is null was not finite."""
    return {name: math.inf if value is None else value for name, value in run.items()}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    names = [row.name for row in ROWS]
    parser.add_argument("--rows", nargs="+", default=names, choices=names, metavar="NAME")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table there")
    parser.add_argument("--out", type=Path, metavar="FILE", help="JSON lines; finished rows stay")
    parser.add_argument("--small", action="store_true", help="smallest sizes: only that it runs")
    parser.add_argument("--one", nargs=2, metavar=("NAME", "RUN"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one:
        sys.stdout.write(json.dumps(_one(options.one[0], options.one[1], options.small)) + "\n")
        return 0
    entries = table(options.rows, options.out, options.small)
    if options.json:
        content = {"benchmark": "peers", "rows": entries}
        options.json.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    return int(any(entry["met"] is False for entry in entries))


if __name__ == "__main__":
    sys.exit(main())
