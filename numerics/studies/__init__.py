"""The studies: dynamics, finite samples, inductive bias, graphs and actions, the Platonic question."""

from numerics.studies.registry import NAMES as NAMES
from numerics.studies.registry import studies as studies
from numerics.studies.registry import study as study
from numerics.studies.slopes import log_slope as log_slope
from numerics.studies.study import Direction as Direction
from numerics.studies.study import Finding as Finding
from numerics.studies.study import Measurement as Measurement
from numerics.studies.study import Study as Study
from numerics.studies.study import bounded as bounded
from numerics.studies.study import changed as changed
from numerics.studies.study import covered as covered
from numerics.studies.study import overall as overall
from numerics.studies.study import within as within
