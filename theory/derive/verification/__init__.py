"""The verifier of certificates: it re-checks what a solver wrote, with no code of the solver."""

from theory.derive.verification.answer import Rejected as Rejected
from theory.derive.verification.answer import Verification as Verification
from theory.derive.verification.completeness import check_bound as check_bound
from theory.derive.verification.obstruction import check_obstruction as check_obstruction
from theory.derive.verification.verify import verify_certificate as verify_certificate
