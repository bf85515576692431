"""The spectral engine: top eigenspaces of the conditional-expectation operator, exactly."""

from theory.derive.spectral.lower import check_lower_loss as check_lower_loss
from theory.derive.spectral.modes import Cut as Cut
from theory.derive.spectral.modes import Level as Level
from theory.derive.spectral.modes import Mode as Mode
from theory.derive.spectral.moments import inertia as inertia
from theory.derive.spectral.operator import spectrum as spectrum
from theory.derive.spectral.solve import derive_spectral as derive_spectral
from theory.derive.spectral.verify import verify_spectral as verify_spectral
