"""Published tables, measured again with intervals and with the loss left above the exact optimum."""

from numerics.benchmarks.published.flatness import bent_losses as bent_losses
from numerics.benchmarks.published.labels import LabelWorld as LabelWorld
from numerics.benchmarks.published.measured import Measured as Measured
from numerics.benchmarks.published.measured import differs as differs
from numerics.benchmarks.published.measured import measure_row as measure_row
from numerics.benchmarks.published.row import Row as Row
from numerics.benchmarks.published.store import collect as collect
from numerics.benchmarks.published.store import read_results as read_results
from numerics.benchmarks.published.store import resume as resume
from numerics.benchmarks.published.tables import ROWS as ROWS
from numerics.benchmarks.published.tables import TABLES as TABLES
from numerics.benchmarks.published.tables import pick_rows as pick_rows
