"""What settles a verdict: computation over all maps, a classical lemma, the paper's own, or neither."""

from __future__ import annotations

from enum import Enum

from sith.theory.derivation.lemmas.classes import ISOMETRY, LIOUVILLE, POLYNOMIAL_DECODER
from sith.theory.derivation.lemmas.confinement import BOX_SYMMETRIES, REARRANGEMENT
from sith.theory.derivation.lemmas.content import OPEN_SUPPORT, SUBSETS
from sith.theory.derivation.lemmas.difference_kernel import KERNEL_OF_DIFFERENCES
from sith.theory.derivation.lemmas.heads import AFFINE_GENERATORS, QUADRIC, SECOND_ORDER_VARIABILITY
from sith.theory.derivation.lemmas.isometries import (
    BILINEAR,
    EUCLIDEAN_ISOMETRY,
    LP_ISOMETRY,
    SPHERE_ISOMETRY,
)
from sith.theory.derivation.lemmas.kept_law import COVARIANCE, DARMOIS_SKITOVICH
from sith.theory.derivation.lemmas.learned_head import LEARNED_HEAD
from sith.theory.derivation.lemmas.metrics import DYNAMICS, ELLIPSOID
from sith.theory.derivation.lemmas.products import CONGRUENCE, PRODUCT_ISOMETRIES
from sith.theory.verdict import Outcome, Verdict

OWN = frozenset(
    lemma.name
    for lemma in (
        AFFINE_GENERATORS,
        DYNAMICS,
        ELLIPSOID,
        OPEN_SUPPORT,
        POLYNOMIAL_DECODER,
        QUADRIC,
        SECOND_ORDER_VARIABILITY,
        SUBSETS,
    )
)
"""Lemmas that are a registered theorem, or its last step, themselves."""

CLASSICAL = frozenset(
    lemma.name
    for lemma in (
        BILINEAR,
        BOX_SYMMETRIES,
        CONGRUENCE,
        COVARIANCE,
        DARMOIS_SKITOVICH,
        EUCLIDEAN_ISOMETRY,
        ISOMETRY,
        KERNEL_OF_DIFFERENCES,
        LEARNED_HEAD,
        LIOUVILLE,
        LP_ISOMETRY,
        PRODUCT_ISOMETRIES,
        REARRANGEMENT,
        SPHERE_ISOMETRY,
    )
)
"""Lemmas on maps far from the identity that are classical, or elementary."""


class SettledBy(Enum):
    """What shows that no other map is optimal; the value is the words that are printed."""

    COMPUTED = "all maps computed"
    CLASSICAL = "a classical lemma"
    OWN = "the paper's own lemma"
    LOCAL = "near the identity only"
    LOWER = "the lower bound alone"
    OPEN = "open"


def settled_by(verdict: Verdict) -> SettledBy:
    """Return what settles a verdict."""
    names = {lemma.name for lemma in verdict.trusted}
    if verdict.outcome is Outcome.LOCALLY:
        return SettledBy.LOCAL
    if names & OWN:
        return SettledBy.OWN
    if names & CLASSICAL:
        return SettledBy.CLASSICAL
    if verdict.outcome in (Outcome.IDENTIFIED, Outcome.NOT_IDENTIFIED):
        return SettledBy.COMPUTED
    return SettledBy.LOWER if verdict.agrees else SettledBy.OPEN
