"""The same tasks as jobs of SLURM, through submitit: one job for each batch of runs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

from sith.numerics.sweeping.deaths import WorkerDied
from sith.theory import InputError

CLUSTERS = ("slurm", "local")
POLL_SECONDS = 0.5
"""Between two looks at the jobs; submitit itself asks SLURM once a minute."""


class SubmittedExecutor(Executor):
    """An executor of the standard library's kind over a submitit executor.

    `run_tasks` keeps no more than `workers` + 1 jobs in flight, so that submitit's local cluster,
    which starts a process for every job at once, starts no more. A job that ends without an answer
    (killed, out of time or memory) raises `WorkerDied`, and its runs are tried again.
    """

    def __init__(self, submit: Callable[..., Any]) -> None:
        """Take the `submit` of a submitit executor."""
        self._submit = submit
        self._jobs: dict[Future[Any], Any] = {}
        self._changed = threading.Condition()
        self._ended = False
        self._poller = threading.Thread(target=self._poll, daemon=True)
        self._poller.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Hand a call in as a job."""
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()
        job = self._submit(fn, *args, **kwargs)
        with self._changed:
            self._jobs[future] = job
            self._changed.notify()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End; without `wait`, or with `cancel_futures`, the jobs are cancelled."""
        if not wait or cancel_futures:
            with self._changed:
                for job in self._jobs.values():
                    job.cancel(check=False)
                self._ended = True
        with self._changed:
            self._ended = True
            self._changed.notify()
        if wait:
            self._poller.join()

    def _poll(self) -> None:
        while True:
            with self._changed:
                while not self._jobs and not self._ended:
                    self._changed.wait()
                if not self._jobs:
                    return
                ended = [(f, job) for f, job in self._jobs.items() if job.done()]
                for future, _ in ended:
                    del self._jobs[future]
                if not ended:
                    self._changed.wait(POLL_SECONDS)
            for future, job in ended:
                _settle(future, job)


def _settle(future: Future[Any], job: Any) -> None:
    """Give a future the answer of a job that has ended."""
    if not job.paths.result_pickle.exists():
        future.set_exception(WorkerDied(f"job {job.job_id} ended without an answer: {job.state}"))
        return
    try:
        future.set_result(job.result())
    except Exception as error:  # noqa: BLE001
        future.set_exception(error)


def submitit_executor(
    folder: str | Path, cluster: str = "slurm", **parameters: Any
) -> Callable[[], Executor]:
    """Return what makes an executor that hands every batch of runs in as a job.

    The nodes must have the package installed and see the store's folder. submitit exchanges calls
    and answers as pickles in `folder`, which is to be the user's own; results are in the store.

    Arguments:
        folder: receives submitit's files and the logs of the jobs.
        cluster: "slurm", or "local": processes of this machine, for trying a sweep out.
        parameters: of `submitit.AutoExecutor.update_parameters`, for example `timeout_min=60`,
            `slurm_partition="gpu"`, `cpus_per_task=1`.

    Raises:
        InputError: submitit is not installed, or does not know a parameter or the cluster.
    """
    if cluster not in CLUSTERS:
        raise InputError(f"cluster '{cluster}'", allowed=", ".join(CLUSTERS))
    try:
        import submitit  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError:
        raise InputError(
            f"--scheduler {cluster} needs submitit", cure='pip install "sith-ident[slurm]"'
        ) from None

    def make() -> Executor:
        try:
            jobs = submitit.AutoExecutor(folder=str(folder), cluster=cluster)
            jobs.update_parameters(**{"name": "sith", **parameters})
        except (RuntimeError, NameError, TypeError, ValueError) as error:
            raise InputError(f"submitit: {error}") from error
        return SubmittedExecutor(jobs.submit)

    return make
