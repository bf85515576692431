"""The exact check of alignment with maximum entropy."""

from __future__ import annotations

import math
import random

import torch

from sith.numerics.exact.candidates import Candidate, candidates
from sith.numerics.exact.content import ContentStyle, content_style
from sith.numerics.exact.decide import decide
from sith.numerics.exact.equality import CLEAR
from sith.numerics.exact.law import jacobian
from sith.numerics.exact.problem import LatentMap
from sith.numerics.exact.report import ExactReport, Tried
from sith.numerics.exact.trials import members, of_a_law
from sith.numerics.lowering.lower import lower_map
from sith.theory import Agreement, Claim, Relation, UnsupportedCondition
from sith.theory.assumptions import Box, RealSpace, Uniform
from sith.theory.groups import Map

SAME = 1e-14
"""Values that style moves by no more than this share of the largest are equal: functions of content
alone leave their mean's rounding, some units of 1e-16."""
UNIFORM = 1e-9
"""Members that keep the uniform law leave |det J| at 1, and the box, up to rounding."""


def check_content(claim: Claim, rng: random.Random) -> ExactReport:
    """Maps of content are optimal after a uniformisation; leaks of style are not.

    Every diffeomorphism of content is made uniform by another one and stays a function of
    content, so members and candidates are compared by alignment alone, up to uniformisation. Where
    the claim says that every member is optimal, members have to be uniform as they are.
    """
    problem = content_style(claim)
    outputs, content = claim.encoder.output.dim, problem.content
    if outputs > len(content):
        cost = problem.alignment(problem.pick((*content, *problem.style)[:outputs]))
        reason = (
            f"{outputs} outputs for {len(content)} content coordinates: no map has zero "
            f"alignment and finite entropy; showing style costs {cost:.3g}"
        )
        return ExactReport(claim.name, Agreement.UNDECIDED, (), (), SAME, reason)
    base = problem.pick(content[:outputs])
    inside: list[Tried] = []
    outside: list[Tried] = []
    drawn = [Candidate("member", member) for member in members(claim.group, rng)]
    spaces = (RealSpace(outputs), Box(outputs))
    # A group that fixes the law may hold the uniformised map where it does not hold the map itself.
    any_law = claim.group.infinite and not of_a_law(claim.group)
    for candidate in (*drawn, *(c for space in spaces for c in candidates(space, rng))):
        change = lower_map(candidate.map.expressions, candidate.map.symbols)
        tried = tried_content(candidate.name, problem, _after(change, base))
        holds = candidate.name == "member" or claim.group.contains(candidate.map).holds
        if not holds and not any_law and _off_uniform(claim, problem, candidate.map, base):
            continue
        (inside if holds else outside).append(tried)
    for name, leak in problem.leaks(outputs).items():
        outside.append(tried_content(name, problem, leak))
    for extra in content[outputs:]:
        other = problem.pick((extra, *content[1:outputs]))
        outside.append(tried_content(f"coordinate {extra + 1} instead", problem, other))
    passed, reason = decide(claim, tuple(inside), tuple(outside), None)
    if passed is Agreement.AGREES and claim.relation is not Relation.CONTAINED:
        passed, reason = _members_are_uniform(claim, problem, [d.map for d in drawn], base)
    details = {
        "entropy": "largest by construction for leaks, by uniformisation for maps of content"
    }
    return ExactReport(claim.name, passed, tuple(inside), tuple(outside), SAME, reason, details)


def _members_are_uniform(
    claim: Claim, problem: ContentStyle, members: list[Map], base: LatentMap
) -> tuple[Agreement, str]:
    """Whether members have the largest entropy themselves, and not only after a uniformisation."""
    for member in members:
        if of_a_law(claim.group) and _leaves_the_box(member, base(problem.flat)):
            # Members are the measure-preserving maps of the box.
            continue
        off = _off_uniform(claim, problem, member, base)
        if off:
            return (Agreement.DISAGREES if _uniform_box(claim) else Agreement.UNDECIDED), off
    return Agreement.AGREES, ""


def _off_uniform(claim: Claim, problem: ContentStyle, change: Map, base: LatentMap) -> str:
    """Say why a map of the content is not known to have the largest entropy as it is, "" if it has.

    On uniform content in a box these are the maps of the box into itself with |det J| = 1.
    """
    if not _uniform_box(claim):
        return (
            f"members of {claim.group} are compared up to a uniformisation: whether each has the "
            "largest entropy itself is known for uniform latents and outputs in a box"
        )
    content = base(problem.flat)
    h = lower_map(change.expressions, change.symbols)
    volume = torch.linalg.slogdet(jacobian(h, content)).logabsdet.abs().max()
    if not _leaves_the_box(change, content) and float(volume) <= UNIFORM:
        return ""
    return f"a member of {claim.group} does not keep the uniform law of the content: {change}"


def _uniform_box(claim: Claim) -> bool:
    return isinstance(claim.encoder.output, Box) and isinstance(claim.world.prior, Uniform)


def _leaves_the_box(change: Map, content: torch.Tensor) -> bool:
    values = lower_map(change.expressions, change.symbols)(content)
    return bool(((values < -UNIFORM) | (values > 1 + UNIFORM)).any())


def _after(outer: LatentMap, inner: LatentMap) -> LatentMap:
    return lambda u: outer(inner(u))


def tried_content(name: str, problem: ContentStyle, h: LatentMap) -> Tried:
    """Whether a map is a function of content: to the rounding of its values, whatever their scale.

    Alignment is quadratic in how far style moves the values, and has the square of their unit.
    """
    value, moved = problem.alignment(h), problem.moved_by_style(h)
    if not math.isfinite(moved):
        raise UnsupportedCondition(f"a value of {name} is not a number")
    return Tried(name, value, moved <= SAME, clear=moved <= SAME or moved > CLEAR * SAME)
