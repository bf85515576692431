"""The same tasks on a cluster, through a dask scheduler that is already running."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor

from sith.theory import InputError

CONNECT_SECONDS = 20


def dask_executor(address: str) -> Callable[[], Executor]:
    """Return what makes an executor on the workers of a dask scheduler.

    The workers must have the package installed and see the store's folder. Tasks are retried by
    dask where a worker dies; `run_tasks` retries what dask gives up.

    Raises:
        InputError: dask is not installed, or no scheduler answers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise InputError(
            "--scheduler needs dask", cure='pip install "sith-ident[cluster]"'
        ) from None
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise InputError(
            f"no dask scheduler at {address}: {reason}", cure="start one with `dask scheduler`"
        ) from error
    executor: Callable[[], Executor] = lambda: client.get_executor(pure=False)
    return executor
