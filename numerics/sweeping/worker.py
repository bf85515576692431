"""What a worker process does: run the tasks of one batch, and store each result itself."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from sith.numerics.sweeping.kinds import checked, provenance, runner
from sith.numerics.sweeping.store import Row, Store
from sith.numerics.sweeping.task import Settings, key_of

PR_SET_PDEATHSIG = 1


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


def run_batch(folder: str, kind: str, settings: Sequence[Settings]) -> Ended:
    """Run the tasks of a batch that nobody else has, and store their results.

    The results are on disk when this returns: a driver that is killed meanwhile loses none.
    """
    store = open_store(folder)
    keys = [key_of(kind, one) for one in settings]
    states = ["elsewhere"] * len(keys)
    with ExitStack() as leases:
        free = [i for i, key in enumerate(keys) if leases.enter_context(store.lease(key))]
        try:
            for i, row in zip(free, _rows(kind, [settings[i] for i in free]), strict=True):
                store.append(row)
                states[i] = "done" if row.done else "failed"
        except OSError as error:
            return Ended(tuple(keys), tuple(states), error.strerror or str(error))
    return Ended(tuple(keys), tuple(states))


def _rows(kind: str, settings: Sequence[Settings]) -> list[Row]:
    if not settings:
        return []
    start = time.perf_counter()
    try:
        results = runner(kind)(settings)
        checked(kind, results, len(settings))
        errors = [""] * len(results)
    except Exception as error:  # noqa: BLE001
        # One task that fails must not end those beside it.
        if len(settings) > 1:
            return [row for one in settings for row in _rows(kind, [one])]
        results, errors = [{}], [_line(error)]
    seconds = (time.perf_counter() - start) / len(settings)
    about = provenance()
    return [
        Row(key_of(kind, one), kind, one, _finite(result), seconds, error, about)
        for one, result, error in zip(settings, results, errors, strict=True)
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


def start_worker() -> None:
    """Prepare a worker process: it ends with its driver, and leaves interrupts to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == 1:
            os._exit(1)  # the driver ended before the line above
