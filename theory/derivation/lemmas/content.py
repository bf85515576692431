"""The lemma on redrawn style, for losses that compare two views."""

from __future__ import annotations

from sith.theory.assumptions import (
    Atoms,
    Box,
    RealSpace,
    SharedBlock,
    StyleRedrawn,
    SubsetsRedrawn,
)
from sith.theory.derivation.lemmas.record import Entry, Hypothesis, Setting
from sith.theory.objectives import (
    AlignmentMaxEntropy,
    LatentCorrelation,
    PartialAlignment,
    SparseChange,
)


def _compares_content(case: Setting) -> bool:
    compared = PartialAlignment | AlignmentMaxEntropy | LatentCorrelation
    return isinstance(case.problem.objective, compared)


def _redrawn(case: Setting) -> bool:
    return isinstance(case.condition.pairs, StyleRedrawn | SharedBlock)


CONNECTED: Hypothesis[Setting] = Hypothesis(
    "connected",
    "the style coordinates of a given content fill a connected open set",
    "the latent space is a box or R^d",
    lambda case: isinstance(case.condition.space, Box | RealSpace),
)
DENSITY: Hypothesis[Setting] = Hypothesis(
    "density",
    "the latents have a positive density",
    "the prior is not made of atoms",
    lambda case: not isinstance(case.problem.world.prior, Atoms),
)
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
        CONNECTED,
        DENSITY,
    ),
)


def _by_subset(case: Setting) -> tuple[SubsetsRedrawn, ...]:
    pairs = case.condition.pairs
    return (pairs,) if isinstance(pairs, SubsetsRedrawn) else ()


def _apart(case: Setting) -> bool:
    return all(pairs.blocks(len(case.condition.z)) for pairs in _by_subset(case))


SUBSETS: Entry[Setting] = Entry(
    "L-subsets",
    "if h(z)_i = h(z̃)_i almost surely for every subset A of redrawn coordinates and every i outside A, "
    "a continuous h_i is a function of the z_j that no A holds without i; where these sets are the "
    "blocks of a partition, an injective h maps each block injectively by itself",
    "h_i is locally constant in z_A, and on a product in every A without i at once; elementary",
    (
        Hypothesis(
            "aligned",
            "the loss is minimal only where the outputs of kept coordinates agree almost surely",
            "the kind of the objective: alignment of outputs over invertible encoders",
            lambda case: isinstance(case.problem.objective, PartialAlignment | SparseChange),
        ),
        Hypothesis(
            "subsets",
            "each subset is redrawn with positive density on an open set around it",
            "the world's pairs are SubsetsRedrawn",
            lambda case: bool(_by_subset(case)),
        ),
        Hypothesis(
            "partition",
            "if z_j is never redrawn without z_i, then z_i is never redrawn without z_j",
            "the sets of coordinates are computed from the subsets",
            _apart,
        ),
        CONNECTED,
        DENSITY,
    ),
)
