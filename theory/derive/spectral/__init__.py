"""The spectral engine: top eigenspaces of the conditional-expectation operator, exactly."""

from theory.derive.spectral.gaussian import derive_gaussian as derive_gaussian
from theory.derive.spectral.modes import Cut as Cut
from theory.derive.spectral.modes import Level as Level
from theory.derive.spectral.modes import Mode as Mode
from theory.derive.spectral.operator import spectrum as spectrum
from theory.derive.spectral.solve import derive_spectral as derive_spectral
