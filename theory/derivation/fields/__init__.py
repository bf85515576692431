"""The unknown field: ansatz, linear algebra over Q and F_p, exponentials, finite maps."""

from sith.theory.derivation.fields.regular_points import regular_points as regular_points
from sith.theory.derivation.fields.regular_points import require_independent as require_independent
from sith.theory.derivation.fields.regular_points import spans as spans
from sith.theory.derivation.fields.variety import Variety as Variety
from sith.theory.derivation.fields.variety import variety_of as variety_of
