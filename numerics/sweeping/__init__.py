"""Many runs into a durable store: tasks, the store, the engine, and the specification of a sweep."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sith.numerics.sweeping.cluster import dask_executor as dask_executor
    from sith.numerics.sweeping.engine import run_tasks as run_tasks
    from sith.numerics.sweeping.engine import sweep_status as sweep_status
    from sith.numerics.sweeping.outcome import SweepReport as SweepReport
    from sith.numerics.sweeping.row import Row as Row
    from sith.numerics.sweeping.spec import Sweep as Sweep
    from sith.numerics.sweeping.spec import read_sweep as read_sweep
    from sith.numerics.sweeping.store import Store as Store
    from sith.numerics.sweeping.submitted import submitit_executor as submitit_executor
    from sith.numerics.sweeping.task import Task as Task
    from sith.numerics.sweeping.task import key_of as key_of

_HOME = {
    "Row": "sith.numerics.sweeping.row",
    "Store": "sith.numerics.sweeping.store",
    "Sweep": "sith.numerics.sweeping.spec",
    "SweepReport": "sith.numerics.sweeping.outcome",
    "Task": "sith.numerics.sweeping.task",
    "dask_executor": "sith.numerics.sweeping.cluster",
    "key_of": "sith.numerics.sweeping.task",
    "read_sweep": "sith.numerics.sweeping.spec",
    "run_tasks": "sith.numerics.sweeping.engine",
    "submitit_executor": "sith.numerics.sweeping.submitted",
    "sweep_status": "sith.numerics.sweeping.engine",
}


def __getattr__(name: str) -> Any:
    """Load a name on first use: a worker that waits needs no torch."""
    if name not in _HOME:
        raise AttributeError(f"module 'sith.numerics.sweeping' has no attribute '{name}'")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value
