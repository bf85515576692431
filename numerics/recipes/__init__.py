"""Recipes for contributors: the places in a checkout where a new theorem, group … is entered."""

from sith.numerics.recipes.checkout import Checkout as Checkout
from sith.numerics.recipes.checkout import Written as Written
from sith.numerics.recipes.copies import KINDS as KINDS
from sith.numerics.recipes.copies import add as add
from sith.numerics.recipes.theorem import add_theorem as add_theorem
