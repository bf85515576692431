"""The verbs of the toolkit, returning report objects."""

from numerics.verbs.check import CheckReport as CheckReport
from numerics.verbs.check import check as check
from numerics.verbs.refute import SEARCH_BUDGETS as SEARCH_BUDGETS
from numerics.verbs.refute import SearchBudget as SearchBudget
from numerics.verbs.refute import refute as refute
