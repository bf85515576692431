"""The lemma on pairs in which a few coordinates change, and it is not observed which.

Let a pair redraw A with |A| = k, and let at most k outputs of a diffeomorphism h change in almost every
pair. Write S_A(z) for the outputs with a derivative in z_A that is not 0 at z. (1) J_h is invertible, so
its columns A have rank k, and |S_A(z)| ≥ k. (2) If the outputs outside of a set C agree at z and at a
set of z̃ of positive measure, their derivatives in z_A vanish at its points of density, so S_A(z̃) ⊂ C
there. With |C| ≤ k it is C = S_A(z̃), of k elements, for almost every z̃. (3) Derivatives that are not 0
stay so nearby: S_A is of k elements everywhere, locally constant, and so the same set σ(A) on a
connected space; outputs outside of σ(A) do not depend on z_A. (4) J_h is invertible, so there is a
permutation π with ∂h_{π(i)}/∂z_i ≠ 0 at a point for every i. Then π(A) ⊂ σ(A), and both have k elements.
Conversely, where the outputs outside of π(A) are kept, at most k outputs change, and the loss is zero.
"""

from __future__ import annotations

from sith.theory.assumptions import Atoms, Box, RealSpace, SubsetsRedrawn
from sith.theory.derivation.lemmas.losses import SQUARE, objective_is
from sith.theory.derivation.lemmas.record import Entry, Hypothesis, Problem
from sith.theory.objectives import SparseChange


def _of_size(case: Problem) -> bool:
    sizes = {len(s) for s in getattr(case.world.pairs, "subsets", ())}
    return sizes <= {getattr(case.objective, "changed", max(sizes, default=0))}


LEAST_CHANGED: Entry[Problem] = Entry(
    "L-least-changed",
    "for a diffeomorphism h of a connected space, and pairs that redraw k coordinates, the mean of the "
    "sum of the d − k least squared changes of outputs is zero exactly where, up to the order of the "
    "outputs, h(z)_i = h(z̃)_i almost surely for every redrawn set A and every i outside A",
    "the Jacobian has rank k along A, and an invertible matrix has a permutation of entries that are not "
    "0; derived here",
    (
        objective_is(SparseChange, "the mean of the sum of the d − k least squared changes"),
        Hypothesis(
            "subsets",
            "each set is redrawn with positive density on an open set around it",
            "the world's pairs are SubsetsRedrawn",
            lambda case: isinstance(case.world.pairs, SubsetsRedrawn),
        ),
        Hypothesis(
            "size",
            "every set has k elements",
            "the subsets are counted",
            _of_size,
        ),
        Hypothesis(
            "connected",
            "the latents fill a connected open set, and a set of redrawn coordinates a connected one",
            "the latent space is a box or R^d",
            lambda case: isinstance(case.world.space, Box | RealSpace),
        ),
        Hypothesis(
            "density",
            "the latents have a positive density",
            "the prior is not made of atoms",
            lambda case: not isinstance(case.world.prior, Atoms),
        ),
        SQUARE,
    ),
)
