r"""What a GPU does with the library, in at most eight minutes.

    python -m sith.numerics.benchmarks.gpu [--device cuda] [--out gpu.jsonl] [--json FILE] \
        [--minutes 8] [--parts PART ...] [--again] [--size small]

The parts, in this order: losses, encoders, a training and the tabular optimum on the CPU and on the
device, from the same inputs and within a stated tolerance; peak memory of InfoNCE at batch 65,536
beside the plain evaluation; a step of 64 seeds against a step of one, plain, compiled and as a CUDA
graph; the share of the matrix rate that a step reaches; two theorems through `sith check`; every
registered theorem set up, trained for a fixed number of steps and measured.

Every row is appended to `--out` when it is done, and the same command does those that are missing;
a row that raised an error stays unless `--again` is given. No row begins after `--minutes`; what is
left is named. `--size small --device cpu` does everything once in a minute, to see that it runs.

Exit status: 0; 1 if a row raised an error or is not within its tolerance; 2 for a device that is
absent; 3 if rows are left. An aim that is missed is printed, and is no error.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from sith.numerics.benchmarks.gpu.parts import PARTS, Part, measured
from sith.numerics.benchmarks.gpu.size import FULL, SMALL, Size
from sith.numerics.benchmarks.gpu.table import table
from sith.numerics.benchmarks.kept_rows import KeptRows
from sith.numerics.training.device import pick_device
from sith.theory import InputError, SithError

Row = Mapping[str, Any]
SIZES: Mapping[str, Size] = {"full": FULL, "small": SMALL}
LOST = "CUDA error"
"""In the message of an error after which nothing runs on the device in this process."""


def about(device: str, size: str) -> dict[str, str]:
    """Return what a row depends on beside the code: the device's name, versions, the size."""
    cuda = torch.device(device).type == "cuda"
    return {
        "device": torch.cuda.get_device_name(device) if cuda else platform.machine(),
        "kind": torch.device(device).type,
        "torch": str(torch.__version__),
        "cuda": str(torch.version.cuda) if cuda else "",
        "size": size,
    }


def kept(rows: KeptRows, machine: Mapping[str, str], again: bool) -> dict[tuple[str, str], Row]:
    """Return the stored rows by part and name; raises `InputError` for rows of another machine."""
    found = {}
    for row in rows.read():
        other = {name: row.get(name) for name in machine}
        if other != machine:
            raise InputError(
                f"{rows.path} holds rows of {other['device']}, torch {other['torch']}, "
                f"size {other['size']}",
                cure="name another file for --out",
            )
        if not (again and row["error"]):
            found[row["part"], row["name"]] = row
    return found


def run(
    parts: Sequence[Part],
    size: Size,
    device: str,
    stored: Mapping[tuple[str, str], Row],
    minutes: float,
) -> Iterator[tuple[str, str, Row]]:
    """Yield part, name and row; {} for a row that is left for another call."""
    start = time.monotonic()
    lost = False
    for part in parts:
        for name in part.names(size, device):
            row: Row = stored.get((part.name, name), {})
            if not row and not lost and time.monotonic() - start < 60 * minutes:
                row = measured(part, name, size, device)
                lost = LOST in row["error"]
            yield part.name, name, row


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts, keep every row, and print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m sith.numerics.benchmarks.gpu",
        description=(__doc__ or "").partition("\n")[0],
    )
    names = [part.name for part in PARTS]
    parser.add_argument("--device", default="cuda", metavar="D", help="cuda, cuda:N or cpu")
    parser.add_argument("--out", type=Path, default=Path("gpu.jsonl"), help="finished rows")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all rows there")
    parser.add_argument("--minutes", type=float, default=8.0, help="no row begins later")
    parser.add_argument("--parts", nargs="+", default=names, choices=names, metavar="PART")
    parser.add_argument("--again", action="store_true", help="repeat rows that raised an error")
    parser.add_argument("--size", default="full", choices=SIZES)
    options = parser.parse_args(arguments)
    try:
        device = pick_device(options.device)
        machine = about(device, options.size)
        rows = KeptRows(options.out)
        stored = kept(rows, machine, options.again)
    except SithError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    parts = [part for part in PARTS if part.name in options.parts]
    found: list[Row] = []
    left = []
    for part, name, row in run(parts, SIZES[options.size], device, stored, options.minutes):
        if not row:
            left.append(f"{part}: {name}")
            continue
        if (part, name) not in stored:
            rows.append({**machine, **row})
        found.append({**machine, **row})
        sys.stderr.write(f"{part}: {name}{': ' + row['error'] if row['error'] else ''}\n")
    if options.json:
        whole = {**machine, "rows": found, "left": left}
        options.json.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n")
    sys.stdout.write(table(machine, found, left) + "\n")
    aims = {part.name for part in PARTS if part.aim}
    bad = [r for r in found if r["error"] or (r["met"] is False and r["part"] not in aims)]
    return 1 if bad else 3 if left else 0


if __name__ == "__main__":
    sys.exit(main())
