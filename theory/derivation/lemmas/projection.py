"""The lemma on losses after a linear projector: what is known of W f + b says what is known of f."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sith.theory.assumptions import Box, RealSpace, Sphere
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.lemmas.forms import linear_base
from sith.theory.derivation.lemmas.record import Entry, Hypothesis, Problem
from sith.theory.groups import AbstractGroup, Affine, Linear
from sith.theory.verdict import Extent, Membership


@dataclass(frozen=True, slots=True)
class Projection:
    """A loss after a projector, and a proved bound of its optimal p∘f around the base of `inner`.

    `shifted` says whether every shift of an optimal p∘f is optimal.
    """

    problem: Problem
    inner: Condition
    bound: AbstractGroup
    extent: Extent
    shifted: Membership

    @property
    def moves(self) -> bool:
        """Whether the optimal f hold shifts."""
        matrices = self.bound.linear_part()
        learned = bool(projector_of(self.problem).offsets())
        return learned or not matrices or self.bound != matrices[0]

    @property
    def concluded(self) -> AbstractGroup:
        """The group of the optimal f."""
        outputs = self.problem.encoder.output.dim
        return Affine(outputs) if self.moves else Linear(outputs)


def projector_of(problem: Problem) -> Any:
    """Return the projector of a projected loss; that there is one is a hypothesis of the lemma."""
    objective: Any = problem.objective
    return objective.projector


def _square(case: Projection) -> bool:
    outputs = case.problem.encoder.output.dim
    rows = projector_of(case.problem).coefficients(outputs)
    return len(rows) == outputs and case.problem.world.dim == outputs


def _affine(case: Projection) -> bool:
    whole = case.extent is Extent.ALL_MAPS and linear_base(case.inner)
    return whole and bool(case.bound.linear_part()) and not case.inner.over


def _closed(case: Projection) -> bool:
    """Whether shifts are excluded, learned, or all of them optimal for p∘f."""
    matrices = case.bound.linear_part()
    if (matrices and case.bound == matrices[0]) or projector_of(case.problem).offsets():
        return True
    return case.shifted.holds


PROJECTOR: Entry[Projection] = Entry(
    "L-projector",
    "where every optimal W f + b is an invertible affine function of latents that span R^m, the optimal "
    "f are the invertible linear functions of them, or the affine ones if shifts are learned or free",
    "elementary: W has rank m, so f = W⁻¹(u − b), and every invertible W occurs",
    (
        Hypothesis(
            "square",
            "p is linear, with as many outputs as the representation and as there are latents",
            "the shape of the projector's matrix",
            _square,
        ),
        Hypothesis(
            "affine",
            "every optimal p∘f is an invertible affine function of the latents",
            "a bound over all maps, around an invertible linear base map",
            _affine,
        ),
        Hypothesis(
            "closed",
            "shifts of p∘f are excluded, learned with p, or all of them optimal",
            "the bound is compared with its matrices, or every shift put into the condition",
            _closed,
        ),
        Hypothesis(
            "spans",
            "the latents span R^m",
            "their space is R^m, the box or the sphere",
            lambda case: type(case.problem.world.space) in (RealSpace, Box, Sphere),
        ),
    ),
)
