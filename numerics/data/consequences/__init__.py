"""Observable consequences of assumptions, and their tests."""

from numerics.data.consequences.environments import exact_parameters as exact_parameters
from numerics.data.consequences.evidence import Consequence as Consequence
from numerics.data.consequences.evidence import Evidence as Evidence
from numerics.data.consequences.evidence import Observed as Observed
from numerics.data.consequences.observable import NotTestable as NotTestable
from numerics.data.consequences.observable import consequences as consequences
from numerics.data.consequences.observable import of_world as of_world
