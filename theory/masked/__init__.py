"""Masked prediction in a mixture of two modes: what a mask lets the loss see, in exact numbers."""

from theory.masked.bounds import Bounds as Bounds
from theory.masked.bounds import bhattacharyya as bhattacharyya
from theory.masked.bounds import curvature_bounds as curvature_bounds
from theory.masked.bounds import discrepancy_bounds as discrepancy_bounds
from theory.masked.discrepancy import curvature as curvature
from theory.masked.discrepancy import discrepancy as discrepancy
from theory.masked.two_modes import TwoModes as TwoModes
