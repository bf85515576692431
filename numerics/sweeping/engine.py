"""Many tasks into a store: on this machine, or through any `concurrent.futures` executor."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    wait,
)

from sith.numerics.sweeping.deaths import error_of, gave_up, is_death
from sith.numerics.sweeping.kinds import provenance
from sith.numerics.sweeping.outcome import SweepReport
from sith.numerics.sweeping.pool import capped, close, dead_workers, pool, started_apart
from sith.numerics.sweeping.row import Row
from sith.numerics.sweeping.store import Store
from sith.numerics.sweeping.task import Task
from sith.numerics.sweeping.worker import Ended, open_store, run_batch
from sith.theory import InputError

Batch = tuple[Task, ...]
Tell = Callable[[float], None]

ATTEMPTS = 3
"""Times that a task may take its worker down before it counts as failed."""

MOST_TRIES = 30
"""Times that a task may be in hand when some worker dies, whichever it was."""

LARGEST_BATCH = 16
"""Tasks of one call: more would lose more to a kill."""

ROUNDS = 3
"""Times that tasks which another process had, and left undone, are tried."""


def run_tasks(
    tasks: Iterable[Task],
    store: Store,
    *,
    workers: int = 1,
    executor: Callable[[], Executor] | None = None,
    tell: Tell = lambda _: None,
) -> SweepReport:
    """Run the tasks whose results the store lacks, and return what it has then.

    Every result is on disk before the next task of its worker starts. The same call after a kill
    of a worker, of the driver or of the machine goes on with what is missing.

    Arguments:
        tasks: duplicates count once.
        store: receives a row for each task.
        workers: processes; 1 runs in this process where no executor is given.
        executor: makes an executor of another kind, for example `Client.get_executor` of dask; it
            is called again where the executor breaks. Its workers must see the store's folder.
        tell: called with the fraction done.

    Raises:
        InputError: the store cannot be written, with what to do; nothing that was finished is lost.
    """
    start = time.perf_counter()
    wanted = {task.key: task for task in tasks}
    damaged = store.set_aside()
    before = store.done() & wanted.keys()
    todo = [task for key, task in wanted.items() if key not in before]
    loop = _Loop(store, len(wanted), len(before), tell)
    tell(len(before) / max(1, len(wanted)))
    here = workers == 1 and executor is None
    if executor is None:
        workers = capped(workers, len(todo))
    make = executor or (lambda: pool(workers))
    for _ in range(ROUNDS):
        batches = _batches(todo, workers)
        if here:
            for batch in batches:
                loop.end(run_batch(str(store.folder), batch))
        elif todo:
            loop.run(batches, make, workers)
        todo = [wanted[key] for key in store.free(loop.elsewhere)]
        if not todo:
            break
    if here:
        open_store(str(store.folder)).close()
    have = store.done() & wanted.keys()
    return SweepReport(
        runs=len(wanted),
        done=len(have),
        fresh=len(have - before),
        failed=len(loop.failed - have),
        elsewhere=len(loop.elsewhere - have),
        store=str(store.folder),
        seconds=time.perf_counter() - start,
        damaged=damaged,
    )


def sweep_status(tasks: Iterable[Task], folder: str | os.PathLike[str]) -> SweepReport:
    """Say what a store holds of some tasks; nothing is run, and no store is made.

    `elsewhere` is the number of tasks that some process is working on now.
    """
    start = time.perf_counter()
    wanted = {task.key for task in tasks}
    if not os.path.isdir(folder):
        return SweepReport(len(wanted), 0, 0, 0, 0, str(folder), time.perf_counter() - start)
    store = Store(folder)
    rows = store.rows()
    done = {key for key in wanted if key in rows and rows[key].done}
    failed = {key for key in wanted if key in rows and not rows[key].done}
    running = store.running()
    seconds = time.perf_counter() - start
    held = (len(wanted), len(done), 0, len(failed), running, str(folder), seconds)
    return SweepReport(*held, damaged=store.damaged)


def _batches(tasks: Sequence[Task], workers: int) -> list[Batch]:
    """Put tasks that share shapes together, in batches small enough to occupy every worker."""
    groups: dict[tuple[str, str], list[Task]] = {}
    for task in tasks:
        groups.setdefault((task.kind, task.batch or task.key), []).append(task)
    batches = []
    for group in groups.values():
        size = min(LARGEST_BATCH, max(1, -(-len(group) // (workers if len(groups) == 1 else 1))))
        batches += [tuple(group[i : i + size]) for i in range(0, len(group), size)]
    return batches


class _Loop:
    """Keeps an executor busy, and makes a new one where it breaks."""

    def __init__(self, store: Store, total: int, done: int, tell: Tell) -> None:
        self._store, self._total, self._done, self._tell = store, total, done, tell
        self._deaths: dict[str, int] = {}
        self._tries: dict[str, int] = {}
        self.failed: set[str] = set()
        self.elsewhere: set[str] = set()
        self._counted: set[str] = set()

    def end(self, ended: Ended) -> None:
        """Take note of a batch that has ended."""
        for key, state in zip(ended.keys, ended.states, strict=True):
            if state == "elsewhere":
                self.elsewhere.add(key)
                continue
            self.elsewhere.discard(key)
            if state == "failed":
                self.failed.add(key)
        if ended.full:
            raise InputError(
                f"the store {self._store.folder} cannot be written: {ended.full}",
                cure="free some space and give the same command: what was finished is kept",
            )
        self._counted.update(ended.keys)
        self._tell(min(1.0, (self._done + len(self._counted)) / self._total))

    def run(self, batches: list[Batch], make: Callable[[], Executor], workers: int) -> None:
        """Run every batch, at most `workers + 1` in flight."""
        executor = make()
        waiting = list(reversed(batches))
        running: dict[Future[Ended], Batch] = {}
        whole = False
        try:
            while waiting or running:
                broken, guilty = False, list[Batch]()
                while waiting and len(running) <= workers and not broken:
                    batch = waiting.pop()
                    try:
                        running[self._submit(executor, batch)] = batch
                    except BrokenExecutor:
                        waiting.append(batch)
                        broken = True
                if running:
                    ended, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in ended:
                        batch = running.pop(future)
                        error = error_of(future)
                        if error is None:
                            self.end(future.result())
                        elif is_death(error):
                            waiting += self._again(batch, frozenset())
                        elif isinstance(error, BrokenExecutor):
                            guilty.append(batch)
                            broken = True
                        else:
                            raise gave_up(error) from error
                if broken:
                    guilty += [*running.values()]
                    running.clear()
                    dead = dead_workers(executor)
                    close(executor, wait=False)
                    for batch in guilty:
                        waiting += self._again(batch, dead)
                    executor = make()
            whole = True
        finally:
            # An interrupt may come when a batch is neither waiting nor noted as running.
            close(executor, wait=whole)

    def _submit(self, executor: Executor, batch: Batch) -> Future[Ended]:
        with started_apart():
            return executor.submit(run_batch, str(self._store.folder), batch)

    def _again(self, batch: Batch, dead: frozenset[int]) -> list[Batch]:
        """Return a batch whose executor broke as single tasks, less those that killed too often.

        Only a task that a dead worker had in hand counts as a killer; where that is not known, as on
        a cluster, every one does.
        """
        have = self._store.done()
        again: list[Batch] = []
        for task in batch:
            if task.key in have:
                self._counted.add(task.key)
                continue
            killer = not dead or self._store.holder(task.key) in dead
            deaths = self._deaths[task.key] = self._deaths.get(task.key, 0) + killer
            tries = self._tries[task.key] = self._tries.get(task.key, 0) + 1
            if deaths < ATTEMPTS and tries < MOST_TRIES:
                again.append((task,))
                continue
            reason = f"its worker died {deaths or tries} times (killed, or out of memory)"
            row = Row(task.key, task.kind, task.settings, {}, 0.0, reason, provenance())
            self._store.append(row)
            self.failed.add(task.key)
            self._counted.add(task.key)
        return again
