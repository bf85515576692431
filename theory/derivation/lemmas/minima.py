"""Lemmas on losses of a user's own: integrands that are differentiated, and sums of losses."""

from __future__ import annotations

from dataclasses import dataclass

from sith.theory.assumptions import Classes, Property, World, properties
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.lemmas.record import Entry, Hypothesis, Problem
from sith.theory.errors import SithError
from sith.theory.objectives import kind_of, reduce_objective


def _has_one_minimum(case: Problem) -> bool:
    if not kind_of(case.objective):
        return False
    try:
        reduce_objective(case.objective, case.encoder.output.dim)
    except SithError:
        return False
    return True


def _has_a_ratio(case: Problem) -> bool:
    return Property.FULL_SUPPORT in properties(case.world)


POINTWISE_MINIMUM: Entry[Problem] = Entry(
    "L-pointwise-minimum",
    "the mean of an integrand that has one minimum in the scores, at the log-ratio of the pair law or "
    "a multiple of it, is minimal exactly where the score is that function of the log-ratio almost "
    "everywhere, if a map attains it",
    "pointwise minimisation under the integral",
    (
        Hypothesis(
            "one_minimum",
            "the integrand has one minimum in the scores, at a multiple of the log-ratio",
            "the integrand is differentiated, and the zero of its slope is shown to be the only one",
            _has_one_minimum,
        ),
        Hypothesis(
            "ratio",
            "the pair law has a density with respect to independent pairs, positive everywhere",
            "the pairs are of a kind with full support",
            _has_a_ratio,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Terms:
    """The conditions of the terms of a sum, each with its own world."""

    worlds: tuple[World, ...]
    parts: tuple[Condition, ...]

    @property
    def weaker(self) -> tuple[str, ...]:
        """For each term, why its equations are not exactly its optimum; empty where they are."""
        return tuple(_weaker(part) for part in self.parts)

    @property
    def elsewhere(self) -> tuple[bool, ...]:
        """For each term, whether it is not shown to hold at every pair of points."""
        return tuple(
            not isinstance(part.pairs, Classes)
            and Property.FULL_SUPPORT not in properties(world)
            and _of_two_points(part)
            for world, part in zip(self.worlds, self.parts, strict=True)
        )


def _of_two_points(part: Condition) -> bool:
    """Whether some equation compares two points; one of single points holds wherever they are."""
    partner = {*part.zt, *part.image_t}
    return any(e.residual.free_symbols & partner for e in part.equations)


def _weaker(part: Condition) -> str:
    if part.relaxed:
        return f"its equations are weaker than its optimum ({part.relaxed})"
    if part.in_box or part.by_coordinate or part.over or part.base_words:
        return "its optimum is stated in coordinates of its own"
    if any(e.decoder or e.partner for e in part.equations):
        return "its equations are about a decoder, or hold at single partners"
    return ""


def _one_base(case: Terms) -> bool:
    return len({(p.z, p.zt, p.image, p.base) for p in case.parts}) == 1


COMMON_MINIMUM: Entry[Terms] = Entry(
    "L-common-minimum",
    "where one map minimises every term, the minimisers of a sum with positive weights are the maps "
    "that minimise every term",
    "elementary",
    (
        Hypothesis(
            "exact",
            "the equations of every term are exactly its optimum",
            "no term's condition is relaxed, or in coordinates of its own",
            lambda case: not any(case.weaker),
        ),
        Hypothesis(
            "everywhere",
            "every term's equations hold at all pairs of points",
            "the pairs of every term have full support, or it has labels",
            lambda case: not any(case.elsewhere),
        ),
        Hypothesis(
            "one_base",
            "one base map solves the equations of every term",
            "the base maps are compared",
            _one_base,
        ),
    ),
)
