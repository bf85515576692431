"""Whether a map satisfies the optimum condition, or only comes near: from the defect, not the loss.

A loss gap is quadratic in the defect, so that the gap's rounding, 1e-16, hides log-densities that
differ by 1e-8 of their size, and a gap of 1e-10 of the scale is a difference of 1e-5. The defect
itself is exact up to the rounding of the scores.
"""

from __future__ import annotations

import math

import torch

from sith.numerics.exact.law import LawPreserved, OutputsIndependent
from sith.numerics.exact.problem import LatentMap, PopulationProblem

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
    """Return the share of a constant map's defect that counts as zero, infinite where none is known."""
    if isinstance(problem, OutputsIndependent):
        return math.inf
    learned = problem.linearise(base).nuisance.shape[1] > 0
    own = relative_defect(problem, outputs, base)
    return max(SAME_LEARNED if learned else SAME, OF_BASE * own)


def relative_defect(problem: PopulationProblem, outputs: int, h: LatentMap) -> float:
    """Return a map's defect as a share of a constant map's.

    The defect of a law is in units of the log-density, and measured by 1 or its spread where that
    is smaller. Independence is tested by integrals, which are no more accurate than their nodes:
    the share is 0 there, and the loss decides.
    """
    if isinstance(problem, OutputsIndependent):
        return 0.0
    size = float(torch.linalg.vector_norm(problem.linearise(h).defect(h)))
    return size / _scale(problem, outputs)


def _scale(problem: PopulationProblem, outputs: int) -> float:
    if isinstance(problem, LawPreserved):
        spread = float(problem.log_density(problem.nodes).std())
        return min(1.0, spread) if spread > 0 else 1.0
    first = torch.zeros(outputs, dtype=torch.float64)
    first[0] = 1

    def constant(z: torch.Tensor) -> torch.Tensor:
        return first.expand(*z.shape[:-1], -1)

    found = float(torch.linalg.vector_norm(problem.linearise(constant).defect(constant)))
    return found if math.isfinite(found) and found > 0 else 1.0
