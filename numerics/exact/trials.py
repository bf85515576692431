"""Maps tried against a claim: sampled members of the stated group, and drawn candidates."""

from __future__ import annotations

import contextlib
import math
import random
from dataclasses import dataclass, replace
from itertools import permutations

import torch

from sith.numerics.exact.candidates import Candidate, Kind
from sith.numerics.exact.equality import CLEAR, relative_defect, zero_defect
from sith.numerics.exact.law import LawPreserved
from sith.numerics.exact.problem import LatentMap, PopulationProblem
from sith.numerics.exact.report import TOLERANCE, Tried
from sith.numerics.lowering.lower import lower, lower_map
from sith.theory import Claim, SithError, UnsupportedCondition
from sith.theory.groups import AbstractGroup, Map, MeasurePreserving
from sith.theory.objectives import InfoNCE

SAMPLES = 6
EQUAL = 1e-9
"""Values that differ by less than this share of the largest are equal: a fit of a few hundred of them
is good to 1e-13."""
SLOW_SAMPLES = 1
"""Measure-preserving maps prove their own membership by simplification, a second each."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A problem with the map that is taken as optimal, and the way back to the output space.

    Maps φ of the representation are tried as project ∘ φ ∘ base; a gap up to `tolerance` is zero, and
    so is a relative defect up to `zero`; above `clear` it is none. Of a map outside the group it is zero
    up to `sure` only.
    """

    problem: PopulationProblem
    base: LatentMap
    project: LatentMap
    tolerance: float = TOLERANCE
    zero: float = math.inf
    clear: float = math.inf
    sure: float = math.inf

    def after(self, change: LatentMap) -> LatentMap:
        """project ∘ change ∘ base."""
        return lambda z: self.project(change(self.base(z)))

    def gap(self, change: LatentMap) -> float:
        """The loss of project ∘ change ∘ base above the lower bound."""
        return self.problem.gap(self.after(change))

    def tried(self, name: str, change: LatentMap, outputs: int) -> Tried:
        """Whether project ∘ change ∘ base is optimal: by its gap, and by its defect where that is near 0."""
        return self.judged(name, change, outputs, self.gap(change), inside=True)

    def judged(
        self, name: str, change: LatentMap, outputs: int, gap: float, *, inside: bool
    ) -> Tried:
        """The same for a known gap; outside the group no fit of the base map may explain a defect."""
        if not gap <= self.tolerance or math.isinf(self.zero):
            return Tried(name, gap, gap <= self.tolerance)
        share = relative_defect(self.problem, outputs, self.after(change))
        optimal = share <= (self.zero if inside else min(self.zero, self.sure))
        return Tried(name, gap, optimal, clear=optimal or share > self.clear)


def try_maps(
    claim: Claim, setting: Setting, drawn: tuple[Candidate, ...], rng: random.Random
) -> tuple[tuple[Tried, ...], tuple[Tried, ...], int]:
    """Evaluate members and candidates, the candidates sorted by membership.

    Returns:
        Maps inside, maps outside, and how many were left out: maps that leave the latent space,
        of which the claim does not speak, nonlinear maps that are linear on it (a twist on the
        circle), and candidates whose membership the group cannot decide.

    Raises:
        UnsupportedCondition: a loss is not a number.
    """
    inside: list[Tried] = []
    outside: list[Tried] = []
    drawn_members = members(claim.group, rng)
    for member in drawn_members:
        gap, change = _gap("member", member, setting)
        outputs = len(member.expressions)
        inside.append(setting.judged("member", change, outputs, gap, inside=True))
    for candidate in drawn:
        if candidate.kind is Kind.NONLINEAR and _linear_here(candidate.map, setting):
            continue
        gap, change = _gap(candidate.name, candidate.map, setting)
        reorder = gap <= setting.tolerance
        try:
            holds = _is_member(claim, candidate.map, setting.problem, reorder=reorder)
        except SithError:
            continue
        outputs = len(candidate.map.expressions)
        found = setting.judged(candidate.name, change, outputs, gap, inside=holds)
        (inside if holds else outside).append(found)
    kept = _finite(inside), _finite(outside)
    return *kept, len(drawn_members) + len(drawn) - len(kept[0]) - len(kept[1])


def members(group: AbstractGroup, rng: random.Random) -> list[Map]:
    """Generators and sampled members; generators alone where the group has no sampler."""
    found = list(group.finite_generators())
    count = SLOW_SAMPLES if isinstance(group, MeasurePreserving) else SAMPLES
    with contextlib.suppress(UnsupportedCondition):
        found += [group.sample(rng) for _ in range(count)]
    return found


def _is_member(claim: Claim, candidate: Map, problem: PopulationProblem, *, reorder: bool) -> bool:
    """Membership in the stated group.

    With `reorder` and learned parameters of the critic, membership up to the order of the
    outputs: a learned metric may be permuted together with them, whatever the world. For
    measure-preserving maps the stated density is compared at the nodes, as simplification takes
    seconds.
    """
    group, objective = claim.group, claim.objective
    if isinstance(group, MeasurePreserving) and isinstance(problem, LawPreserved):
        stated = replace(problem, log_density=lower(group.log_density, group.coordinates))
        h = lower_map(candidate.expressions, candidate.symbols)
        share = relative_defect(stated, group.dim, h)
        zero = zero_defect(stated, group.dim, lambda z: z)
        if zero < share <= CLEAR * zero:
            raise UnsupportedCondition(f"{candidate} nearly keeps the law of {group}")
        return share <= zero
    learned = isinstance(objective, InfoNCE) and bool(objective.critic.parameters(group.dim))
    orders = permutations(range(group.dim)) if learned and reorder else [tuple(range(group.dim))]
    reordered = (
        Map(candidate.symbols, tuple(candidate.expressions[i] for i in order)) for order in orders
    )
    return any(group.contains(member).holds for member in reordered)


def _linear_here(candidate: Map, setting: Setting) -> bool:
    """Whether a map agrees with an affine one on the representations of the nodes."""
    points = setting.base(setting.problem.nodes)
    values = setting.project(lower_map(candidate.expressions, candidate.symbols)(points))
    basis = torch.cat((points, torch.ones_like(points[:, :1])), 1)
    fit = basis @ torch.linalg.lstsq(basis, values, driver="gelsd").solution
    return float((fit - values).abs().max()) < EQUAL * float(values.abs().max())


def _gap(name: str, change: Map, setting: Setting) -> tuple[float, LatentMap]:
    """The gap of a map, and the map in torch."""
    lowered = lower_map(change.expressions, change.symbols)
    gap = setting.gap(lowered)
    if math.isnan(gap):
        raise UnsupportedCondition(f"the loss of {name} {change} is not a number")
    return gap, lowered


def _finite(tried: list[Tried]) -> tuple[Tried, ...]:
    return tuple(t for t in tried if math.isfinite(t.gap))
