"""The rank of the covariance of the optimal features, which Euclidean maps of them do not change."""

from __future__ import annotations

from sith.theory.claim import Claim
from sith.theory.derivation.spectral.operator import linear_class, spectral_objective, spectrum
from sith.theory.errors import UnsupportedCondition


def feature_rank(claim: Claim) -> int:
    """Return rank Cov h at the optimum: the modes that are kept, the constant one apart.

    Raises `UnsupportedCondition` where the optimum is not unique, and what `spectrum` raises.
    """
    top = spectrum(claim)
    if not top.unique:
        raise UnsupportedCondition("the top eigenspace, and with it the optimum, is not unique")
    modes = sum(level.multiplicity for level in top.kept)
    constant = spectral_objective(claim).constant_mode and not linear_class(claim)
    return modes - int(constant and modes > 0)
