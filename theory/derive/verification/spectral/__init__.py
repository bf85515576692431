"""The verifier of spectral certificates, with its own operators."""

from theory.derive.verification.spectral.lower import check_lower_loss as check_lower_loss
from theory.derive.verification.spectral.moments import inertia as inertia
from theory.derive.verification.spectral.verify import verify_spectral as verify_spectral
