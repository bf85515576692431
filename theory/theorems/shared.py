"""Assumptions that several theorems share, with their weakenings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    AugmentationGraph,
    Box,
    Encoder,
    FiniteSpace,
    LogDensity,
    Mixing,
    PartlyKeptSphere,
    Role,
    SharedBlock,
    Stationary,
    StyleRedrawn,
    VonMisesFisher,
    World,
)
from sith.theory.claim import Claim
from sith.theory.errors import InputError
from sith.theory.groups import BlockwiseDiffeomorphisms
from sith.theory.notation import latents
from sith.theory.verdict import Relation


def _tilted(claim: Any) -> Claim:
    z = latents(claim.dim)
    return claim.replace(world=claim.world.replace(prior=LogDensity(-6 * z[0], z)))


def uniform_marginal(space: str) -> Assumption:
    """Return the assumption of a uniform marginal on `space` (LaTeX)."""
    return Assumption(
        "uniform_marginal",
        rf"$z$ is uniform on {space}",
        Role.NECESSARY,
        "a marginal tilted along the first coordinate, log p(z) = −6 z1",
        _tilted,
    )


def _first_kept(claim: Any) -> Claim:
    pairs = claim.world.pairs
    if isinstance(claim.world.space, Box):
        return claim.replace(world=claim.world.replace(pairs=StyleRedrawn((0,))))
    if not isinstance(pairs, VonMisesFisher):
        raise InputError(
            f"no world has the pairs '{pairs}' with a coordinate kept",
            allowed="von Mises–Fisher pairs on the sphere, or pairs on a box",
        )
    kept = PartlyKeptSphere(pairs.concentration, (0,))
    return claim.replace(world=claim.world.replace(pairs=kept))


def full_support(space: str) -> Assumption:
    """Return the assumption that the conditional is positive on all of `space`."""
    return Assumption(
        "full_support",
        rf"$p(\tilde z\mid z)>0$ on the whole {space}",
        Role.NECESSARY,
        "the first coordinate is kept in the pair, and on a box the others are drawn afresh",
        _first_kept,
    )


INJECTIVE_MIXING = Assumption(
    "injective_mixing",
    r"$g$ is injective and continuous",
    Role.NECESSARY,
    "any continuous mixing",
    lambda claim: claim.replace(world=claim.world.replace(mixing=Mixing.ARBITRARY)),
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


def _complete(claim: Any) -> Claim:
    n = max(claim.dim, claim.encoder.output.dim + 2)
    joint = tuple(tuple(2 if i == j else 1 for j in range(n)) for i in range(n))
    return claim.replace(world=World(FiniteSpace(n), Stationary(), AugmentationGraph(joint)))


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
    return claim.replace(world=claim.world.replace(pairs=AugmentationGraph(kept)))


def _one_more_shared(claim: Any) -> Claim:
    views = claim.world.pairs.views
    content = claim.world.pairs.content
    private = next(i for view in views for i in view if i not in content)
    wider = tuple(view if private in view else (*view, private) for view in views)
    stated = tuple(latents(claim.dim)[i] for i in content)
    return claim.replace(world=claim.world.replace(pairs=SharedBlock(wider)), base=stated)


NOTHING_ELSE_SHARED = Assumption(
    "nothing_else_shared",
    r"coordinates outside the shared block vary freely when another view is kept",
    Role.NECESSARY,
    "one private coordinate is in all views, and so is content",
    _one_more_shared,
)
"""Private coordinates are free given the other views."""


def one_output_more(claim: Any) -> Claim:
    """Return "h is a function of the content alone" for encoders with one output more."""
    count = claim.encoder.output.dim + 1
    stated = (*(latents(claim.dim)[i] for i in claim.world.pairs.content), sp.Integer(0))
    return claim.replace(
        encoder=Encoder(type(claim.encoder.output)(count)),
        group=BlockwiseDiffeomorphisms((tuple(range(count)),)),
        base=stated,
    )


KNOWN_CONTENT_DIMENSION = Assumption(
    "known_content_dimension",
    r"the encoders have as many outputs as there are shared coordinates",
    Role.NECESSARY,
    "one output more than shared coordinates",
    one_output_more,
)
"""As many outputs as shared coordinates."""


def _may_fold(claim: Any) -> Claim:
    output = claim.encoder.output
    if output.dim == 1:
        raise InputError(
            "one content coordinate: a smooth map that keeps the uniform law is monotone there",
            cure="state the claim with two content coordinates or more",
        )
    return claim.replace(encoder=Encoder(output))


INJECTIVE_ON_CONTENT = Assumption(
    "injective_on_content",
    r"the encoder is injective on the content",
    Role.NECESSARY,
    "an encoder that may take two contents to one value",
    _may_fold,
)
