"""Every lemma that a verdict may cite, in one list; each is cited through its own checks only."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from sith.theory.derivation.lemmas.atoms import INDEPENDENT_ATOMS
from sith.theory.derivation.lemmas.classes import (
    HYPERBOLIC,
    ISOMETRY,
    LIOUVILLE,
    POLYNOMIAL_DECODER,
)
from sith.theory.derivation.lemmas.confinement import BOX_SYMMETRIES, REARRANGEMENT
from sith.theory.derivation.lemmas.content import OPEN_SUPPORT, SUBSETS
from sith.theory.derivation.lemmas.difference_kernel import KERNEL_OF_DIFFERENCES
from sith.theory.derivation.lemmas.heads import (
    AFFINE_GENERATORS,
    LINEAR_COMMUTANT,
    QUADRIC,
    SECOND_ORDER_VARIABILITY,
)
from sith.theory.derivation.lemmas.isometries import (
    BILINEAR,
    EUCLIDEAN_ISOMETRY,
    LP_ISOMETRY,
    SPHERE_ISOMETRY,
)
from sith.theory.derivation.lemmas.kept_law import COVARIANCE, DARMOIS_SKITOVICH
from sith.theory.derivation.lemmas.laws import (
    CONDITIONAL_ENERGY,
    CONDITIONAL_LIKELIHOOD,
    CRAMER_WOLD,
    INDEPENDENCE,
    INTERVENTION_LAWS,
    LAW,
    PAIR_LAW,
    PRECISION,
    REVERSIBLE,
    SCORES,
    WHITENING,
)
from sith.theory.derivation.lemmas.learned_head import LEARNED_HEAD
from sith.theory.derivation.lemmas.least_changed import LEAST_CHANGED
from sith.theory.derivation.lemmas.losses import (
    ALIGN_ENTROPY,
    COMMON_VIEW,
    GIBBS,
    LATENT_CORRELATION,
)
from sith.theory.derivation.lemmas.metrics import DYNAMICS, ELLIPSOID
from sith.theory.derivation.lemmas.minima import COMMON_MINIMUM, POINTWISE_MINIMUM
from sith.theory.derivation.lemmas.products import CONGRUENCE, PRODUCT_ISOMETRIES
from sith.theory.derivation.lemmas.projection import PROJECTOR
from sith.theory.derivation.lemmas.record import Entry
from sith.theory.derivation.lemmas.spectral import (
    ECKART_YOUNG,
    INTERLACING,
    JACOBI,
    KY_FAN,
    MEHLER,
    SUBSET,
)
from sith.theory.derivation.lemmas.squares import ALIGNED, EQUIVARIANCE, RECONSTRUCTION
from sith.theory.derivation.lemmas.stability import STABILITY

CATALOGUE: tuple[Entry[Any], ...] = (
    ALIGNED,
    ALIGN_ENTROPY,
    AFFINE_GENERATORS,
    BILINEAR,
    BOX_SYMMETRIES,
    COMMON_MINIMUM,
    COMMON_VIEW,
    CONGRUENCE,
    CONDITIONAL_ENERGY,
    CONDITIONAL_LIKELIHOOD,
    COVARIANCE,
    CRAMER_WOLD,
    DARMOIS_SKITOVICH,
    DYNAMICS,
    ECKART_YOUNG,
    ELLIPSOID,
    EQUIVARIANCE,
    EUCLIDEAN_ISOMETRY,
    GIBBS,
    HYPERBOLIC,
    INDEPENDENCE,
    INDEPENDENT_ATOMS,
    INTERLACING,
    INTERVENTION_LAWS,
    ISOMETRY,
    JACOBI,
    KERNEL_OF_DIFFERENCES,
    KY_FAN,
    LATENT_CORRELATION,
    LAW,
    LEARNED_HEAD,
    LEAST_CHANGED,
    LINEAR_COMMUTANT,
    LIOUVILLE,
    LP_ISOMETRY,
    MEHLER,
    OPEN_SUPPORT,
    PAIR_LAW,
    POINTWISE_MINIMUM,
    POLYNOMIAL_DECODER,
    PRECISION,
    PROJECTOR,
    PRODUCT_ISOMETRIES,
    QUADRIC,
    REARRANGEMENT,
    RECONSTRUCTION,
    REVERSIBLE,
    SCORES,
    SECOND_ORDER_VARIABILITY,
    SPHERE_ISOMETRY,
    STABILITY,
    SUBSET,
    SUBSETS,
    WHITENING,
)
"""Every lemma, by name."""


def fingerprint(entry: Entry[Any]) -> str:
    """Return the SHA-256 of a lemma's statement and of what its hypotheses say."""
    words = [entry.statement, *(f"{h.name}: {h.statement}" for h in entry.hypotheses)]
    return sha256("\n".join(words).encode()).hexdigest()
