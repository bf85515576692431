"""The verifier of certificates: it re-checks what a solver wrote, with no code of the solver."""

from sith.theory.derivation.verification.answer import Rejected as Rejected
from sith.theory.derivation.verification.answer import Verification as Verification
from sith.theory.derivation.verification.completeness import check_bound as check_bound
from sith.theory.derivation.verification.obstruction import check_obstruction as check_obstruction
from sith.theory.derivation.verification.verify import verify_certificate as verify_certificate
