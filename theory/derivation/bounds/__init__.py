"""Lower and upper bounds of the set of optimal maps, and the table that gives the verdict."""

from sith.theory.derivation.bounds.assemble import findings as findings
from sith.theory.derivation.bounds.check import check_map as check_map
from sith.theory.derivation.bounds.findings import Findings as Findings
from sith.theory.derivation.bounds.learned import signs_extend as signs_extend
from sith.theory.derivation.bounds.learned import undetermined as undetermined
from sith.theory.derivation.bounds.table import Shown as Shown
from sith.theory.derivation.bounds.table import agreement as agreement
from sith.theory.derivation.bounds.table import outcome as outcome
