"""The verbs of the toolkit, returning report objects."""

from sith.numerics.verbs.audit import audit as audit
from sith.numerics.verbs.audit_report import AuditReport as AuditReport
from sith.numerics.verbs.audit_report import AuditRow as AuditRow
from sith.numerics.verbs.audit_report import Needed as Needed
from sith.numerics.verbs.check import check as check
from sith.numerics.verbs.check_report import CheckReport as CheckReport
from sith.numerics.verbs.refute import SEARCH_BUDGETS as SEARCH_BUDGETS
from sith.numerics.verbs.refute import SearchBudget as SearchBudget
from sith.numerics.verbs.refute import refute as refute
from sith.numerics.verbs.report import StoreReport as StoreReport
from sith.numerics.verbs.report import report as report
from sith.numerics.verbs.study import StudyReport as StudyReport
from sith.numerics.verbs.study import export_study as export_study
from sith.numerics.verbs.study import run_study as run_study
from sith.numerics.verbs.study import stored_study as stored_study
from sith.numerics.verbs.supported import Answer as Answer
from sith.numerics.verbs.supported import Question as Question
from sith.numerics.verbs.supported import Support as Support
from sith.numerics.verbs.supported import support_table as support_table
from sith.numerics.verbs.supported import supported as supported
from sith.numerics.verbs.supported import what_is_supported as what_is_supported
from sith.numerics.verbs.sweep_figure import sweep_figure as sweep_figure
from sith.theory.derivation import weakened as weakened
