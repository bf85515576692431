"""Which claims have no exact check, and why: asked of the functions that build the problems."""

from __future__ import annotations

from sith.numerics.exact.content import content_style
from sith.numerics.exact.population import population_problem
from sith.theory import Claim, SithError
from sith.theory.objectives import (
    AlignmentMaxEntropy,
    LatentCorrelation,
    ModelLikelihood,
    SpectralObjective,
)


def why_no_exact_check(claim: Claim) -> str:
    """Return the reason why the population loss of a claim is not on nodes, "" where it is.

    Whether the nodes resolve its pairs is said by the check itself. Spectral losses have operators, and a
    likelihood with a wrong density has integrals of single coordinates.
    """
    if isinstance(claim.objective, SpectralObjective | ModelLikelihood):
        return ""
    views = isinstance(claim.objective, AlignmentMaxEntropy | LatentCorrelation)
    try:
        (content_style if views else population_problem)(claim)
    except SithError as error:
        return str(error).partition("; ")[0]
    return ""
