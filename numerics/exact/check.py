"""The exact check of a claim: no network, no sampling, the population loss of explicit maps."""

from __future__ import annotations

import math
import random
import time
from dataclasses import replace
from functools import partial, singledispatch
from typing import Any

import torch

from sith.numerics.exact.auxiliary import Environments
from sith.numerics.exact.base_map import projection
from sith.numerics.exact.binary import Binary
from sith.numerics.exact.candidates import candidates
from sith.numerics.exact.content_check import check_content
from sith.numerics.exact.decide import decide
from sith.numerics.exact.directions import compare_directions
from sith.numerics.exact.equality import (
    by_loss_alone,
    clear_defect,
    relative_defect,
    sure_defect,
    zero_defect,
)
from sith.numerics.exact.fitted_base import fitted_base
from sith.numerics.exact.labels import Labels
from sith.numerics.exact.own import OwnProblem
from sith.numerics.exact.pairwise import Pairwise
from sith.numerics.exact.population import population_problem
from sith.numerics.exact.problem import LatentMap, PopulationProblem
from sith.numerics.exact.report import (
    FLAT,
    OF_THE_MOVE,
    RESOLVED,
    ROUNDING,
    SMALL,
    TOLERANCE,
    ExactReport,
)
from sith.numerics.exact.separating import check_separating
from sith.numerics.exact.spectral_check import check_spectral
from sith.numerics.exact.trials import Setting, leaves_the_output, outside_the_box, try_maps
from sith.numerics.exact.unattained import EFFECT, check_unattained
from sith.numerics.training.memory import out_of_memory
from sith.theory import Agreement, Claim, Relation, UnsupportedCondition
from sith.theory.assumptions import Family, Mixing
from sith.theory.objectives import (
    AlignmentMaxEntropy,
    LatentCorrelation,
    ModelLikelihood,
    SpectralObjective,
)

BOUNDED = (Binary, Environments, Labels, OwnProblem, Pairwise)
"""Problems whose lower bound is an integral, of the accuracy of the nodes."""

FOLLOWED = 1e-8
"""Relative defect that a followed flow may have: its own error, of 64 steps of the fourth order, is a
share of 1e-11 of its length."""
FALLS = 8.0
"""Half as many steps leave at least so many times the error of that order, which is 16 times as large;
a defect of the field itself stays."""
MORE = 3
"""Nodes a coordinate that the second evaluation has more, at least."""


@singledispatch
def exact_check_of(objective: object, claim: Claim, degree: int, seed: int) -> ExactReport:  # noqa: ARG001
    """Check a claim of an objective; by its population problem unless it is registered here."""
    return _check_twice(claim, degree, seed)


@exact_check_of.register
def _(
    objective: AlignmentMaxEntropy | LatentCorrelation,  # noqa: ARG001
    claim: Claim,
    degree: int,  # noqa: ARG001
    seed: int,
) -> ExactReport:
    return check_content(claim, random.Random(seed))


@exact_check_of.register
def _(objective: ModelLikelihood, claim: Claim, degree: int, seed: int) -> ExactReport:  # noqa: ARG001
    return check_separating(claim, random.Random(seed))


def exact_check(claim: Claim, *, degree: int = 2, seed: int = 0) -> ExactReport:
    """Evaluate the population loss of maps inside and outside the stated group.

    Members of the group are sampled; maps and polynomial fields of many kinds, drawn whatever
    the claim, are sorted by membership. For an equality every member must reach the lower bound
    of the loss and nothing outside may; *contained in* asks only the second, *contains* only the
    first.

    Arguments:
        claim: of InfoNCE, binary NCE, cross-entropy, classification of environments, conditional
            likelihood or energy, alignment with maximum entropy, likelihood or independence.
        degree: highest degree of the polynomial fields.
        seed: of the drawn maps.

    Returns:
        The report; *undecided* where the dimension is too large, the density has no quadrature,
        memory runs out, or the lower bound is not reached and no better map was found.
    """
    start = time.perf_counter()
    try:
        if isinstance(claim.objective, SpectralObjective):
            report = check_spectral(claim, random.Random(seed))
        else:
            report = exact_check_of(claim.objective, claim, degree, seed)
    except UnsupportedCondition as error:
        report = _not_checked(claim, str(error))
    except (RuntimeError, MemoryError) as error:
        if not out_of_memory(error):
            raise
        report = _not_checked(
            claim, f"memory ran out at degree {degree}; take a smaller --dim or a lower degree"
        )
    return replace(report, seconds=time.perf_counter() - start)


def _not_checked(claim: Claim, why: str) -> ExactReport:
    return ExactReport(claim.name, Agreement.UNDECIDED, (), (), TOLERANCE, f"not checked: {why}")


