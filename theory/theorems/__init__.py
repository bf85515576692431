"""Published theorems as data, one per file, and their registry."""

from theory.theorems.registry import THEOREMS as THEOREMS
from theory.theorems.registry import theorem as theorem
