"""How an executor says that a worker died, and how it says that it is no more."""

from __future__ import annotations

from concurrent.futures import CancelledError, Future
from typing import Any

from sith.theory import InputError, SithError


class WorkerDied(Exception):
    """One worker of an executor died with its batch; the executor itself goes on."""


def error_of(future: Future[Any]) -> BaseException | None:
    """Return the error of a future that has ended, its being cancelled included."""
    try:
        return future.exception()
    except CancelledError as error:  # dask's, when its scheduler is gone
        return error


def is_death(error: BaseException) -> bool:
    """Whether one worker died; dask's error is told by its name, as dask is no requirement."""
    return isinstance(error, WorkerDied) or type(error).__name__ == "KilledWorker"


def gave_up(error: BaseException) -> BaseException:
    """What is raised where an executor ends for a reason of its own."""
    if isinstance(error, SithError):
        return error
    reason = " ".join(str(error).split()) or "without a message"
    return InputError(
        f"the workers gave up: {type(error).__name__}: {reason}",
        cure="see that the scheduler runs and give the same command: what was finished is kept",
    )
