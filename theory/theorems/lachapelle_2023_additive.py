"""Additive decoders with sufficiently nonlinear blocks separate the blocks.

Setting: x = g(z) = Σ_B g^(B)(z_B) over a partition of the latents into blocks; one view; nothing is
asked of the law of z.
Assumptions: g is additive, and so is the learned decoder; the first and second derivatives of the
g^(B) are linearly independent ("sufficiently nonlinear"); g is a diffeomorphism onto its image.
Objective: reconstruction.
Claim: the maps at the optimum are in **equality** with the blockwise diffeomorphisms. For a
linear g the group **contains** the affine group and more: nothing is separated.
Proof idea: h = id + εξ changes the decoder by −εJ_gξ, whose mixed derivatives across blocks must
vanish; independence of the derivatives of g^(B) makes each ∂_jξ_i across blocks vanish.
Source: lachapelle_2023.
Scope: the given g, polynomial, with every monomial of degree 1 and 2 of each block (block size
`block`, the last one smaller), observed through an invertible matrix. The derivation is local; that
the same order of blocks holds everywhere needs a path-connected support and is not shown.
Example:
    >>> from sith import derive, theorem
    >>> entry = theorem("lachapelle_2023_additive")
    >>> derive(entry, degree=2).group
    'componentwise diffeomorphisms (3)'
    >>> dict(derive(entry, 2, degree=2, decoder="linear").dimension_by_degree)
    {1: 6, 2: 10}
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Additive,
    Assumption,
    Encoder,
    Gaussian,
    Mixing,
    RealSpace,
    Role,
    StructuredMixing,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.errors import InputError
from sith.theory.exactness import integer
from sith.theory.groups import (
    AbstractGroup,
    Affine,
    BlockwiseDiffeomorphisms,
    ComponentwiseDiffeomorphisms,
    monomials,
)
from sith.theory.notation import latents
from sith.theory.objectives import Reconstruction
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import (
    consecutive_blocks,
    observed_together,
    only_where_identified,
)
from sith.theory.verdict import Relation


def _mixing(blocks: tuple[tuple[int, ...], ...], *, degree: int) -> StructuredMixing:
    z = latents(sum(len(block) for block in blocks))
    features = [
        m for block in blocks for m in monomials([z[i] for i in block], degree) if m.free_symbols
    ]
    features.sort(key=lambda m: sp.Poly(m, *z).total_degree())
    return StructuredMixing(observed_together(features), z, Additive(blocks))


def _linear(claim: Any) -> Claim:
    only_where_identified(claim)
    mixing = _mixing(claim.world.mixing.structure.blocks, degree=1)
    return claim.replace(world=claim.world.replace(mixing=mixing))


def _any_mixing(claim: Any) -> Claim:
    only_where_identified(claim)
    return claim.replace(world=claim.world.replace(mixing=Mixing.INJECTIVE))


ASSUMPTIONS = (
    Assumption(
        "additive",
        r"$g(z)=\sum_Bg^{(B)}(z_B)$, and the learned decoder has the same form",
        Role.NECESSARY,
        "any injective mixing",
        _any_mixing,
    ),
    Assumption(
        "sufficiently_nonlinear",
        r"the first and second derivatives of the $g^{(B)}$ are linearly independent",
        Role.NECESSARY,
        "linear blocks",
        _linear,
    ),
)


def _claim(dim: int, block: Any, decoder: Any) -> Claim:
    size = integer(block, "block", least=1)
    if size >= dim:
        raise InputError(f"block = {size} in d = {dim}", allowed=f"1 to {dim - 1}")
    blocks = consecutive_blocks(dim, size)
    linear = decoder == "linear"
    group: AbstractGroup = BlockwiseDiffeomorphisms(blocks)
    if size == 1:
        group = ComponentwiseDiffeomorphisms(dim)
    return Claim(
        name="lachapelle_2023_additive",
        world=World(RealSpace(dim), Gaussian(), mixing=_mixing(blocks, degree=1 if linear else 2)),
        objective=Reconstruction(),
        encoder=Encoder(RealSpace(dim)),
        group=Affine(dim) if linear else group,
        relation=Relation.CONTAINS if linear else Relation.EQUALITY,
        assumptions=ASSUMPTIONS[:1] if linear else ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="lachapelle_2023_additive",
    title="Additive decoders with sufficiently nonlinear blocks separate the blocks",
    statement=r"If $g(z)=\sum_Bg^{(B)}(z_B)$ is sufficiently nonlinear, every additive decoder that "
    r"reconstructs gives latents that are, near the true ones, a diffeomorphism of each block; "
    r"with linear $g^{(B)}$ every matrix of $GL(d)$ and more is left.",
    source=Source(
        key="lachapelle_2023",
        authors="Lachapelle, Mahajan, Mitliagkas, Lacoste-Julien",
        year=2023,
        title="Additive Decoders for Latent Variables Identification and Cartesian-Product "
        "Extrapolation",
        statement="additive decoders identify the blocks up to order and an invertible map of each",
        evidence=Evidence.SECONDARY,
        version="NeurIPS 2023, abstract",
        url="https://arxiv.org/abs/2307.02598",
    ),
    claim_at=_claim,
    default_dim=3,
    parameters=(
        Parameter(
            "block", sp.Integer(1), "size of the blocks, 1 to d − 1; the last may be smaller"
        ),
        Parameter("decoder", "nonlinear", "the blocks of g", ("nonlinear", "linear")),
    ),
    points=(
        {"dim": 2, "block": 1, "decoder": "nonlinear"},
        {"dim": 3, "block": 1, "decoder": "nonlinear"},
        {"dim": 3, "block": 2, "decoder": "nonlinear"},
        {"dim": 4, "block": 2, "decoder": "nonlinear"},
        {"dim": 2, "block": 1, "decoder": "linear"},
        {"dim": 3, "block": 2, "decoder": "linear"},
    ),
)
