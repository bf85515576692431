"""The store against live writers and damaged parts; workers against interrupts and dead drivers."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest

from sith import Store, Task, run_tasks
from sith.numerics.sweeping import Row, sweep_status

compaction = import_module("sith.numerics.sweeping.compaction")
pool = import_module("sith.numerics.sweeping.pool")
store_module = import_module("sith.numerics.sweeping.store")

ROOT = Path(__file__).resolve().parents[2]
PATHS = (str(ROOT), os.environ.get("PYTHONPATH", ""))
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, PATHS))}


def waits(count, seconds=0.0):
    return [Task("wait", {"seconds": seconds, "seed": i}) for i in range(count)]


def row(i):
    task = waits(i + 1)[i]
    return Row(task.key, task.kind, task.settings, {"waited": 0.0}, 0.5)


def test_a_compaction_between_opening_and_locking_drops_nothing(tmp_path, monkeypatch):
    """The writer's file exists and is not locked yet: a compaction takes it for a dead one."""
    store = Store(tmp_path / "s")
    real, between = store_module.fcntl.flock, []

    def flock(file, operation):
        if operation == store_module.fcntl.LOCK_EX and not between:
            between.append(True)
            Store(tmp_path / "s").compact()
        return real(file, operation)

    monkeypatch.setattr(store_module.fcntl, "flock", flock)
    store.append(row(0))
    assert between and len(Store(tmp_path / "s").done()) == 1


def test_two_compactions_at_once_store_nothing_twice(tmp_path, monkeypatch):
    store = Store(tmp_path / "s")
    store.append(row(0))
    store.close()
    real = compaction.write_part

    def during(folder, rows):
        Store(tmp_path / "s").compact()
        real(folder, rows)

    monkeypatch.setattr(compaction, "write_part", during)
    store.compact()
    assert len(list((tmp_path / "s" / "parts").glob("*.parquet"))) == 1


def test_writers_and_compactions_in_a_crowd_lose_nothing(tmp_path):
    Store(tmp_path / "s")
    ended = threading.Event()

    def compacts():
        while not ended.is_set():
            Store(tmp_path / "s").compact()

    compactor = threading.Thread(target=compacts)
    compactor.start()
    try:
        for i in range(40):
            writer = Store(tmp_path / "s")
            writer.append(row(i))
            writer.close()
    finally:
        ended.set()
        compactor.join()
    assert len(Store(tmp_path / "s").done()) == 40


@pytest.mark.parametrize("damage", ["empty", "cut", "noise", "folder"])
def test_a_damaged_part_is_named_and_set_aside_and_its_runs_are_done_again(tmp_path, damage):
    folder = tmp_path / "s"
    for half in (waits(4)[:2], waits(4)[2:]):
        store = Store(folder)
        run_tasks(half, store)
        store.compact()
    bad, _ = sorted((folder / "parts").iterdir())
    whole = bad.read_bytes()
    if damage == "folder":
        bad.unlink()
        bad.mkdir()
    else:
        bad.write_bytes({"empty": b"", "cut": whole[:-40], "noise": b"x" * 500}[damage])
    held = sweep_status(waits(4), folder)
    assert held.done == 2 and held.damaged == (bad.name,)
    assert bad.exists()  # a look changes nothing
    report = run_tasks(waits(4), Store(folder))
    assert report.fresh == 2 and report.done == 4 and bad.name in str(report)
    assert not bad.exists() and bad.with_name(f"{bad.name}.damaged").exists()
    assert Store(folder).set_aside() == ()


def test_a_line_that_is_no_row_is_skipped(tmp_path):
    store = Store(tmp_path / "s")
    store.append(row(0))
    (path,) = (tmp_path / "s" / "lines").iterdir()
    for text in (b"[1]\n", b'{"key": 1}\n', b"\0\0\0\n", b"[" * 100_000 + b"\n"):
        with path.open("ab") as file:
            file.write(text)
    whole = b'{"key":"k","kind":"wait","settings":3,"result":{},"seconds":0}\n'
    with path.open("ab") as file:
        file.write(whole)
    assert len(Store(tmp_path / "s").rows()) == 1


def test_a_look_at_what_runs_makes_no_lease(tmp_path):
    store = Store(tmp_path / "s")
    with store.lease("a") as free:
        assert free and Store(tmp_path / "s").running() == 1
        assert store.holder("a") == os.getpid()
        assert store.free(["a", "b"]) == ("b",)
    assert store.running() == 0 and list((tmp_path / "s" / "leases").iterdir()) == []


