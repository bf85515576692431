"""Functions of the latents: which of them an indeterminacy group leaves unchanged."""

from theory.derive.functions.identified import Identified as Identified
from theory.derive.functions.identified import is_identified as is_identified
from theory.derive.functions.invariants import Invariants as Invariants
from theory.derive.functions.invariants import invariants as invariants
