"""Whether a map satisfies the optimum condition, or only comes near: from the defect, not the loss.

A loss gap is quadratic in the defect, so that the gap's rounding, 1e-16, hides log-densities that
differ by 1e-8 of their size, and a gap of 1e-10 of the scale is a difference of 1e-5. The defect
itself is exact up to the rounding of the scores.
"""

from __future__ import annotations

import math

import torch

from sith.numerics.exact.problem import LatentMap, PopulationProblem
from sith.numerics.exact.spectral_kernel import kernel_difference
from sith.numerics.exact.spectral_problem import SpectralProblem

SAME = 1e-12
"""Defects up to this share of a constant map's are rounding: free maps leave 2e-15 and less."""
SAME_LEARNED = 1e-8
"""The same where parameters are learned: Newton's method stops at a decrement of 1e-18, and free maps
leave up to 3e-9."""
OF_BASE = 10.0
"""Free maps leave no more than this times what the base map leaves, whose scale may be fitted."""
CLEAR = 100.0
"""Maps whose defect is this much larger than what counts as zero are not optimal; between is unclear."""


def zero_defect(problem: PopulationProblem, outputs: int, base: LatentMap) -> float:
    """Return the share of a constant map's defect that counts as zero beside the base map's own."""
    sure = sure_defect(problem, base)
    if by_loss_alone(problem):
        return sure
    return max(sure, OF_BASE * relative_defect(problem, outputs, base))


def sure_defect(problem: PopulationProblem, base: LatentMap) -> float:
    """Return the share that counts as zero whatever the base map leaves.

    A map outside the stated group is as good as its members only below this: beside a base map whose
    scale is fitted, one that is nearly a member leaves as little as the members do.
    """
    if by_loss_alone(problem):
        return SAME
    learned = problem.linearise(base).nuisance.shape[1] > 0
    return max(SAME_LEARNED if learned else SAME, getattr(problem, "rounding", 0.0))


def clear_defect(problem: PopulationProblem, zero: float) -> float:
    """Return the defect above which a map is not optimal; between it and zero a map decides nothing.

    Characteristic functions of sources that are nearly Gaussian, and those on too few nodes, both
    differ by little: what tells them apart is the loss alone.
    """
    return math.inf if by_loss_alone(problem) else CLEAR * zero


def by_loss_alone(problem: PopulationProblem) -> bool:
    """Whether a problem's defect has the accuracy of the nodes: its `by_loss_alone`, if it has one."""
    return bool(getattr(problem, "by_loss_alone", False))


def relative_defect(problem: PopulationProblem, outputs: int, h: LatentMap) -> float:
    """Return a map's defect as a share of a constant map's; of a spectral one, of the optimum's kernel.

    The defect of a law is in units of the log-density, and measured by 1 or its spread where that
    is smaller. Of independence it is that of the characteristic functions, of size 1: problems that
    measure it so have a method `own_defect`.
    """
    if isinstance(problem, SpectralProblem):
        return kernel_difference(problem, h)
    if own := getattr(problem, "own_defect", None):
        return float(own(h))
    size = float(torch.linalg.vector_norm(problem.linearise(h).defect(h)))
    first = torch.zeros(outputs, dtype=torch.float64)
    first[0] = 1

    def constant(z: torch.Tensor) -> torch.Tensor:
        return first.expand(*z.shape[:-1], -1)

    found = float(torch.linalg.vector_norm(problem.linearise(constant).defect(constant)))
    return size / (found if math.isfinite(found) and found > 0 else 1.0)
