"""Assumptions that several theorems share, with their weakenings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

from theory.assumptions import Assumption, LogDensity, Mixing, Role, StyleRedrawn
from theory.claim import Claim
from theory.errors import InputError
from theory.notation import latents
from theory.verdict import Relation


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


def consecutive_blocks(dim: int, size: int) -> tuple[tuple[int, ...], ...]:
    """Return {0, …, size − 1}, {size, …}, …; the last block may be smaller."""
    return tuple(tuple(range(i, min(i + size, dim))) for i in range(0, dim, size))


def observed_together(features: Sequence[sp.Expr]) -> tuple[sp.Expr, ...]:
    """Return the features after an invertible matrix, which adds each to the one after it."""
    return tuple(f + (features[a - 1] if a else 0) for a, f in enumerate(features))


def only_where_identified(claim: Claim) -> None:
    """Refuse to weaken a claim that states already that a larger group is left."""
    if claim.relation is Relation.CONTAINS:
        raise InputError(
            f"'{claim.name}' states at this point that nothing is identified",
            cure="take the point with all assumptions",
        )
