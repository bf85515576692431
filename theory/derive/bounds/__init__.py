"""Lower and upper bounds of the set of optimal maps, and the table that gives the verdict."""

from theory.derive.bounds.assemble import Findings as Findings
from theory.derive.bounds.assemble import findings as findings
from theory.derive.bounds.table import Shown as Shown
from theory.derive.bounds.table import agreement as agreement
from theory.derive.bounds.table import outcome as outcome
