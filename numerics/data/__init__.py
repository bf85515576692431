"""A user's own arrays: reading, splitting, and the verbs score, compare and diagnose."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from numerics.data.agreement import PairAgreement as PairAgreement
from numerics.data.collapse import Collapse as Collapse
from numerics.data.collapse import CollapseReport as CollapseReport
from numerics.data.collapse import collapse as collapse
from numerics.data.compare import CompareReport as CompareReport
from numerics.data.dependence import Dependence as Dependence
from numerics.data.dependence import dependence as dependence
from numerics.data.diagnose import Diagnosis as Diagnosis
from numerics.data.diagnose import Finding as Finding
from numerics.data.diagnose import diagnose_data as diagnose_data
from numerics.data.diagnose import intrinsic_dimension as intrinsic_dimension
from numerics.data.observed import read_observed as read_observed
from numerics.data.observed import read_pairs as read_pairs
from numerics.data.reading import read_table as read_table
from numerics.data.score import ScoreReport as ScoreReport
from numerics.data.scorers import MAPS as MAPS
from numerics.data.scorers import SCORERS as SCORERS
from numerics.data.scorers import Scorer as Scorer
from numerics.data.simulated import simulated as simulated
from numerics.data.splitting import Division as Division
from numerics.data.splitting import contiguous_blocks as contiguous_blocks
from numerics.data.splitting import given_split as given_split
from numerics.data.splitting import random_rows as random_rows
from numerics.data.splitting import whole_groups as whole_groups
from numerics.data.table import Table as Table
from numerics.data.table import paired_tables as paired_tables
from numerics.data.verbs import compare as compare
from numerics.data.verbs import diagnose as diagnose
from numerics.data.verbs import indices as indices
from numerics.data.verbs import score as score

if TYPE_CHECKING:
    from numerics.data.estimators import AffineReadout as AffineReadout
    from numerics.data.estimators import scorer_of as scorer_of


def __getattr__(name: str) -> Any:
    """Load what needs scikit-learn on first use, so that the commands start without it."""
    if name not in {"AffineReadout", "scorer_of"}:
        raise AttributeError(f"module 'numerics.data' has no attribute '{name}'")
    value = getattr(import_module("numerics.data.estimators"), name)
    globals()[name] = value
    return value
