"""Masked prediction in a mixture of two modes: what a mask lets the loss see, in exact numbers."""

from sith.theory.masked.bounds import Bounds as Bounds
from sith.theory.masked.bounds import bhattacharyya as bhattacharyya
from sith.theory.masked.bounds import curvature_bounds as curvature_bounds
from sith.theory.masked.bounds import discrepancy_bounds as discrepancy_bounds
from sith.theory.masked.discrepancy import curvature as curvature
from sith.theory.masked.discrepancy import discrepancy as discrepancy
from sith.theory.masked.two_modes import TwoModes as TwoModes
