"""Worker processes on this machine: how many, and how they are ended."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker

from sith.numerics.sweeping.worker import STOPPED, start_worker

PATIENCE = 1.0
"""Seconds in which a worker that was asked to end may finish writing; a row takes milliseconds."""


def cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def capped(workers: int, work: int) -> int:
    """Return how many of the workers asked for have a core and something to do."""
    return max(1, min(workers, cores(), work))


def pool(workers: int) -> Executor:
    """A process pool whose workers use one thread each and end with this process."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    return ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=start_worker,
        initargs=(os.getpid(),),
    )


@contextmanager
def started_apart() -> Iterator[None]:
    """Start processes that never see an interrupt, also not before they can say so.

    Ctrl-C goes to every process of the terminal. What starts here inherits that it is held back; in
    this process it arrives a moment later. The tracker of multiprocessing would lift that, so it is
    started before.
    """
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def dead_workers(executor: Executor) -> frozenset[int]:
    """Return the process ids of a pool's workers that died otherwise than by being asked to end."""
    if not isinstance(executor, ProcessPoolExecutor):
        return frozenset()
    workers = list((executor._processes or {}).values())
    ended = {w.pid: w.exitcode for w in workers if w.exitcode is not None and w.pid is not None}
    return frozenset(pid for pid, code in ended.items() if code not in (0, STOPPED))


def close(executor: Executor, *, wait: bool) -> None:
    """Shut an executor down; without `wait`, workers of a pool are ended now.

    A result that a worker is writing is written to its end. Dask's executor takes no
    `cancel_futures`.
    """
    if not isinstance(executor, ProcessPoolExecutor):
        with suppress(Exception):
            executor.shutdown(wait=wait)
        return
    workers = [] if wait else list((executor._processes or {}).values())
    executor.shutdown(wait=wait, cancel_futures=True)
    for worker in workers:
        with suppress(OSError, ValueError, AttributeError):
            worker.terminate()
    deadline = time.monotonic() + PATIENCE
    for worker in workers:
        with suppress(OSError, ValueError, AssertionError):
            worker.join(max(0.0, deadline - time.monotonic()))
            worker.kill()
