"""The verifier of spectral certificates, with its own operators."""

from sith.theory.derivation.verification.spectral.lower import (
    check_lower_loss as check_lower_loss,
)
from sith.theory.derivation.verification.spectral.moments import inertia as inertia
from sith.theory.derivation.verification.spectral.verify import verify_spectral as verify_spectral
