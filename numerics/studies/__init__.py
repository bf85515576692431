"""The studies: dynamics, finite samples, inductive bias, graphs and actions, the Platonic question."""

from sith.numerics.studies.frame.finding import Finding as Finding
from sith.numerics.studies.frame.finding import Measurement as Measurement
from sith.numerics.studies.frame.finding import bounded as bounded
from sith.numerics.studies.frame.finding import covered as covered
from sith.numerics.studies.frame.finding import overall as overall
from sith.numerics.studies.frame.finding import within as within
from sith.numerics.studies.frame.slopes import log_slope as log_slope
from sith.numerics.studies.frame.study import Direction as Direction
from sith.numerics.studies.frame.study import Study as Study
from sith.numerics.studies.frame.study import changed as changed
from sith.numerics.studies.registry import NAMES as NAMES
from sith.numerics.studies.registry import studies as studies
from sith.numerics.studies.registry import study as study
