"""The numerical layer: the verbs, and what they are made of, in torch."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sith.numerics.claims.loading import load_statement as load_statement
    from sith.numerics.exact import exact_check as exact_check
    from sith.numerics.exact import tabular_optimum as tabular_optimum
    from sith.numerics.runs.design import Design as Design
    from sith.numerics.runs.design import train_design as train_design
    from sith.numerics.runs.measured import measure_run as measure_run
    from sith.numerics.runs.report import TrainedReport as TrainedReport
    from sith.numerics.runs.run import TrainedRun as TrainedRun
    from sith.numerics.runs.run import train_claim as train_claim
    from sith.numerics.searching import Counterexample as Counterexample
    from sith.numerics.searching import RefuteReport as RefuteReport
    from sith.numerics.searching import check_counterexample as check_counterexample
    from sith.numerics.searching import read_counterexample as read_counterexample
    from sith.numerics.sweeping import Store as Store
    from sith.numerics.sweeping import Task as Task
    from sith.numerics.sweeping import read_sweep as read_sweep
    from sith.numerics.sweeping import run_tasks as run_tasks
    from sith.numerics.training.budget import BUDGETS as BUDGETS
    from sith.numerics.training.budget import Budget as Budget
    from sith.numerics.training.budget import pick_budget as pick_budget
    from sith.numerics.verbs import AuditReport as AuditReport
    from sith.numerics.verbs import CheckReport as CheckReport
    from sith.numerics.verbs import StoreReport as StoreReport
    from sith.numerics.verbs import StudyReport as StudyReport
    from sith.numerics.verbs import audit as audit
    from sith.numerics.verbs import check as check
    from sith.numerics.verbs import refute as refute
    from sith.numerics.verbs import report as report
    from sith.numerics.verbs import run_study as run_study
    from sith.numerics.verbs import stored_study as stored_study

_HOME = {
    "audit": "sith.numerics.verbs",
    "AuditReport": "sith.numerics.verbs",
    "Budget": "sith.numerics.training.budget",
    "BUDGETS": "sith.numerics.training.budget",
    "check": "sith.numerics.verbs",
    "check_counterexample": "sith.numerics.searching",
    "CheckReport": "sith.numerics.verbs",
    "Counterexample": "sith.numerics.searching",
    "Design": "sith.numerics.runs.design",
    "exact_check": "sith.numerics.exact",
    "load_statement": "sith.numerics.claims.loading",
    "measure_run": "sith.numerics.runs.measured",
    "pick_budget": "sith.numerics.training.budget",
    "read_counterexample": "sith.numerics.searching",
    "read_sweep": "sith.numerics.sweeping",
    "refute": "sith.numerics.verbs",
    "RefuteReport": "sith.numerics.searching",
    "report": "sith.numerics.verbs",
    "run_study": "sith.numerics.verbs",
    "run_tasks": "sith.numerics.sweeping",
    "Store": "sith.numerics.sweeping",
    "stored_study": "sith.numerics.verbs",
    "StoreReport": "sith.numerics.verbs",
    "StudyReport": "sith.numerics.verbs",
    "tabular_optimum": "sith.numerics.exact",
    "Task": "sith.numerics.sweeping",
    "train_claim": "sith.numerics.runs.run",
    "train_design": "sith.numerics.runs.design",
    "TrainedReport": "sith.numerics.runs.report",
    "TrainedRun": "sith.numerics.runs.run",
}

__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    """Load a public name on first use, so that `sith list` does not load torch."""
    if name not in _HOME:
        raise AttributeError(f"module 'sith.numerics' has no attribute '{name}'")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
