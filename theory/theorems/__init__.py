"""Published theorems as data, one per file, and their registry."""

from sith.theory.theorems.registry import THEOREMS as THEOREMS
from sith.theory.theorems.registry import theorem as theorem
from sith.theory.theorems.settled import SETTLED as SETTLED
