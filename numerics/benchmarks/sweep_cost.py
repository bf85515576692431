r"""What a sweep costs beside its runs, and what three kills of its driver lose.

    python -m sith.numerics.benchmarks.sweep_cost [--workers 2] [--json]

Three rows: 1,000 tasks that do nothing, as milliseconds per task; 200 tasks of 50 ms against the
time that they take without any overhead; and the same 200 tasks with the driver killed (SIGKILL)
three times on the way and started again, with the results lost and the tasks stored twice counted.
The times of the first two exclude the start of the interpreter and include that of the workers.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from sith.numerics.sweeping import Store, Task, run_tasks

TASKS, SECONDS = 200, 0.05
KILLS = 3


@dataclass(frozen=True, slots=True)
class Cost:
    """One row.

    Fields:
        work: what was run.
        runs, lost, twice: tasks, those without a result at the end, and those stored twice.
        seconds: wall time.
        ideal_seconds: of the tasks alone, divided by the workers.
        per_task_ms: what a task costs beside its own time, times the workers.
    """

    work: str
    runs: int
    lost: int
    twice: int
    seconds: float
    ideal_seconds: float
    per_task_ms: float


def waiting(count: int, seconds: float) -> list[Task]:
    """Return tasks that only wait."""
    return [Task("wait", {"seconds": seconds, "seed": i}) for i in range(count)]


def measure(work: str, count: int, seconds: float, workers: int, kills: int) -> Cost:
    """Run tasks in a fresh store, with the driver killed at equal parts of the way."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "store"
        start = time.perf_counter()
        for kill in range(kills):
            _kill_at(folder, count, seconds, workers, (kill + 1) * count // (kills + 1))
        report = run_tasks(waiting(count, seconds), Store(folder), workers=workers)
        elapsed = time.perf_counter() - start
        keys = _written(folder)
    ideal = count * seconds / workers
    overhead = 1000 * (elapsed - ideal) * workers / count
    lost, twice = count - report.done, len(keys) - len(set(keys))
    return Cost(work, count, lost, twice, elapsed, ideal, overhead)


def _kill_at(folder: Path, count: int, seconds: float, workers: int, done: int) -> None:
    """Start a driver in a process of its own, and kill it once so many results are stored."""
    command = [sys.executable, "-m", "sith.numerics.benchmarks.sweep_cost", "--drive", str(folder)]
    command += [str(count), str(seconds), str(workers)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        if folder.exists() and len(Store(folder).done()) >= done:
            process.send_signal(signal.SIGKILL)
            break
        time.sleep(0.02)
    process.wait()


def _written(folder: Path) -> list[str]:
    """Every stored key, duplicates included."""
    keys = []
    for path in (folder / "lines").glob("*.jsonl"):
        for line in path.read_bytes().splitlines():
            if line.endswith(b"}"):
                keys.append(str(json.loads(line)["key"]))
    return keys


def main() -> int:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--drive", nargs=4, metavar=("DIR", "COUNT", "SECONDS", "WORKERS"))
    chosen = parser.parse_args()
    if chosen.drive:
        folder, count, seconds, workers = chosen.drive
        run_tasks(waiting(int(count), float(seconds)), Store(folder), workers=int(workers))
        return 0
    rows = [
        measure("1,000 tasks of nothing", 1000, 0.0, chosen.workers, 0),
        measure(f"{TASKS} tasks of 50 ms", TASKS, SECONDS, chosen.workers, 0),
        measure(f"the same, driver killed {KILLS} times", TASKS, SECONDS, chosen.workers, KILLS),
    ]
    if chosen.json:
        sys.stdout.write(json.dumps([asdict(r) for r in rows], indent=1) + "\n")
        return 0
    for r in rows:
        sys.stdout.write(
            f"{r.work:38} {r.seconds:6.2f} s (ideal {r.ideal_seconds:.2f} s), "
            f"{r.per_task_ms:6.2f} ms a task; lost {r.lost}, stored twice {r.twice}\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
