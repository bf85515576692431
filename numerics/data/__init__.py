"""A user's own arrays: reading, splitting, and the verbs score, compare and diagnose."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sith.numerics.data.agreement import PairAgreement as PairAgreement
from sith.numerics.data.audit_cases import SCRAMBLED as SCRAMBLED
from sith.numerics.data.audit_cases import Misleading as Misleading
from sith.numerics.data.audit_cases import design as design
from sith.numerics.data.augmentation import CompiledAugmentation as CompiledAugmentation
from sith.numerics.data.augmentation import compile_augmentation as compile_augmentation
from sith.numerics.data.collapse import Collapse as Collapse
from sith.numerics.data.collapse import CollapseReport as CollapseReport
from sith.numerics.data.collapse import collapse as collapse
from sith.numerics.data.compare import CompareReport as CompareReport
from sith.numerics.data.dependence import Dependence as Dependence
from sith.numerics.data.dependence import dependence as dependence
from sith.numerics.data.diagnose import Diagnosis as Diagnosis
from sith.numerics.data.diagnose import Finding as Finding
from sith.numerics.data.diagnose import diagnose_data as diagnose_data
from sith.numerics.data.diagnose import intrinsic_dimension as intrinsic_dimension
from sith.numerics.data.lattice import join as join
from sith.numerics.data.measure_audit import Audited as Audited
from sith.numerics.data.measure_audit import MeasureAudit as MeasureAudit
from sith.numerics.data.measure_audit import audit_measures as audit_measures
from sith.numerics.data.observed import read_observed as read_observed
from sith.numerics.data.observed import read_pairs as read_pairs
from sith.numerics.data.reading import read_table as read_table
from sith.numerics.data.score import ScoreReport as ScoreReport
from sith.numerics.data.scorers import MAPS as MAPS
from sith.numerics.data.scorers import SCORERS as SCORERS
from sith.numerics.data.scorers import Scorer as Scorer
from sith.numerics.data.simulated import simulated as simulated
from sith.numerics.data.splitting import Division as Division
from sith.numerics.data.splitting import contiguous_blocks as contiguous_blocks
from sith.numerics.data.splitting import given_split as given_split
from sith.numerics.data.splitting import random_rows as random_rows
from sith.numerics.data.splitting import whole_groups as whole_groups
from sith.numerics.data.table import Table as Table
from sith.numerics.data.table import paired_tables as paired_tables
from sith.numerics.data.verbs import compare as compare
from sith.numerics.data.verbs import diagnose as diagnose
from sith.numerics.data.verbs import indices as indices
from sith.numerics.data.verbs import score as score

if TYPE_CHECKING:
    from sith.numerics.data.calibration import Calibrated as Calibrated
    from sith.numerics.data.calibration import calibrate as calibrate
    from sith.numerics.data.estimators import AffineReadout as AffineReadout
    from sith.numerics.data.estimators import scorer_of as scorer_of
    from sith.numerics.data.torch_metric import RepresentationScore as RepresentationScore


_LATE = {
    "AffineReadout": "estimators",
    "Calibrated": "calibration",
    "RepresentationScore": "torch_metric",
    "calibrate": "calibration",
    "scorer_of": "estimators",
}


def __getattr__(name: str) -> Any:
    """Load what needs scikit-learn, torchmetrics or every theorem on first use: commands start without it."""
    if name not in _LATE:
        raise AttributeError(f"module 'sith.numerics.data' has no attribute '{name}'")
    value = getattr(import_module(f"sith.numerics.data.{_LATE[name]}"), name)
    globals()[name] = value
    return value
