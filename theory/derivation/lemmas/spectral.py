"""The trusted lemmas of a spectral verdict; solver and checker both name them."""

from __future__ import annotations

from sith.theory.assumptions import AugmentationGraph, MomentOperator, OrnsteinUhlenbeck
from sith.theory.claim import Claim
from sith.theory.derivation.lemmas.catalogue import (
    ECKART_YOUNG,
    INTERLACING,
    JACOBI,
    KY_FAN,
    MEHLER,
)
from sith.theory.objectives import BarlowTwins, SpectralObjective
from sith.theory.verdict import Lemma


def spectral_lemmas(claim: Claim) -> tuple[Lemma, ...]:
    """Return the lemmas that the optimum and the spectrum rest on."""
    objective = claim.objective
    found = [
        KY_FAN if isinstance(objective, SpectralObjective) and objective.whitens else ECKART_YOUNG
    ]
    if isinstance(objective, BarlowTwins):
        found.append(INTERLACING)
    if isinstance(claim.world.pairs, OrnsteinUhlenbeck):
        found.append(MEHLER)
    elif not isinstance(claim.world.pairs, AugmentationGraph | MomentOperator):
        found.append(JACOBI)
    return tuple(found)
