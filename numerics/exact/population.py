"""The population problem of a claim: one registered rule an objective."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import singledispatch

from sith.numerics.exact.auxiliary import LOGISTIC, environments
from sith.numerics.exact.binary import binary
from sith.numerics.exact.condition import on_nodes
from sith.numerics.exact.equality import by_loss_alone
from sith.numerics.exact.fitted_base import fitted_base
from sith.numerics.exact.interventions import interventions
from sith.numerics.exact.labels import labels
from sith.numerics.exact.law import law
from sith.numerics.exact.own import own_nodes, own_problem
from sith.numerics.exact.pairwise import pairwise
from sith.numerics.exact.problem import PopulationProblem
from sith.numerics.exact.projected import ProjectedProblem
from sith.numerics.exact.report import TOLERANCE
from sith.numerics.exact.summed import SummedProblem
from sith.numerics.worlds.space_parts import grid_dim
from sith.theory import Claim, UnsupportedCondition
from sith.theory.assumptions import Property, Sphere, properties
from sith.theory.dispatch import register_call
from sith.theory.objectives import (
    BinaryNCE,
    ConditionalLikelihood,
    CrossEntropy,
    Equivariance,
    Independence,
    InfoNCE,
    InterventionalLikelihood,
    Likelihood,
    PairLikelihood,
    PartialAlignment,
    Projected,
    ScoreMatching,
    SparseChange,
    Sum,
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


_register(PopulationRule(binary, PAIR_NODES), BinaryNCE)
_register(
    PopulationRule(environments, PAIR_NODES),
    *(k for k in LOGISTIC if k is not ConditionalLikelihood),
)
_register(PopulationRule(labels, PAIR_NODES), CrossEntropy)

_register(PopulationRule(law, SINGLE_NODES), Likelihood, ScoreMatching, Independence)


ON_NODES = PopulationRule(on_nodes, PAIR_NODES)
"""The optimum condition itself, on nodes."""

_register(PopulationRule(interventions, PAIR_NODES), InterventionalLikelihood)
_register(ON_NODES, Equivariance, PairLikelihood, PartialAlignment, SparseChange)


@population_rule.register
def _(objective: InfoNCE) -> PopulationRule:
    # The condition of a free second tower is eliminated already.
    free = hasattr(objective.critic, "own")
    return PopulationRule(on_nodes, SINGLE_NODES) if free else PopulationRule(pairwise, PAIR_NODES)


@population_rule.register
def _(objective: ConditionalLikelihood) -> PopulationRule:
    # A head that keeps entries at 0 is no free regression.
    return ON_NODES if objective.supports else PopulationRule(environments, PAIR_NODES)


def _implied(claim: Claim, objective: object) -> bool:
    terms = {type(t.objective) for t in getattr(claim.objective, "terms", ())}
    independent = Property.INDEPENDENT in properties(claim.world)
    return type(objective) is Independence and Likelihood in terms and independent


def summed(claim: Claim, count: int) -> PopulationProblem:
    """The problem of a sum of losses whose minimisers are those of every term.

    Beside a likelihood of independent latents the independence of outputs adds nothing: a map that keeps
    a product law has it.
    """
    objective: Sum = claim.objective  # type: ignore[assignment]
    kept = [t for t in objective.terms if not _implied(claim, t.objective)]
    if len(kept) == 1:
        return population_rule(kept[0].objective).build(
            claim.replace(objective=kept[0].objective), count
        )
    parts = [claim.replace(objective=t.objective) for t in kept]
    terms = [population_rule(c.objective).build(c, count) for c in parts]
    factors = [float(t.weight) for t in kept]
    alone = any(map(by_loss_alone, terms))
    return SummedProblem(terms, factors, claim.encoder.output.dim, alone)


_register(PopulationRule(summed, SINGLE_NODES), Sum)


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
    if claim.world.mixing.restricts_jacobian:
        # What the class of the mixing demands of h is a part of the condition.
        rule = ON_NODES
    space = claim.world.space
    nodes = SPHERE_NODES if isinstance(space, Sphere) else rule.nodes
    dim = grid_dim(space)
    if dim not in nodes:
        raise UnsupportedCondition(
            f"quadrature on the {space}", allowed=f"d from {min(nodes)} to {max(nodes)}"
        )
    default = nodes[dim]
    return rule.build(claim, default + (max(refine, default // 2) if refine else 0))
