"""The verbs of the toolkit, returning report objects."""

from numerics.verbs.audit import AuditReport as AuditReport
from numerics.verbs.audit import AuditRow as AuditRow
from numerics.verbs.audit import Needed as Needed
from numerics.verbs.audit import audit as audit
from numerics.verbs.audit import weakened as weakened
from numerics.verbs.check import CheckReport as CheckReport
from numerics.verbs.check import check as check
from numerics.verbs.refute import SEARCH_BUDGETS as SEARCH_BUDGETS
from numerics.verbs.refute import SearchBudget as SearchBudget
from numerics.verbs.refute import refute as refute
from numerics.verbs.report import StoreReport as StoreReport
from numerics.verbs.report import report as report
from numerics.verbs.report import sweep_figure as sweep_figure
from numerics.verbs.study import StudyReport as StudyReport
from numerics.verbs.study import export_study as export_study
from numerics.verbs.study import run_study as run_study
from numerics.verbs.study import stored_study as stored_study
