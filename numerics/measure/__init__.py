"""Scores of a representation against the true latents, held out, and their uncertainty."""

from numerics.measure.block_r2 import block_r2 as block_r2
from numerics.measure.interval import Interval as Interval
from numerics.measure.interval import interval as interval
from numerics.measure.linear_r2 import linear_r2 as linear_r2
from numerics.measure.mcc import Matching as Matching
from numerics.measure.mcc import mcc as mcc
from numerics.measure.procrustes import orthogonality_error as orthogonality_error
from numerics.measure.procrustes import procrustes_gap as procrustes_gap
from numerics.measure.procrustes import procrustes_r2 as procrustes_r2
from numerics.measure.same_law import energy_coefficient as energy_coefficient
from numerics.measure.same_law import same_law as same_law
