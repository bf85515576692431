r"""What faults lose of a sweep of real trainings, and what they store twice: three scenarios.

    python -m sith.numerics.benchmarks.sweep_faults [--runs 200] [--faults 10] [--json FILE]

- *kills*: two drivers at once on one store, drivers and workers killed with SIGKILL and SIGTERM in turn;
  see `sith.numerics.benchmarks.sweep_kills`.
- *full disk*: no file may grow beyond a few results, so that every worker's disk is full in the middle;
  the driver has to end in one line and status 2, and the same command is given again.
- *dask*: the sweep runs through a dask scheduler, with its workers and the scheduler killed in turn and
  started again; a driver whose scheduler is gone has to end in one line, and is started again.

After each the same command runs to its end without faults, and the store is read with pyarrow. Exit status
1 if a run is lost or stored twice.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sith.numerics.benchmarks.sweep_kills import WORKERS, measure, read_back, specification
from sith.numerics.sweeping import Store, Task, read_sweep, run_tasks

ROOM = 8_000
"""Bytes to which a file may grow where the disk is full: some five results."""

POLL = 0.05

Process = subprocess.Popen[str]


@dataclass(frozen=True, slots=True)
class Survived:
    """What a scenario did.

    Fields:
        scenario: its name.
        runs: of the sweep.
        faults: that found their victim.
        lost: runs without a result at the end.
        twice: keys with more than one result in the store.
        failed: runs that were given up on the way.
        seconds: wall time, a note and no criterion.
        note: what else was seen.
    """

    scenario: str
    runs: int
    faults: int
    lost: int
    twice: int
    failed: int
    seconds: float
    note: str = ""


def kills(runs: int, faults: int) -> Survived:
    """Kill drivers and workers of two drivers at once."""
    found = measure(runs, faults, 2)
    counts = (found.runs, found.killed, found.lost, found.twice, found.failed, found.seconds)
    return Survived("kills", *counts, note=f"{found.drivers} drivers at once")


def full_disk(runs: int, faults: int) -> Survived:
    """Let the disk run full so many times."""

    def disturb(spec: Path, folder: Path, _tasks: list[Task]) -> tuple[int, str]:
        ended = []
        for _ in range(faults):
            driver = _driver(spec, folder, room=ROOM)
            said = driver.communicate()[1]
            ended.append(driver.returncode == 2 and said.count("\n") == 1)
        return sum(ended), f"{sum(ended)} of {faults} drivers ended in one line and status 2"

    return _survived("full disk", runs, disturb)


def dask(runs: int, faults: int) -> Survived:
    """Kill workers and the scheduler of a dask cluster in turn."""

    def disturb(spec: Path, folder: Path, tasks: list[Task]) -> tuple[int, str]:
        cluster = _Cluster()
        scheduler = ["--scheduler", cluster.address]
        driver = _driver(spec, folder, *scheduler)
        killed, said = Counter[str](), Counter[bool]()
        for fault in range(faults):
            goal = (fault + 1) * len(tasks) // (faults + 2)
            while _stored(folder) < goal:
                if driver.poll() is not None:
                    said[driver.communicate()[1].count("\n") == 1] += driver.returncode == 2
                    driver = _driver(spec, folder, *scheduler)
                time.sleep(POLL)
            victim = "scheduler" if fault % 3 == 2 else "worker"
            killed[victim] += cluster.kill(victim)
        _end(driver)
        cluster.close()
        text = ", ".join(f"{victim} killed {count} times" for victim, count in killed.items())
        return sum(killed.values()), f"{text}; drivers that ended for it: {said[True]} in one line"

    return _survived("dask", runs, disturb)


Disturb = Callable[[Path, Path, list[Task]], tuple[int, str]]


def _survived(scenario: str, runs: int, disturb: Disturb) -> Survived:
    """Run a sweep under faults, then to its end, and count."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        spec, folder = specification(Path(scratch), runs), Path(scratch) / "store"
        tasks = list(read_sweep(spec).tasks)
        faults, note = disturb(spec, folder, tasks)
        store = Store(folder)
        report = run_tasks(tasks, store, workers=WORKERS)
        store.close()
        store.compact()
        counts = Counter(key for key, error in read_back(folder) if not error)
    return Survived(
        scenario=scenario,
        runs=len(tasks),
        faults=faults,
        lost=sum(task.key not in counts for task in tasks),
        twice=sum(count > 1 for count in counts.values()),
        failed=report.failed,
        seconds=time.perf_counter() - start,
        note=note,
    )


