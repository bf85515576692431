"""A user's own arrays: reading, splitting, and the verbs score, compare and diagnose."""

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
from numerics.data.reading import read_table as read_table
from numerics.data.score import ScoreReport as ScoreReport
from numerics.data.scorers import MAPS as MAPS
from numerics.data.scorers import SCORERS as SCORERS
from numerics.data.scorers import Scorer as Scorer
from numerics.data.splitting import Division as Division
from numerics.data.table import Table as Table
from numerics.data.table import paired_tables as paired_tables
from numerics.data.verbs import compare as compare
from numerics.data.verbs import diagnose as diagnose
from numerics.data.verbs import indices as indices
from numerics.data.verbs import score as score
