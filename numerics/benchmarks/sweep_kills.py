r"""What kills lose of a sweep of real trainings, and what they store twice.

    python -m sith.numerics.benchmarks.sweep_kills [--runs 200] [--kills 10] [--drivers 2] [--json]

Tiny encoders of one claim are trained: seeds × steps × batch × encoder, in one store, by several
drivers at once with two workers each. On the way a driver or one of its workers is killed, with SIGKILL
and SIGTERM in turn, each time that an equal part of the results is stored; a driver that died is started
again. Then the same command runs to its end once, and the store is read with pyarrow alone: runs
without a result are lost, keys with more than one result are stored twice. Exit status 1 if there is
either.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from sith.numerics.sweeping import Store, read_sweep, run_tasks

GRID = """
name = "kills"
[grid]
claim = "zimmermann_2021_vmf"
dim = 2
seed = {seeds}
steps = [4, 6, 8, 10, 12]
batch = [16, 24]
held_out = 64
width = 4
blocks = 1
encoder = ["mlp", "linear"]
"""
PER_SEED = 20
"""Settings of the grid."""

WORKERS = 2


@dataclass(frozen=True, slots=True)
class Killed:
    """What the kills did.

    Fields:
        runs: of the sweep.
        drivers: at once.
        killed: kills that found their process alive, of drivers and of workers.
        lost: runs without a result at the end.
        twice: keys with more than one result in the store.
        failed: runs that were given up on the way.
        seconds: wall time, a note and no criterion.
    """

    runs: int
    drivers: int
    killed: int
    lost: int
    twice: int
    failed: int
    seconds: float


def specification(folder: Path, runs: int) -> Path:
    """Write the sweep, of at least so many runs."""
    path = folder / "kills.toml"
    path.write_text(GRID.format(seeds=[*range(-(-runs // PER_SEED))]), encoding="utf-8")
    return path


def measure(runs: int, kills: int, drivers: int) -> Killed:
    """Run the sweep with the kills, in a scratch folder."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        spec, folder = specification(Path(scratch), runs), Path(scratch) / "store"
        tasks = read_sweep(spec).tasks
        store = Store(folder)
        running = [_driver(spec, folder) for _ in range(drivers)]
        killed = 0
        for kill in range(kills):
            goal = (kill + 1) * len(tasks) // (kills + 2)
            while len(store.done()) < goal:
                running = [d if d.poll() is None else _driver(spec, folder) for d in running]
                time.sleep(0.05)
            victim = running[kill % drivers]
            number = signal.SIGKILL if kill % 2 == 0 else signal.SIGTERM
            killed += _kill(victim, number, worker=kill % 4 >= 2)
        for driver in running:
            driver.wait()
        report = run_tasks(tasks, store, workers=WORKERS)
        store.close()
        store.compact()
        results = read_back(folder)
    counts = Counter(key for key, error in results if not error)
    return Killed(
        runs=len(tasks),
        drivers=drivers,
        killed=killed,
        lost=sum(task.key not in counts for task in tasks),
        twice=sum(count > 1 for count in counts.values()),
        failed=report.failed,
        seconds=time.perf_counter() - start,
    )


def read_back(folder: Path) -> list[tuple[str, str]]:
    """Return (key, error) of every stored row, duplicates included, with pyarrow and json alone."""
    from pyarrow import parquet

    found = []
    for path in (folder / "lines").glob("*.jsonl"):
        for line in path.read_bytes().splitlines():
            if line.endswith(b"}"):
                row = json.loads(line)
                found.append((str(row["key"]), str(row["error"])))
    for path in (folder / "parts").glob("*.parquet"):
        table = parquet.read_table(path, columns=["key", "error"]).to_pydict()
        found += list(zip(table["key"], table["error"], strict=True))
    return found


def _driver(spec: Path, folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "sith.numerics.cli", "sweep", str(spec), "--quiet"]
    command += ["--store", str(folder), "--workers", str(WORKERS)]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, stdout=quiet, stderr=quiet)


def _kill(driver: subprocess.Popen[bytes], number: signal.Signals, *, worker: bool) -> int:
    """Kill a driver or one of its workers; return whether there was one to kill."""
    pid = driver.pid
    if worker:
        found = subprocess.run(
            ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        workers = [line.split()[0] for line in found.stdout.splitlines() if "spawn_main" in line]
        if not workers:
            return 0
        pid = int(workers[0])
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return 0
    return 1


def main() -> int:
    """Print what was lost and what was stored twice."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--drivers", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    found = measure(chosen.runs, chosen.kills, chosen.drivers)
    if chosen.json:
        sys.stdout.write(json.dumps(asdict(found), indent=1) + "\n")
    else:
        sys.stdout.write(
            f"{found.runs} trainings, {found.drivers} drivers at once, {found.killed} kills: "
            f"lost {found.lost}, stored twice {found.twice}, failed {found.failed} "
            f"({found.seconds:.0f} s)\n"
        )
    return 1 if found.lost or found.twice else 0


if __name__ == "__main__":
    sys.exit(main())