def _stored(folder: Path) -> int:
    return len(Store(folder).done()) if (folder / "store.json").exists() else 0


def _driver(spec: Path, folder: Path, *more: str, room: int = 0) -> Process:
    command = [sys.executable, "-m", "sith.numerics.cli", "sweep", str(spec), "--quiet"]
    command += ["--store", str(folder), "--workers", str(WORKERS), *more]

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    return subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=limit if room else None,  # noqa: PLW1509
    )


class _Cluster:
    """A dask scheduler and its workers, each in a process of its own that can be killed."""

    def __init__(self) -> None:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self._port = str(found.getsockname()[1])
        self.address = f"tcp://127.0.0.1:{self._port}"
        self._start()

    def _start(self) -> None:
        self._scheduler = self._dask("scheduler", "--port", self._port, "--no-dashboard")
        self._workers = [self._worker() for _ in range(WORKERS)]

    def _worker(self) -> subprocess.Popen[bytes]:
        one = ("--nworkers", "1", "--nthreads", "1", "--no-nanny", "--death-timeout", "60")
        return self._dask("worker", self.address, *one, "--no-dashboard")

    @staticmethod
    def _dask(*arguments: str) -> subprocess.Popen[bytes]:
        quiet = subprocess.DEVNULL
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments], stdout=quiet, stderr=quiet
        )

    def kill(self, victim: str) -> int:
        """Kill the scheduler, or the worker that was started first, and start it again."""
        process = self._scheduler if victim == "scheduler" else self._workers.pop(0)
        found = process.poll() is None
        _end(process)
        if victim == "worker":
            self._workers.append(self._worker())
        else:
            # Workers of a dead scheduler know nothing of the next one.
            self.close()
            self._start()
        return int(found)

    def close(self) -> None:
        """End every process."""
        for process in (*self._workers, self._scheduler):
            _end(process)


def _end(process: subprocess.Popen[Any]) -> None:
    process.kill()
    process.communicate()


SCENARIOS: Mapping[str, Callable[[int, int], Survived]] = {
    "kills": kills,
    "full disk": full_disk,
    "dask": dask,
}


def line(found: Survived) -> str:
    """One line of the table."""
    return (
        f"{found.scenario}: {found.runs} trainings, {found.faults} faults: lost {found.lost}, "
        f"stored twice {found.twice}, failed {found.failed} ({found.note}; {found.seconds:.0f} s)"
    )


def main() -> int:
    """Run the scenarios, print a line for each, and write them where asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--faults", type=int, default=10)
    parser.add_argument("--only", nargs="+", default=[*SCENARIOS], choices=SCENARIOS)
    parser.add_argument("--json", type=Path, metavar="FILE")
    chosen = parser.parse_args()
    rows = []
    for name in chosen.only:
        if name == "dask" and importlib.util.find_spec("distributed") is None:
            sys.stderr.write("dask is not installed: pip install 'sith-ident[cluster]'\n")
            continue
        rows.append(SCENARIOS[name](chosen.runs, chosen.faults))
        sys.stdout.write(line(rows[-1]) + "\n")
        sys.stdout.flush()
        if chosen.json:
            whole = json.dumps({"scenarios": [asdict(row) for row in rows]}, indent=1)
            chosen.json.write_text(whole + "\n", encoding="utf-8")
    return int(any(row.lost or row.twice for row in rows))


if __name__ == "__main__":
    sys.exit(main())
