"""Assumptions that several theorems share, with their weakenings."""

from __future__ import annotations

from typing import Any

from theory.assumptions import (
    Assumption,
    Box,
    Encoder,
    LogDensity,
    Mixing,
    Role,
    SharedBlock,
    StyleRedrawn,
)
from theory.claim import Claim
from theory.groups import BlockwiseDiffeomorphisms
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


def _one_more_shared(claim: Any) -> Claim:
    views = claim.world.pairs.views
    content = claim.world.pairs.content
    private = next(i for view in views for i in view if i not in content)
    wider = tuple(view if private in view else (*view, private) for view in views)
    return claim.but(world=claim.world.but(pairs=SharedBlock(wider)))


NOTHING_ELSE_SHARED = Assumption(
    "nothing_else_shared",
    r"coordinates outside the shared block vary freely when another view is kept",
    Role.NECESSARY,
    "one private coordinate is in all views, and so is content",
    _one_more_shared,
)
"""Private coordinates are free given the other views."""


def _one_output_more(claim: Any) -> Claim:
    count = claim.encoder.output.dim + 1
    return claim.but(
        encoder=Encoder(Box(count)), group=BlockwiseDiffeomorphisms((tuple(range(count)),))
    )


KNOWN_CONTENT_DIMENSION = Assumption(
    "known_content_dimension",
    r"the encoders have as many outputs as there are shared coordinates",
    Role.NECESSARY,
    "one output more than shared coordinates",
    _one_output_more,
)
"""As many outputs as shared coordinates."""
