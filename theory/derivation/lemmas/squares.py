"""Lemmas on losses that are means of squares: where they are zero."""

from __future__ import annotations

from sith.theory.assumptions import KnownActions, Mixing, StyleRedrawn, SubsetsRedrawn
from sith.theory.derivation.lemmas.losses import SQUARE, objective_is
from sith.theory.derivation.lemmas.record import Entry, Hypothesis, Problem
from sith.theory.objectives import Equivariance, PartialAlignment, Reconstruction

ALIGNED: Entry[Problem] = Entry(
    "L-aligned",
    "a mean of squares is zero exactly where its terms vanish almost surely; the true inverse attains "
    "it",
    "elementary",
    (
        objective_is(
            PartialAlignment, "the mean of squares of differences of the content's outputs"
        ),
        Hypothesis(
            "kept",
            "both views have the same content, so that the true inverse has the value 0",
            "the world's pairs are StyleRedrawn or SubsetsRedrawn, with one mixing",
            lambda case: isinstance(case.world.pairs, StyleRedrawn | SubsetsRedrawn),
        ),
        SQUARE,
    ),
)


def _demanded(case: Problem) -> bool:
    actions = getattr(case.world.pairs, "matrices", ())
    demanded = getattr(case.objective, "matrices", ()) or actions
    return not actions or [m.shape for m in demanded] == [m.shape for m in actions]


EQUIVARIANCE: Entry[Problem] = Entry(
    "L-equivariance",
    "the loss E_a‖h(M_a z) − M̂_a h(z)‖² is zero exactly where h(M_a z) = M̂_a h(z) almost surely, for "
    "every action that occurs; where M̂_a = M_a the identity attains it",
    "a mean of squares",
    (
        objective_is(Equivariance, "the mean of squares of h(M_a z) − M̂_a h(z)"),
        Hypothesis(
            "actions",
            "the partner of z is M_a z for an action a that is observed",
            "the world's pairs are KnownActions",
            lambda case: isinstance(case.world.pairs, KnownActions),
        ),
        Hypothesis(
            "matched",
            "the loss demands one matrix M̂_a of the size of M_a for each action",
            "the lists of matrices are compared",
            _demanded,
        ),
    ),
)
RECONSTRUCTION: Entry[Problem] = Entry(
    "L-reconstruction",
    "a reconstruction loss is zero exactly where encoder and decoder invert each other on the "
    "observations, so h = ĝ^{−1}∘g for some decoder ĝ of the class",
    "the class contains the true g",
    (
        objective_is(Reconstruction, "the mean of squares between observation and reconstruction"),
        Hypothesis(
            "injective",
            "the mixing is injective, so that observations determine latents",
            "the mixing class",
            lambda case: case.world.mixing is not Mixing.ARBITRARY,
        ),
        SQUARE,
    ),
)
