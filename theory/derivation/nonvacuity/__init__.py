"""Non-vacuity: one concrete world for each theorem, in which its assumptions are checked by code."""

from sith.theory.derivation.nonvacuity.report import RULES as RULES
from sith.theory.derivation.nonvacuity.report import Examined as Examined
from sith.theory.derivation.nonvacuity.report import NonVacuity as NonVacuity
from sith.theory.derivation.nonvacuity.report import non_vacuity as non_vacuity
from sith.theory.derivation.nonvacuity.rule import Standing as Standing
