"""The spectral engine: top eigenspaces of the conditional-expectation operator, exactly."""

from sith.theory.derivation.spectral.gaussian import derive_gaussian as derive_gaussian
from sith.theory.derivation.spectral.modes import Cut as Cut
from sith.theory.derivation.spectral.modes import Level as Level
from sith.theory.derivation.spectral.modes import Mode as Mode
from sith.theory.derivation.spectral.operator import spectrum as spectrum
from sith.theory.derivation.spectral.rank import feature_rank as feature_rank
from sith.theory.derivation.spectral.solve import derive_spectral as derive_spectral
