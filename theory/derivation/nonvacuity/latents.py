"""Rules on the law of the latents, alone and in environments."""

from __future__ import annotations

import sympy as sp

from sith.theory.assumptions import (
    ExponentialFamily,
    Gaussian,
    Marginal,
    Product,
    SoftmaxLabels,
    Uniform,
)
from sith.theory.claim import Claim
from sith.theory.derivation.lemmas.variability import second_order_rank
from sith.theory.derivation.nonvacuity.rule import AnyRule, Rule
from sith.theory.groups import BlockOrthogonal, Orthogonal
from sith.theory.notation import latents
from sith.theory.objectives import GeneralisedContrastive, Likelihood


def _named(claim: Claim) -> bool:
    return isinstance(claim.world.prior, Gaussian | Product)


def _normals(claim: Claim) -> tuple[int, ...]:
    """Return the coordinates with a normal law."""
    prior = claim.world.prior
    if isinstance(prior, Gaussian):
        return tuple(range(claim.dim))
    marginals = prior.marginals if isinstance(prior, Product) else ()
    return tuple(i for i, m in enumerate(marginals) if m is Marginal.NORMAL)


def _no_spare_rotation(claim: Claim) -> bool:
    """Whether at most one coordinate is normal, or the stated group mixes those that are."""
    normal, group = _normals(claim), claim.group
    if len(normal) <= 1:
        return bool(_named(claim))
    blocks = group.blocks if isinstance(group, BlockOrthogonal) else ()
    whole = isinstance(group, Orthogonal) and len(normal) == claim.dim
    return whole or any(set(normal) <= set(block) for block in blocks)


def _variability(claim: Claim) -> bool:
    family = claim.world.pairs
    if isinstance(family, SoftmaxLabels):
        return family.rank == claim.dim
    if not isinstance(family, ExponentialFamily):
        return False
    if isinstance(claim.objective, GeneralisedContrastive):
        return second_order_rank(family) == 2 * claim.dim
    return family.rank == len(family.flat)


def _second_order(claim: Claim) -> bool:
    family = claim.world.pairs
    if not isinstance(family, ExponentialFamily):
        return False
    z, start, changing = latents(claim.dim), 0, []
    for x, own in zip(z, family.statistics, strict=True):
        columns = family.variability[:, start : start + len(own)]
        moved = columns * sp.Matrix([sp.diff(t, x, 2) for t in own])
        changing.append(not moved.applyfunc(sp.expand).is_zero_matrix)
        start += len(own)
    return all(changing)


def _beyond_the_mean(claim: Claim) -> bool:
    family = claim.world.pairs
    z = latents(claim.dim)
    return isinstance(family, ExponentialFamily) and all(
        own != (x,) for own, x in zip(family.statistics, z, strict=True)
    )


LATENTS: dict[str, AnyRule] = {
    "uniform_marginal": Rule(
        "log p(z) is constant", lambda c: c.world.prior.log_density(latents(c.dim)) == 0
    ),
    "uniform_within_support": Rule(
        "log p(z) is constant on the sphere, hence on every K(z)",
        lambda c: isinstance(c.world.prior, Uniform),
    ),
    "non_gaussian": Rule(
        "normal marginals, against the blocks that the group mixes", _no_spare_rotation
    ),
    "gaussian_coordinates": Rule(
        "normal marginals, against the blocks that the group mixes", _no_spare_rotation
    ),
    "gaussian": Rule("the number of normal coordinates", lambda c: len(_normals(c)) >= 2),
    "known_law": Rule(
        "the prior is a product of named laws, and the loss is their likelihood",
        lambda c: _named(c) and isinstance(c.objective, Likelihood),
    ),
    "variability": Rule(
        "exact rank of the differences of parameters (and derivatives)", _variability
    ),
    "second_order": Rule(
        "second derivatives of the statistics, times the differences", _second_order
    ),
    "beyond_the_mean": Rule("the statistics of each coordinate", _beyond_the_mean),
    "auxiliary_variable": Rule(
        "environments with different parameters",
        lambda c: isinstance(c.world.pairs, ExponentialFamily) and c.world.pairs.rank > 0,
    ),
    "diversity": Rule("exact rank of g_y − g_0", _variability),
}
"""Assumption ↦ rule, for assumptions on the law of the latents."""
