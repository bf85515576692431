"""The lemma on redrawn style, for losses that compare two views."""

from __future__ import annotations

from sith.theory.assumptions import Atoms, Box, RealSpace, SharedBlock, StyleRedrawn
from sith.theory.derivation.lemmas.record import Entry, Hypothesis, Setting
from sith.theory.objectives import AlignmentMaxEntropy, LatentCorrelation, PartialAlignment


def _compares_content(case: Setting) -> bool:
    compared = PartialAlignment | AlignmentMaxEntropy | LatentCorrelation
    return isinstance(case.problem.objective, compared)


def _redrawn(case: Setting) -> bool:
    return isinstance(case.condition.pairs, StyleRedrawn | SharedBlock)


OPEN_SUPPORT: Entry[Setting] = Entry(
    "L-open-support",
    "if h(c, s) = h(c, s̃) almost surely, with s̃ of positive density on an open set around s for "
    "every style coordinate, a continuous h is a function of the content c",
    "von Kügelgen et al. (2021), proof of Thm 4.2",
    (
        Hypothesis(
            "compared",
            "the loss is minimal only where the outputs of both views agree almost surely",
            "the kind of the objective: alignment of outputs, or the correlation of whitened ones",
            _compares_content,
        ),
        Hypothesis(
            "redrawn",
            "every style coordinate is redrawn with positive density on an open set around it",
            "the world's pairs are StyleRedrawn or SharedBlock",
            _redrawn,
        ),
        Hypothesis(
            "connected",
            "the style coordinates of a given content fill a connected open set",
            "the latent space is a box or R^d",
            lambda case: isinstance(case.condition.space, Box | RealSpace),
        ),
        Hypothesis(
            "density",
            "the latents have a positive density",
            "the prior is not made of atoms",
            lambda case: not isinstance(case.problem.world.prior, Atoms),
        ),
    ),
)
