"""The lemmas that a verdict may cite, each with the code that checks its hypotheses."""

from sith.theory.derivation.lemmas.catalogue import CATALOGUE as CATALOGUE
from sith.theory.derivation.lemmas.catalogue import fingerprint as fingerprint
from sith.theory.derivation.lemmas.minima import Terms as Terms
from sith.theory.derivation.lemmas.projection import Projection as Projection
from sith.theory.derivation.lemmas.record import Bounding as Bounding
from sith.theory.derivation.lemmas.record import Entry as Entry
from sith.theory.derivation.lemmas.record import Hypothesis as Hypothesis
from sith.theory.derivation.lemmas.record import Problem as Problem
from sith.theory.derivation.lemmas.record import Setting as Setting
from sith.theory.derivation.lemmas.record import Subset as Subset