def _check_twice(claim: Claim, degree: int, seed: int) -> ExactReport:
    """Check on the default nodes; what speaks against the claim must do so on more of them too.

    Characteristic functions are as accurate as the nodes: what is unclear on few may be zero up to
    rounding on more.
    """
    problem = population_problem(claim)
    details = _bound_details(claim, problem)
    report = _check_problem(claim, problem, details, degree, random.Random(seed))
    unclear = report.passed is Agreement.UNDECIDED and by_loss_alone(problem)
    if report.passed is not Agreement.DISAGREES and not unclear:
        return report
    more = population_problem(claim, refine=MORE)
    again = _check_problem(claim, more, {}, degree, random.Random(seed))
    if unclear:
        return replace(again, details={**report.details, **again.details})
    if again.passed is Agreement.DISAGREES and _same_effect(report, again):
        return report
    reason = f"more nodes do not confirm: {report.reason}"
    return replace(report, passed=Agreement.UNDECIDED, reason=reason)


def _same_effect(first: ExactReport, second: ExactReport) -> bool:
    """Whether two resolutions differ by a small share of what speaks against the claim, if sized."""
    one, two = (float(report.details.get(EFFECT, 0.0)) for report in (first, second))
    return abs(one - two) <= SMALL * abs(two)


def _tolerance(claim: Claim, problem: PopulationProblem) -> float:
    """The gap that counts as zero; raises `UnsupportedCondition` where all maps are within it."""
    if not isinstance(problem, BOUNDED):
        return TOLERANCE
    first = torch.zeros(claim.encoder.output.dim, dtype=torch.float64)
    first[0] = 1
    scale = problem.gap(lambda z: first.expand(*z.shape[:-1], -1))
    if not math.isfinite(scale):
        return TOLERANCE
    if FLAT * scale < ROUNDING:
        raise UnsupportedCondition(
            f"the loss is flat up to rounding: a constant map is within {scale:.1g} nats"
        )
    return max(TOLERANCE * scale, ROUNDING)


def _check_problem(
    claim: Claim,
    problem: PopulationProblem,
    details: dict[str, Any],
    degree: int,
    rng: random.Random,
) -> ExactReport:
    project, tolerance = projection(claim), _tolerance(claim, problem)
    base, scale = fitted_base(problem, claim, tolerance)
    setting = Setting(problem, base, project, tolerance)
    if scale != 1:
        details["scale of the base map"] = scale
    base_gap = problem.gap(base)
    if base_gap > tolerance:
        return check_unattained(claim, setting, base_gap, details, rng)
    zero = zero_defect(problem, claim.encoder.output.dim, base)
    setting = replace(
        setting, zero=zero, clear=clear_defect(problem, zero), sure=sure_defect(problem, base)
    )
    if math.isfinite(setting.clear):
        details["least relative difference seen"] = setting.clear
    linear_only = claim.world.mixing is Mixing.LINEAR and claim.encoder.family is Family.LINEAR
    drawn = candidates(claim.encoder.output, rng, linear_only=linear_only)
    inside, outside, left_out = try_maps(claim, setting, drawn, rng)
    details["left out"] = f"{left_out} maps"
    fields = None
    lowest, highest = (1, 1) if linear_only else (0, degree)
    try:
        free = partial(_free, claim, problem, setting)
        fields = compare_directions(problem, base, project, claim.group, highest, lowest, free)
        details |= fields.details()
    except UnsupportedCondition as error:
        details["fields"] = f"not compared: {error}"
    passed, reason = decide(claim, inside, outside, fields)
    if passed is not Agreement.DISAGREES and claim.relation is not Relation.CONTAINED:
        member = leaves_the_output(claim, setting)
        if member:
            reason = f"a member of {claim.group} takes points out of the {claim.encoder.output}: {member}"
            passed = Agreement.DISAGREES
    return ExactReport(claim.name, passed, inside, outside, tolerance, reason, details)


def _free(
    claim: Claim, problem: PopulationProblem, setting: Setting, h: LatentMap, coarse: LatentMap
) -> bool:
    """Whether a followed flow is optimal and stays in the output space; `coarse` has half the steps."""
    values = h(problem.nodes)
    if not bool(values.isfinite().all()):
        return False
    if outside_the_box(claim, values):
        return False
    outputs = claim.encoder.output.dim
    share = relative_defect(problem, outputs, h)
    if share <= setting.sure or share > FOLLOWED:
        return share <= setting.sure
    return relative_defect(problem, outputs, coarse) >= FALLS * share


def _bound_details(claim: Claim, problem: PopulationProblem) -> dict[str, Any]:
    """The number of nodes, the lower bound, and its error from how far it moves on more nodes.

    Raises `UnsupportedCondition` where it moves much: on nodes that are too few for peaked pairs
    the joint law is nearly diagonal, and every map attains the bound.
    """
    details: dict[str, Any] = {"nodes": problem.nodes.shape[0]}
    if isinstance(problem, BOUNDED):
        finer = population_problem(claim, refine=MORE)
        moved = abs(finer.optimum - problem.optimum) if isinstance(finer, BOUNDED) else 0.0
        if moved > RESOLVED * abs(problem.optimum):
            raise UnsupportedCondition(
                f"the pairs are too peaked for {details['nodes']} nodes: the lower bound "
                f"{problem.optimum:.4g} moves by {moved:.2g} on {finer.nodes.shape[0]} of them"
            )
        details["bound"] = problem.optimum
        details["error of bound"] = OF_THE_MOVE * moved
    return details
