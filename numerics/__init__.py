"""The numerical layer: the verbs, and what they are made of, in torch."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numerics.budget import BUDGETS as BUDGETS
    from numerics.budget import Budget as Budget
    from numerics.budget import pick_budget as pick_budget
    from numerics.exact import exact_check as exact_check
    from numerics.exact import tabular_optimum as tabular_optimum
    from numerics.loading import load_statement as load_statement
    from numerics.measured import measure_run as measure_run
    from numerics.searching import Counterexample as Counterexample
    from numerics.searching import RefuteReport as RefuteReport
    from numerics.searching import check_counterexample as check_counterexample
    from numerics.searching import read_counterexample as read_counterexample
    from numerics.trained import TrainedRun as TrainedRun
    from numerics.trained import train_claim as train_claim
    from numerics.trained_report import TrainedReport as TrainedReport
    from numerics.verbs import AuditReport as AuditReport
    from numerics.verbs import CheckReport as CheckReport
    from numerics.verbs import audit as audit
    from numerics.verbs import check as check
    from numerics.verbs import refute as refute

_HOME = {
    "AuditReport": "numerics.verbs",
    "audit": "numerics.verbs",
    "BUDGETS": "numerics.budget",
    "Budget": "numerics.budget",
    "CheckReport": "numerics.verbs",
    "Counterexample": "numerics.searching",
    "RefuteReport": "numerics.searching",
    "TrainedReport": "numerics.trained_report",
    "TrainedRun": "numerics.trained",
    "check": "numerics.verbs",
    "check_counterexample": "numerics.searching",
    "exact_check": "numerics.exact",
    "load_statement": "numerics.loading",
    "measure_run": "numerics.measured",
    "pick_budget": "numerics.budget",
    "read_counterexample": "numerics.searching",
    "refute": "numerics.verbs",
    "tabular_optimum": "numerics.exact",
    "train_claim": "numerics.trained",
}


def __getattr__(name: str) -> Any:
    """Load a public name on first use, so that `sith list` does not load torch."""
    if name not in _HOME:
        raise AttributeError(f"module 'numerics' has no attribute '{name}'")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value
