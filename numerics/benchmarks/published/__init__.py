"""Published tables, measured again with intervals and with the loss left above the exact optimum."""

from sith.numerics.benchmarks.published.flatness import bent_losses as bent_losses
from sith.numerics.benchmarks.published.labels import LabelWorld as LabelWorld
from sith.numerics.benchmarks.published.measured import Measured as Measured
from sith.numerics.benchmarks.published.measured import differs as differs
from sith.numerics.benchmarks.published.measured import measure_row as measure_row
from sith.numerics.benchmarks.published.row import Row as Row
from sith.numerics.benchmarks.published.store import collect as collect
from sith.numerics.benchmarks.published.store import read_results as read_results
from sith.numerics.benchmarks.published.store import resume as resume
from sith.numerics.benchmarks.published.tables import ROWS as ROWS
from sith.numerics.benchmarks.published.tables import TABLES as TABLES
from sith.numerics.benchmarks.published.tables import pick_rows as pick_rows
