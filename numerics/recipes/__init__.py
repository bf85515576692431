"""Recipes for contributors: the places in a checkout where a new theorem, group … is entered."""

from sith.numerics.recipes.checkout import MARKS as MARKS
from sith.numerics.recipes.checkout import TO_WRITE as TO_WRITE
from sith.numerics.recipes.checkout import Checkout as Checkout
from sith.numerics.recipes.checkout import Written as Written
from sith.numerics.recipes.checkout import with_line as with_line
from sith.numerics.recipes.copies import KINDS as KINDS
from sith.numerics.recipes.copies import add as add
from sith.numerics.recipes.names import with_import as with_import
from sith.numerics.recipes.theorem import add_theorem as add_theorem
