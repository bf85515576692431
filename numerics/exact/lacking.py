"""Which claims have no exact check, and why: asked of the functions that build the problems."""

from __future__ import annotations

from functools import singledispatch

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

    Whether the nodes resolve its pairs is said by the check itself.
    """
    try:
        _built(claim.objective, claim)
    except SithError as error:
        return str(error).partition("; ")[0]
    return ""


@singledispatch
def _built(objective: object, claim: Claim) -> None:
    if not isinstance(objective, SpectralObjective):
        population_problem(claim)


@_built.register
def _(objective: AlignmentMaxEntropy | LatentCorrelation, claim: Claim) -> None:  # noqa: ARG001
    content_style(claim)


@_built.register
def _(objective: ModelLikelihood, claim: Claim) -> None:
    """Its condition at the separating matrices is checked by integrals of one coordinate."""
