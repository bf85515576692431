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
from sith.numerics.groups import residual
from sith.numerics.lowering.lower import lower, lower_map
from sith.theory import Claim, SithError, UnsupportedCondition
from sith.theory.assumptions import confined_coordinates
from sith.theory.groups import AbstractGroup, Map, MeasurePreserving
from sith.theory.objectives import InfoNCE

SAMPLES = 6
EQUAL = 1e-9
"""Values that differ by less than this share of the largest are equal: a fit of a few hundred of them
is good to 1e-13."""
FLAT = 1e-9
"""Singular values of the representations below this share of the largest are zero."""
DISTINCT = 1e-3
"""A map on flat representations is outside the group if every member leaves this share of its variance."""
BEYOND = 1e-6
"""Values outside [0, 1] by more than this are outside the box."""
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
        circle), candidates whose membership the group cannot decide, and those that agree with a
        member on representations that lie in a plane of the output space.

    Raises:
        UnsupportedCondition: a loss is not a number.
    """
    inside: list[Tried] = []
    outside: list[Tried] = []
    drawn_members = members(claim.group, rng)
    flat = _lie_in_a_plane(setting)
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
            if flat and not holds and not _told_from_members(claim.group, change, setting):
                continue
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
    count = SLOW_SAMPLES if of_a_law(group) else SAMPLES
    with contextlib.suppress(UnsupportedCondition):
        found += [group.sample(rng) for _ in range(count)]
    return found


def of_a_law(group: AbstractGroup) -> bool:
    """Whether a group consists of the maps that keep a law: its `of_a_law`, if it has one."""
    return bool(getattr(group, "of_a_law", False))


def outside_the_box(claim: Claim, values: torch.Tensor, slack: float = 0.0) -> bool:
    """Whether a coordinate that the outputs confine to (0, 1) leaves it by more than the slack."""
    confined = values[:, list(confined_coordinates(claim.encoder.output))]
    return bool(((confined < -slack) | (confined > 1 + slack)).any())


def leaves_the_output(claim: Claim, setting: Setting) -> str:
    """The first member of the stated group that takes a representation out of the box, "" if none does.

    It is in the group, and no encoder of the class realises it. Measure-preserving maps are those of
    the law, and so of its box, whatever their formula does outside.
    """
    if not of_a_law(claim.group):
        for member in members(claim.group, random.Random(0)):
            change = lower_map(member.expressions, member.symbols)
            values = setting.after(change)(setting.problem.nodes)
            if outside_the_box(claim, values, BEYOND):
                return str(member)
    return ""


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


def _lie_in_a_plane(setting: Setting) -> bool:
    """Whether the representations of the nodes lie in a proper linear subspace of the output space.

    A map outside the group may then agree with a member on all of them, and be no other optimum. Modes
    that a spectral objective drops are the caller's, which sets no `sure`.
    """
    if math.isinf(setting.sure):
        return False
    points = setting.base(setting.problem.nodes)
    sizes = torch.linalg.svdvals(points)
    return len(sizes) < points.shape[1] or bool(sizes[-1] <= FLAT * sizes[0])


def _told_from_members(group: AbstractGroup, change: LatentMap, setting: Setting) -> bool:
    """Whether every member of the group differs from a map on the representations of the nodes."""
    points = setting.base(setting.problem.nodes)
    return bool(residual(group, points, setting.project(change(points))).value >= DISTINCT)


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