def test_workers_are_capped_by_cores_and_by_work(monkeypatch):
    monkeypatch.setattr(pool, "cores", lambda: 8)
    assert pool.capped(10_000, 100) == 8
    assert pool.capped(10_000, 3) == 3
    assert pool.capped(2, 100) == 2
    assert pool.capped(4, 0) == 1


DRIVER = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored
from sith.numerics.sweeping import Store, Task, run_tasks
if __name__ == "__main__":
    tasks = [Task("wait", {"seconds": 0.0 if i < 2 else 3600.0, "seed": i}) for i in range(6)]
    run_tasks(tasks, Store(sys.argv[1]), workers=2)
"""

REAPER = """
import ctypes, subprocess, sys, time
ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER
driver = subprocess.Popen([sys.executable, *sys.argv[1:]])
print(driver.pid, flush=True)
driver.wait()
time.sleep(600)
"""


def children(pid: int) -> set[int]:
    found = subprocess.run(
        ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(pid)],  # whole lines: a path may be long
        capture_output=True,
        text=True,
        check=False,
    )
    lines = found.stdout.splitlines()
    return {int(line.split()[0]) for line in lines if "spawn_main" in line}


def until(holds):
    """Wait for an event, however long that takes on a busy machine."""
    while not holds():
        time.sleep(0.05)


def begun(tmp_path, command):
    script = tmp_path / "driver.py"
    script.write_text(DRIVER)
    folder = tmp_path / "s"
    process = subprocess.Popen(
        [sys.executable, *command, str(script), str(folder)],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until(lambda: folder.exists() and sweep_status(waits(2), folder).done == 2)
    return process, folder


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def held_signals(pid: int) -> int:
    """The signals that a process blocks or ignores, as the bits of one number."""
    status = Path(f"/proc/{pid}/status").read_text()
    masks = [line.split()[1] for line in status.splitlines() if line[:6] in ("SigBlk", "SigIgn")]
    return int(masks[0], 16) | int(masks[1], 16)


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")


@needs_proc
def test_an_interrupt_ends_a_parallel_run_soon_and_keeps_what_was_finished(tmp_path):
    """Tasks of an hour are running: their end is not waited for."""
    process, folder = begun(tmp_path, [])
    workers = children(process.pid)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate()
    assert "KeyboardInterrupt" in error and "Traceback" in error  # a driver of its own, not sith
    assert workers
    until(lambda: all(map(gone, workers)))
    assert len(Store(folder).done()) == 2 and Store(folder).running() == 0


@needs_proc
def test_a_worker_that_starts_up_says_nothing_to_an_interrupt_of_the_terminal(tmp_path):
    """Ctrl-C reaches every process of the group, also one that is still importing."""
    script = tmp_path / "driver.py"
    script.write_text(DRIVER)
    driver = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "s")],
        env=ENVIRONMENT,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    until(lambda: children(driver.pid))
    held_back = [held_signals(worker) & 1 << signal.SIGINT - 1 for worker in children(driver.pid)]
    os.killpg(driver.pid, signal.SIGINT)
    _, error = driver.communicate()
    assert held_back and all(held_back)
    assert driver.returncode == -signal.SIGINT
    assert error.count("Traceback") == error.count("KeyboardInterrupt") == 1, error


@needs_proc
def test_no_worker_outlives_its_driver_under_a_subreaper(tmp_path):
    script = tmp_path / "reaper.py"
    script.write_text(REAPER)
    reaper, _ = begun(tmp_path, [str(script)])
    driver = int(reaper.stdout.readline())
    try:
        workers = children(driver)
        assert workers
        os.kill(driver, signal.SIGKILL)
        until(lambda: all(map(gone, workers)))
    finally:
        # The driver holds the reaper's output: it ends first, or the reading below never does.
        with suppress(ProcessLookupError):
            os.kill(driver, signal.SIGKILL)
        reaper.kill()
        reaper.communicate()


def test_a_worker_writes_its_results_to_the_end_when_it_is_asked_to_end(tmp_path):
    """SIGTERM arrives between two rows of one batch: both are stored, and then the worker ends."""
    program = """
