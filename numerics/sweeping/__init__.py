"""Many runs into a durable store: tasks, the store, the engine, and the specification of a sweep."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numerics.sweeping.cluster import dask_executor as dask_executor
    from numerics.sweeping.engine import SweepReport as SweepReport
    from numerics.sweeping.engine import run_tasks as run_tasks
    from numerics.sweeping.engine import sweep_status as sweep_status
    from numerics.sweeping.spec import Sweep as Sweep
    from numerics.sweeping.spec import read_sweep as read_sweep
    from numerics.sweeping.store import Row as Row
    from numerics.sweeping.store import Store as Store
    from numerics.sweeping.task import Task as Task
    from numerics.sweeping.task import key_of as key_of

_HOME = {
    "Row": "numerics.sweeping.store",
    "Store": "numerics.sweeping.store",
    "Sweep": "numerics.sweeping.spec",
    "SweepReport": "numerics.sweeping.engine",
    "Task": "numerics.sweeping.task",
    "dask_executor": "numerics.sweeping.cluster",
    "key_of": "numerics.sweeping.task",
    "read_sweep": "numerics.sweeping.spec",
    "run_tasks": "numerics.sweeping.engine",
    "sweep_status": "numerics.sweeping.engine",
}


def __getattr__(name: str) -> Any:
    """Load a name on first use: a worker that waits needs no torch."""
    if name not in _HOME:
        raise AttributeError(f"module 'numerics.sweeping' has no attribute '{name}'")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value
