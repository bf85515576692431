"""The population problem of a claim: one registered rule an objective."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import singledispatch

from sith.numerics.exact.auxiliary import LOGISTIC, environments
from sith.numerics.exact.binary import binary
from sith.numerics.exact.fitted_base import fitted_base
from sith.numerics.exact.labels import labels
from sith.numerics.exact.law import law
from sith.numerics.exact.own import own_nodes, own_problem
from sith.numerics.exact.pairwise import pairwise
from sith.numerics.exact.problem import PopulationProblem
from sith.numerics.exact.projected import ProjectedProblem
from sith.numerics.exact.report import TOLERANCE
from sith.numerics.worlds.space_parts import grid_dim
from sith.theory import Claim, UnsupportedCondition
from sith.theory.assumptions import Sphere
from sith.theory.dispatch import register_call
from sith.theory.objectives import (
    BinaryNCE,
    CrossEntropy,
    Independence,
    InfoNCE,
    Likelihood,
    Projected,
    ScoreMatching,
    kind_of,
)

SPHERE_NODES = {2: 64, 3: 12}
PAIR_NODES = {1: 40, 2: 14, 3: 6}
SINGLE_NODES = {1: 64, 2: 24, 3: 14}


@dataclass(frozen=True, slots=True)
class PopulationRule:
    """How the population problem of an objective is built.

    Fields:
        build: from a claim and a number of nodes a coordinate.
        nodes: the default number by dimension, on a box or R^d; more where an integral is over
            single latents than where it is over pairs.
    """

    build: Callable[[Claim, int], PopulationProblem]
    nodes: Mapping[int, int]


@singledispatch
def population_rule(objective: object) -> PopulationRule:
    """Return the rule of an objective.

    Raises:
        UnsupportedCondition: nothing is registered for the objective.
    """
    raise UnsupportedCondition(
        f"the population loss of '{objective}' has no quadrature",
        cure=register_call("sith.numerics.exact.population_rule", objective),
    )


def _register(rule: PopulationRule, *kinds: type) -> None:
    for kind in kinds:
        population_rule.register(kind, lambda _: rule)


_register(PopulationRule(pairwise, PAIR_NODES), InfoNCE)
_register(PopulationRule(binary, PAIR_NODES), BinaryNCE)
_register(PopulationRule(environments, PAIR_NODES), *LOGISTIC)
_register(PopulationRule(labels, PAIR_NODES), CrossEntropy)
_register(PopulationRule(law, SINGLE_NODES), Likelihood, ScoreMatching, Independence)


def projected(claim: Claim, count: int) -> ProjectedProblem:
    """The problem of a loss after a linear projector, around the one of the loss.

    Raises:
        UnsupportedCondition: the projector is no square matrix, or the loss has no quadrature.
    """
    objective: Projected = claim.objective  # type: ignore[assignment]
    projector, outputs = objective.projector, claim.encoder.output.dim
    if len(projector.coefficients(outputs)) != outputs or outputs != claim.dim:
        raise UnsupportedCondition(
            f"the exact loss after {projector} on {outputs} representations of {claim.dim} latents",
            allowed="a linear projector, with as many of all three",
        )
    inner = objective.before(claim)
    problem = population_rule(inner.objective).build(inner, count)
    base, _ = fitted_base(problem, inner, TOLERANCE)
    return ProjectedProblem(problem, base(problem.nodes), bool(projector.offsets()))


@population_rule.register
def _(objective: Projected) -> PopulationRule:
    return PopulationRule(projected, population_rule(objective.objective).nodes)


def population_problem(claim: Claim, refine: int = 0) -> PopulationProblem:
    """The problem of a claim on its default nodes, or with `refine` on half as many again.

    `refine` is the least number of further nodes a coordinate.
    """
    if kind_of(claim.objective):
        default = own_nodes(claim)
        return own_problem(claim, default + (max(refine, default // 2) if refine else 0))
    rule = population_rule(claim.objective)
    space = claim.world.space
    nodes = SPHERE_NODES if isinstance(space, Sphere) else rule.nodes
    dim = grid_dim(space)
    if dim not in nodes:
        raise UnsupportedCondition(
            f"quadrature on the {space}", allowed=f"d from {min(nodes)} to {max(nodes)}"
        )
    default = nodes[dim]
    return rule.build(claim, default + (max(refine, default // 2) if refine else 0))
