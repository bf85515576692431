"""The group over the whole parameter space of a claim."""

from sith.theory.derivation.classification.candidates import candidates as candidates
from sith.theory.derivation.classification.classify import classify as classify
from sith.theory.derivation.classification.family import PRIME as PRIME
from sith.theory.derivation.classification.hypersurfaces import (
    entries_on_line as entries_on_line,
)
from sith.theory.derivation.classification.hypersurfaces import factors as factors
from sith.theory.derivation.classification.hypersurfaces import minors_on_line as minors_on_line
from sith.theory.derivation.classification.polynomials import interpolated as interpolated
from sith.theory.derivation.classification.report import AtPoint as AtPoint
from sith.theory.derivation.classification.report import Classification as Classification
from sith.theory.derivation.classification.report import Hypersurface as Hypersurface
from sith.theory.derivation.classification.report import Tested as Tested
