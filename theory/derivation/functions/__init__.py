"""Functions of the latents: which of them an indeterminacy group leaves unchanged."""

from sith.theory.derivation.functions.identified import Identified as Identified
from sith.theory.derivation.functions.identified import is_identified as is_identified
from sith.theory.derivation.functions.invariants import Invariants as Invariants
from sith.theory.derivation.functions.invariants import invariants as invariants
