"""The base map with its scale fitted to the condition: the loss is flat at its least, the defect is not."""

from __future__ import annotations

import math

from scipy.optimize import minimize_scalar

from sith.numerics.exact.base_map import base_map, embedding
from sith.numerics.exact.equality import relative_defect
from sith.numerics.exact.problem import LatentMap, PopulationProblem
from sith.theory import Claim

_NEAR = 1e-3
"""The loss fits the logarithm of the scale at least so well: its gap there is above rounding."""


def fitted_base(
    problem: PopulationProblem, claim: Claim, tolerance: float
) -> tuple[LatentMap, float]:
    """Return the base map and its scale, which has the least defect where it is fitted."""
    base, scale = base_map(problem, claim, tolerance)
    if scale == 1 or problem.gap(base) > tolerance:
        return base, scale
    embed = embedding(claim)

    def defect(step: float) -> float:
        factor = scale * math.exp(step)
        found = relative_defect(problem, claim.encoder.output.dim, lambda z: factor * embed(z))
        return found if math.isfinite(found) else math.inf

    options = {"xatol": 1e-16}
    step = minimize_scalar(defect, bounds=(-_NEAR, _NEAR), method="bounded", options=options).x
    if not defect(step) < defect(0.0):
        return base, scale
    better = scale * math.exp(float(step))
    return lambda z: better * embed(z), better
