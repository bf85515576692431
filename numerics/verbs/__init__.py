"""The verbs of the toolkit, returning report objects."""

from numerics.verbs.check import CheckReport as CheckReport
from numerics.verbs.check import check as check
