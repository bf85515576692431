"""Assumptions that several theorems share, with their weakenings."""

from __future__ import annotations

from typing import Any

from theory.assumptions import (
    Assumption,
    AugmentationGraph,
    FiniteSpace,
    LogDensity,
    Mixing,
    Role,
    Stationary,
    StyleRedrawn,
    World,
)
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


def _complete(claim: Any) -> Claim:
    n = max(claim.dim, claim.encoder.output.dim + 2)
    joint = tuple(tuple(2 if i == j else 1 for j in range(n)) for i in range(n))
    return claim.but(world=World(FiniteSpace(n), Stationary(), AugmentationGraph(joint)))


def no_gap() -> Assumption:
    """Return the assumption of a gap after the k-th eigenvalue."""
    return Assumption(
        "gap",
        r"$\sigma_k>\sigma_{k+1}$",
        Role.NECESSARY,
        "a complete graph, whose non-constant eigenvalues are all equal",
        _complete,
    )


def cut_in_half(claim: Any) -> Claim:
    """Return the claim on the graph without edges between the first half of the nodes and the rest."""
    joint, half = claim.world.pairs.joint, claim.dim // 2
    kept = tuple(
        tuple(x if (i < half) == (j < half) else 0 for j, x in enumerate(row))
        for i, row in enumerate(joint)
    )
    return claim.but(world=claim.world.but(pairs=AugmentationGraph(kept)))
