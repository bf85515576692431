"""The group over the whole parameter space of a claim."""

from sith.theory.derivation.classification.classify import classify as classify
from sith.theory.derivation.classification.report import AtPoint as AtPoint
from sith.theory.derivation.classification.report import Classification as Classification
from sith.theory.derivation.classification.report import Hypersurface as Hypersurface
from sith.theory.derivation.classification.report import Tested as Tested
