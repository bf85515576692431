"""The algorithms: from a claim to the group that its optimum leaves free."""

from theory.derive.certificate import Certificate as Certificate
from theory.derive.certificate import certificate_data as certificate_data
from theory.derive.certificate import read_certificate as read_certificate
from theory.derive.check import check_base as check_base
from theory.derive.check import check_field as check_field
from theory.derive.check import check_map as check_map
from theory.derive.conditions import optimal_scores as optimal_scores
from theory.derive.conditions import optimum_condition as optimum_condition
from theory.derive.count import check_count as check_count
from theory.derive.count import check_independent as check_independent
from theory.derive.derive import derive as derive
from theory.derive.equation import Condition as Condition
from theory.derive.equation import Equation as Equation
from theory.derive.equation import UpTo as UpTo
from theory.derive.finite import linear_solutions as linear_solutions
from theory.derive.identified import Identified as Identified
from theory.derive.identified import is_identified as is_identified
from theory.derive.infinitesimal import Solution as Solution
from theory.derive.infinitesimal import solve as solve
from theory.derive.invariants import Invariants as Invariants
from theory.derive.invariants import invariants as invariants
from theory.derive.linearise import linearise as linearise
from theory.derive.recognise import recognise as recognise
from theory.derive.verify import Verification as Verification
from theory.derive.verify import verify_certificate as verify_certificate
from theory.derive.witness import check_witness as check_witness
