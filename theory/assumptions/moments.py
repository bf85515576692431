"""Exact second moments of a world's pairs."""

from __future__ import annotations

import sympy as sp

from sith.theory.assumptions.ornstein_uhlenbeck import OrnsteinUhlenbeck
from sith.theory.assumptions.pairs import PairLogDensity
from sith.theory.assumptions.parts import is_whole
from sith.theory.assumptions.prior import Gaussian
from sith.theory.assumptions.world import World
from sith.theory.errors import UnsupportedCondition


def cross_covariance(world: World) -> sp.ImmutableMatrix:
    """Return Γ = E[z̃ zᵀ] for Gaussian latents with Gaussian pairs, exactly.

    Where log p(z̃|z) = −z̃ᵀAz̃/2 + z̃ᵀBz + c(z), the partner has the mean A⁻¹Bz, and Γ = A⁻¹B. Raises
    `UnsupportedCondition` for other worlds, and where Γ is not symmetric and positive definite.
    """
    pairs = world.pairs
    if isinstance(world.prior, Gaussian) and isinstance(pairs, OrnsteinUhlenbeck):
        return sp.ImmutableMatrix(sp.diag(*pairs.rates))
    gaussian = isinstance(world.prior, Gaussian) and is_whole(world.space)
    if not gaussian or not isinstance(pairs, PairLogDensity):
        raise UnsupportedCondition(
            f"no cross-covariance for a {world.prior} prior on the {world.space} with pairs '{pairs}'",
            allowed="a Gaussian prior on R^d with OrnsteinUhlenbeck or PairLogDensity",
        )
    slopes = [sp.expand(sp.diff(pairs.expression, t)) for t in pairs.zt]
    precision = -sp.Matrix([[sp.diff(s, t) for t in pairs.zt] for s in slopes])
    link = sp.Matrix([[sp.diff(s, x) for x in pairs.z] for s in slopes])
    rest = [
        sp.expand(s + sum(a * t for a, t in zip(row, pairs.zt, strict=True)))
        - sum(b * x for b, x in zip(other, pairs.z, strict=True))
        for s, row, other in zip(slopes, precision.tolist(), link.tolist(), strict=True)
    ]
    entries = [*precision, *link]
    if any(not e.is_Rational for e in entries) or any(sp.expand(r) != 0 for r in rest):
        raise UnsupportedCondition(
            f"the pairs '{pairs}' are not Gaussian with a mean that is linear in z"
        )
    if not _positive(precision):
        raise UnsupportedCondition(f"the pairs '{pairs}' are not normalisable")
    moments = precision.inv() * link
    if not moments.is_symmetric() or not _positive(moments):
        raise UnsupportedCondition(
            f"E[z̃ zᵀ] = {moments.tolist()} is not symmetric and positive definite"
        )
    return sp.ImmutableMatrix(moments)


def _positive(matrix: sp.Matrix) -> bool:
    return all(matrix[: k + 1, : k + 1].det() > 0 for k in range(matrix.rows))