import os, signal, sys
from sith.numerics.sweeping import Store, Task, worker
worker.start_worker(os.getppid())
real, sent = Store.append, []
def append(self, row):
    real(self, row)
    if not sent:
        sent.append(os.kill(os.getpid(), signal.SIGTERM))
Store.append = append
worker.run_batch(sys.argv[1], [Task("wait", {"seconds": 0.0, "seed": i}) for i in range(3)])
print("went on")
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "s")],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 128 + signal.SIGTERM and done.stdout == "", done.stderr
    assert len(Store(tmp_path / "s").done()) == 3


# Jobs through submitit.


class Job:
    """A job as submitit's local cluster has them, run at once in this process."""

    def __init__(self, folder, number, work):
        self.job_id, self.state = str(number), "FINISHED"
        self.paths = type("Paths", (), {"result_pickle": folder / f"{number}.pkl"})
        self._work, self._answer = work, None
        try:
            self._answer = work()
            self.paths.result_pickle.touch()
        except SystemExit:
            self.state = "INTERRUPTED"

    def done(self):
        return True

    def result(self):
        return self._answer

    def cancel(self, check=True):
        self.state = "CANCELLED"


def test_jobs_that_end_without_an_answer_are_handed_in_again(tmp_path):
    made = import_module("sith.numerics.sweeping.submitted").SubmittedExecutor
    handed = []

    def submit(fn, *args):
        handed.append(args)

        def work():
            if len(handed) == 2:
                raise SystemExit(1)  # the second job is killed
            return fn(*args)

        return Job(tmp_path, len(handed), work)

    report = run_tasks(waits(5), Store(tmp_path / "s"), workers=2, executor=lambda: made(submit))
    assert report.done == 5 and report.failed == 0
    assert len(handed) == 6


def test_a_cluster_that_submitit_does_not_know_is_refused():
    from sith import InputError
    from sith.numerics.sweeping import submitit_executor

    with pytest.raises(InputError, match="slurm, local"):
        submitit_executor("jobs", "pbs")


SUBMITTED = """
import sys
from sith.numerics.sweeping import Store, Task, run_tasks, submitit_executor
folder = sys.argv[1]
tasks = [Task("wait", {"seconds": 0.0, "seed": i}) for i in range(3)]
tasks.append(Task("wait", {"seconds": 0.0, "kill": folder + ".marker"}))
make = submitit_executor(folder + "-jobs", "local", timeout_min=5)
print(run_tasks(tasks, Store(folder), workers=1, executor=make).to_dict())
"""


@pytest.mark.slow
def test_submitit_runs_the_same_tasks_and_a_killed_job_again(tmp_path):
    pytest.importorskip("submitit", reason="submitit is an extra: pip install 'sith-ident[slurm]'")
    done = subprocess.run(
        [sys.executable, "-c", SUBMITTED, str(tmp_path / "s")],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "'done': 4" in done.stdout, done.stderr[-2000:]


def test_an_executor_that_gives_up_is_one_line_and_keeps_what_was_finished(tmp_path):
    from concurrent.futures import CancelledError, Executor, Future

    from sith import InputError

    class Lost(Executor):
        """Its scheduler is killed after the first batch."""

        calls = 0

        def submit(self, fn, /, *args, **kwargs):
            future = Future()
            Lost.calls += 1
            if Lost.calls == 1:
                future.set_result(fn(*args, **kwargs))
            else:
                future.set_exception(CancelledError("scheduler"))
            return future

    with pytest.raises(InputError, match="what was finished is kept"):
        run_tasks(waits(4), Store(tmp_path / "s"), workers=2, executor=Lost)
    assert len(Store(tmp_path / "s").done()) == 1


# Real trainings, killed. The whole size: `python -m sith.numerics.benchmarks.sweep_kills`.


@pytest.mark.slow
def test_real_trainings_under_kills_are_stored_once_each():
    from sith.numerics.benchmarks.sweep_kills import measure

    found = measure(runs=20, kills=3, drivers=2)
    assert found.runs == 20 and found.killed >= 1
    assert (found.lost, found.twice) == (0, 0)


def test_the_count_of_what_is_stored_sees_a_row_that_is_there_twice(tmp_path):
    from sith.numerics.benchmarks.sweep_kills import read_back

    for _ in range(2):
        store = Store(tmp_path / "s")
        store.append(row(0))
        store.close()
    assert [key for key, _ in read_back(tmp_path / "s")] == [row(0).key] * 2
