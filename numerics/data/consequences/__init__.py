"""Observable consequences of assumptions, and their tests."""

from sith.numerics.data.consequences.environments import exact_parameters as exact_parameters
from sith.numerics.data.consequences.evidence import Consequence as Consequence
from sith.numerics.data.consequences.evidence import Evidence as Evidence
from sith.numerics.data.consequences.evidence import Observed as Observed
from sith.numerics.data.consequences.observable import NotTestable as NotTestable
from sith.numerics.data.consequences.observable import consequences as consequences
from sith.numerics.data.consequences.observable import of_world as of_world
