"""The numerical layer: the verbs, and what they are made of, in torch."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numerics.budget import BUDGETS as BUDGETS
    from numerics.budget import Budget as Budget
    from numerics.budget import pick_budget as pick_budget
    from numerics.design import Design as Design
    from numerics.design import train_design as train_design
    from numerics.exact import exact_check as exact_check
    from numerics.exact import tabular_optimum as tabular_optimum
    from numerics.loading import load_statement as load_statement
    from numerics.measured import measure_run as measure_run
    from numerics.searching import Counterexample as Counterexample
    from numerics.searching import RefuteReport as RefuteReport
    from numerics.searching import check_counterexample as check_counterexample
    from numerics.searching import read_counterexample as read_counterexample
    from numerics.sweeping import Store as Store
    from numerics.sweeping import Task as Task
    from numerics.sweeping import read_sweep as read_sweep
    from numerics.sweeping import run_tasks as run_tasks
    from numerics.trained import TrainedRun as TrainedRun
    from numerics.trained import train_claim as train_claim
    from numerics.trained_report import TrainedReport as TrainedReport
    from numerics.verbs import AuditReport as AuditReport
    from numerics.verbs import CheckReport as CheckReport
    from numerics.verbs import StoreReport as StoreReport
    from numerics.verbs import StudyReport as StudyReport
    from numerics.verbs import audit as audit
    from numerics.verbs import check as check
    from numerics.verbs import refute as refute
    from numerics.verbs import report as report
    from numerics.verbs import run_study as run_study
    from numerics.verbs import stored_study as stored_study

_HOME = {
    "AuditReport": "numerics.verbs",
    "audit": "numerics.verbs",
    "BUDGETS": "numerics.budget",
    "Budget": "numerics.budget",
    "CheckReport": "numerics.verbs",
    "Counterexample": "numerics.searching",
    "Design": "numerics.design",
    "RefuteReport": "numerics.searching",
    "Store": "numerics.sweeping",
    "StoreReport": "numerics.verbs",
    "StudyReport": "numerics.verbs",
    "Task": "numerics.sweeping",
    "TrainedReport": "numerics.trained_report",
    "TrainedRun": "numerics.trained",
    "check": "numerics.verbs",
    "check_counterexample": "numerics.searching",
    "exact_check": "numerics.exact",
    "load_statement": "numerics.loading",
    "measure_run": "numerics.measured",
    "pick_budget": "numerics.budget",
    "read_counterexample": "numerics.searching",
    "read_sweep": "numerics.sweeping",
    "refute": "numerics.verbs",
    "report": "numerics.verbs",
    "run_study": "numerics.verbs",
    "stored_study": "numerics.verbs",
    "run_tasks": "numerics.sweeping",
    "tabular_optimum": "numerics.exact",
    "train_claim": "numerics.trained",
    "train_design": "numerics.design",
}


def __getattr__(name: str) -> Any:
    """Load a public name on first use, so that `sith list` does not load torch."""
    if name not in _HOME:
        raise AttributeError(f"module 'numerics' has no attribute '{name}'")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value
