"""Assumptions that several theorems share, with their weakenings."""

from __future__ import annotations

from typing import Any

from theory.assumptions import Assumption, LogDensity, Mixing, Role, StyleRedrawn
from theory.claim import Claim
from theory.notation import latents


def _tilted(claim: Any) -> Claim:
    z = latents(claim.dim)
    return claim.but(world=claim.world.but(prior=LogDensity(z[0], z)))


def uniform_marginal(space: str) -> Assumption:
    """Return the assumption of a uniform marginal on `space` (LaTeX)."""
    return Assumption(
        "uniform_marginal",
        rf"$z$ is uniform on {space}",
        Role.NECESSARY,
        "a marginal tilted along the first coordinate, log p(z) = z1",
        _tilted,
    )


def full_support(space: str) -> Assumption:
    """Return the assumption that the conditional is positive on all of `space`."""
    return Assumption(
        "full_support",
        rf"$p(\tilde z\mid z)>0$ on the whole {space}",
        Role.NECESSARY,
        "the first coordinate is kept in the pair",
        lambda claim: claim.but(world=claim.world.but(pairs=StyleRedrawn((0,)))),
    )


INJECTIVE_MIXING = Assumption(
    "injective_mixing",
    r"$g$ is injective and continuous",
    Role.NECESSARY,
    "any continuous mixing",
    lambda claim: claim.but(world=claim.world.but(mixing=Mixing.ARBITRARY)),
)
"""The mixing is injective and continuous."""
