"""The exact check of alignment with maximum entropy."""

from __future__ import annotations

import math
import random

from sith.numerics.exact.candidates import Candidate, candidates
from sith.numerics.exact.content import ContentStyle, content_style
from sith.numerics.exact.decide import decide
from sith.numerics.exact.equality import CLEAR
from sith.numerics.exact.problem import LatentMap
from sith.numerics.exact.report import ExactReport, Tried
from sith.numerics.exact.trials import members
from sith.numerics.lowering.lower import lower_map
from sith.theory import Agreement, Claim, UnsupportedCondition
from sith.theory.assumptions import RealSpace

SAME = 1e-14
"""Values that style moves by no more than this share of the largest are equal: functions of content
alone leave their mean's rounding, some units of 1e-16."""
_NODES = {1: 64, 2: 24, 3: 14}


def check_content(claim: Claim, rng: random.Random) -> ExactReport:
    """Maps of content are optimal after a uniformisation; leaks of style are not.

    Every diffeomorphism of content is made uniform by another one and stays a function of
    content, so members and candidates are compared by alignment alone, up to uniformisation.
    """
    problem = content_style(claim, _NODES.get(claim.dim, 8))
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
    for candidate in (*drawn, *candidates(RealSpace(outputs), rng)):
        change = lower_map(candidate.map.expressions, candidate.map.symbols)
        tried = tried_content(candidate.name, problem, _after(change, base))
        holds = candidate.name == "member" or claim.group.contains(candidate.map).holds
        (inside if holds else outside).append(tried)
    for name, leak in problem.leaks(outputs).items():
        outside.append(tried_content(name, problem, leak))
    for extra in content[outputs:]:
        other = problem.pick((extra, *content[1:outputs]))
        outside.append(tried_content(f"coordinate {extra + 1} instead", problem, other))
    passed, reason = decide(claim, tuple(inside), tuple(outside), None)
    details = {
        "entropy": "largest by construction for leaks, by uniformisation for maps of content"
    }
    return ExactReport(claim.name, passed, tuple(inside), tuple(outside), SAME, reason, details)


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
