"""The algorithms: from a claim to the group that its optimum leaves free."""

from sith.theory.derivation.bounds.check import check_base as check_base
from sith.theory.derivation.bounds.check import check_field as check_field
from sith.theory.derivation.bounds.check import check_map as check_map
from sith.theory.derivation.bounds.check_decoder import (
    check_decoder_inverse as check_decoder_inverse,
)
from sith.theory.derivation.bounds.check_decoder import check_members as check_members
from sith.theory.derivation.bounds.completeness import completeness as completeness
from sith.theory.derivation.bounds.count import check_count as check_count
from sith.theory.derivation.bounds.count import check_independent as check_independent
from sith.theory.derivation.bounds.determining import DeterminingSystem as DeterminingSystem
from sith.theory.derivation.bounds.determining import determining_system as determining_system
from sith.theory.derivation.bounds.elements import component_count as component_count
from sith.theory.derivation.bounds.recognise import recognise as recognise
from sith.theory.derivation.bounds.separate import Separation as Separation
from sith.theory.derivation.bounds.separate import check_separation as check_separation
from sith.theory.derivation.bounds.separate import separations as separations
from sith.theory.derivation.bounds.settled import SettledBy as SettledBy
from sith.theory.derivation.bounds.settled import settled_by as settled_by
from sith.theory.derivation.bounds.witness import check_witness as check_witness
from sith.theory.derivation.certificates import Certificate as Certificate
from sith.theory.derivation.certificates import certificate_data as certificate_data
from sith.theory.derivation.certificates import read_certificate as read_certificate
from sith.theory.derivation.certificates.completeness import Bound as Bound
from sith.theory.derivation.classification import Classification as Classification
from sith.theory.derivation.classification import classify as classify
from sith.theory.derivation.conditions import optimal_score as optimal_score
from sith.theory.derivation.conditions import optimal_scores as optimal_scores
from sith.theory.derivation.conditions import optimum_condition as optimum_condition
from sith.theory.derivation.engine import derive as derive
from sith.theory.derivation.equation import Condition as Condition
from sith.theory.derivation.equation import Equation as Equation
from sith.theory.derivation.equation import UpTo as UpTo
from sith.theory.derivation.fields.exponentiate import finite_maps as finite_maps
from sith.theory.derivation.fields.finite import LinearSolutions as LinearSolutions
from sith.theory.derivation.fields.finite import linear_solutions as linear_solutions
from sith.theory.derivation.fields.identities import vanishes as vanishes
from sith.theory.derivation.fields.infinitesimal import Solution as Solution
from sith.theory.derivation.fields.infinitesimal import solve as solve
from sith.theory.derivation.fields.kernel import kernel_test as kernel_test
from sith.theory.derivation.fields.linearise import linearise as linearise
from sith.theory.derivation.functions import Identified as Identified
from sith.theory.derivation.functions import Invariants as Invariants
from sith.theory.derivation.functions import invariants as invariants
from sith.theory.derivation.functions import is_identified as is_identified
from sith.theory.derivation.spectral import Cut as Cut
from sith.theory.derivation.spectral import Level as Level
from sith.theory.derivation.spectral import Mode as Mode
from sith.theory.derivation.spectral import spectrum as spectrum
from sith.theory.derivation.verification import Verification as Verification
from sith.theory.derivation.verification import check_bound as check_bound
from sith.theory.derivation.verification import check_obstruction as check_obstruction
from sith.theory.derivation.verification import verify_certificate as verify_certificate
from sith.theory.derivation.verification.erratum import check_erratum as check_erratum
from sith.theory.derivation.verification.spectral import check_lower_loss as check_lower_loss
from sith.theory.derivation.weaken import weakened as weakened
