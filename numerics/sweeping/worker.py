"""What a worker process does: run the tasks of one batch, and store each result itself."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing import parent_process
from types import FrameType
from typing import Any

from sith.numerics.sweeping.kinds import checked, provenance, runner
from sith.numerics.sweeping.row import Row
from sith.numerics.sweeping.store import Store
from sith.numerics.sweeping.task import Task

PR_SET_PDEATHSIG = 1

STOPPED = 128 + signal.SIGTERM
"""Exit status of a worker that was asked to end."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a batch.

    Fields:
        keys: of the tasks, in order.
        states: of each: "done", "failed", or "elsewhere" (another process has it).
        full: why the store could not be written; "" if it could.
    """

    keys: tuple[str, ...]
    states: tuple[str, ...]
    full: str = ""


_stores: dict[str, Store] = {}


def open_store(folder: str) -> Store:
    """Return this process's store of a folder, opened once."""
    if folder not in _stores:
        _stores[folder] = Store(folder)
    return _stores[folder]


def run_batch(folder: str, tasks: Sequence[Task]) -> Ended:
    """Run the tasks of a batch, all of one kind, that nobody else has, and store their results.

    The results are on disk when this returns: a driver that is killed meanwhile loses none.
    """
    store = open_store(folder)
    states = ["elsewhere"] * len(tasks)
    keys = tuple(task.key for task in tasks)
    with ExitStack() as leases:
        free = [i for i, key in enumerate(keys) if leases.enter_context(store.lease(key))]
        rows = _rows([tasks[i] for i in free])
        try:
            with _whole():
                for i, row in zip(free, rows, strict=True):
                    store.append(row)
                    states[i] = "done" if row.done else "failed"
        except OSError as error:
            return Ended(keys, tuple(states), error.strerror or str(error))
    return Ended(keys, tuple(states))


def _rows(tasks: Sequence[Task]) -> list[Row]:
    if not tasks:
        return []
    start = time.perf_counter()
    kind = tasks[0].kind
    try:
        results = runner(kind)([{**task.settings, **task.aside} for task in tasks])
        checked(kind, results, len(tasks))
        errors = [""] * len(results)
    except Exception as error:  # noqa: BLE001
        # One task that fails must not end those beside it.
        if len(tasks) > 1:
            return [row for one in tasks for row in _rows([one])]
        results, errors = [{}], [_line(error)]
    seconds = (time.perf_counter() - start) / len(tasks)
    about = provenance()
    return [
        Row(task.key, kind, task.settings, _finite(result), seconds, error, about)
        for task, result, error in zip(tasks, results, errors, strict=True)
    ]


def _finite(value: Any) -> Any:
    """Return plain data; numbers that JSON lacks become text, so that a reader sees them."""
    if isinstance(value, Mapping):
        return {str(k): _finite(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(v) for v in value]
    if isinstance(value, float) and not -1e308 < value < 1e308:
        return str(value)
    return value


def _line(error: Exception) -> str:
    text = " ".join(str(error).split()) or "no message"
    return f"{type(error).__name__}: {text}"


_writing = False
_asked = False


@contextmanager
def _whole() -> Iterator[None]:
    """Write results to the end: a request to end that comes meanwhile waits for it."""
    global _writing  # noqa: PLW0603
    _writing = True
    try:
        yield
    finally:
        _writing = False
    if _asked:
        os._exit(STOPPED)


def _end(_number: int, _frame: FrameType | None) -> None:
    """End at once, or after the results that are being written; nothing else would be kept."""
    global _asked  # noqa: PLW0603
    _asked = True
    if not _writing:
        os._exit(STOPPED)


def start_worker(driver: int) -> None:
    """Prepare a worker process: it ends with its driver, and leaves interrupts to it.

    Two means: the system's signal at the driver's death, where there is one, and a pipe that closes
    then. Neither asks who the parent is now: under a subreaper that is not the first process.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _end)
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != driver:
            os._exit(1)  # the driver ended before the line above
    threading.Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    driver = parent_process()
    if driver is not None:
        driver.join()
        os._exit(1)
