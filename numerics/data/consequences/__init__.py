"""Observable consequences of assumptions, and their tests."""

from sith.numerics.data.consequences.environments import exact_parameters as exact_parameters
from sith.numerics.data.consequences.evidence import Consequence as Consequence
from sith.numerics.data.consequences.evidence import Evidence as Evidence
from sith.numerics.data.consequences.evidence import Observed as Observed
from sith.numerics.data.consequences.marginals import independent as independent
from sith.numerics.data.consequences.marginals import normal as normal
from sith.numerics.data.consequences.observable import NotTestable as NotTestable
from sith.numerics.data.consequences.observable import consequences as consequences
from sith.numerics.data.consequences.observable import of_world as of_world
from sith.numerics.data.consequences.of_pairs import of_pairs as of_pairs
from sith.numerics.data.consequences.of_pairs import of_pairs_alone as of_pairs_alone
from sith.numerics.data.consequences.of_prior import of_law as of_law
from sith.numerics.data.consequences.of_prior import of_prior as of_prior
