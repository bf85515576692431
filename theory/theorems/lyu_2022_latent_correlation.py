"""Maximal latent correlation of two views identifies their shared part.

Setting: x_k = g_k(z_S, c_k), k = 1, 2: a shared block of latents and a private one for each view,
mixings that may differ; the latents have a positive density.
Assumptions: nothing but the shared block is in both views; injective smooth mixings; as many outputs
as shared coordinates.
Objective: E‖h_1 − h_2‖² with E h_k = 0 and E h_k h_kᵀ = I (canonical correlation).
Claim: the maps at the optimum are **contained in** the diffeomorphisms of the shared block.
Proof idea: the correlation is maximal where h_1 = h_2 almost surely; first views with the same second
view then have equal h_1, so h_1 = γ(z_S), invertible by the assumption on the encoders.
Source: lyu_2022; read in its abstract; the condition is derived here.
Scope: the shared part only. That the private part is identified needs independence of the blocks and
an independence regulariser, which are not treated. Whitening is not imposed on fields.
Example:
    >>> from sith import derive, theorem
    >>> verdict = derive(theorem("lyu_2022_latent_correlation"), degree=2)
    >>> verdict.upper[0].group, verdict.agrees
    ('diffeomorphisms of R^2', True)
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    Box,
    Encoder,
    RealSpace,
    SharedBlock,
    Uniform,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.errors import InputError
from sith.theory.exactness import integer
from sith.theory.groups import BlockwiseDiffeomorphisms
from sith.theory.objectives import LatentCorrelation
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import (
    INJECTIVE_MIXING,
    KNOWN_CONTENT_DIMENSION,
    NOTHING_ELSE_SHARED,
)
from sith.theory.verdict import Relation

ASSUMPTIONS: tuple[Assumption, ...] = (
    NOTHING_ELSE_SHARED,
    KNOWN_CONTENT_DIMENSION,
    INJECTIVE_MIXING,
)


def _claim(dim: int, shared: Any) -> Claim:
    count = integer(shared, "shared", least=1)
    if count > dim - 2:
        raise InputError(
            f"shared = {count} in d = {dim}",
            allowed=f"1 to {dim - 2}: each view has a latent of its own",
        )
    block, private = tuple(range(count)), tuple(range(count, dim))
    half = (len(private) + 1) // 2
    views = ((*block, *private[:half]), (*block, *private[half:]))
    return Claim(
        name="lyu_2022_latent_correlation",
        world=World(Box(dim), Uniform(), SharedBlock(views)),
        objective=LatentCorrelation(),
        encoder=Encoder(RealSpace(count), invertible=True),
        group=BlockwiseDiffeomorphisms((block,)),
        relation=Relation.CONTAINED,
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="lyu_2022_latent_correlation",
    title="Latent correlation maximisation identifies the shared part of two views",
    statement=r"If $x_k=g_k(z_S,c_k)$ for $k=1,2$ and the views share $z_S$ alone, encoders of maximal "
    r"latent correlation satisfy $h_k(x_k)=\gamma(z_S)$ with $\gamma$ invertible.",
    source=Source(
        key="lyu_2022",
        authors="Lyu, Fu, Wang, Lu",
        year=2022,
        title="Understanding Latent Correlation-Based Multiview Learning and Self-Supervision: An "
        "Identifiability Perspective",
        statement="latent correlation maximisation extracts the shared components",
        evidence=Evidence.SECONDARY,
        version="ICLR 2022, abstract",
        url="https://arxiv.org/abs/2106.07115",
    ),
    claim_at=_claim,
    default_dim=4,
    parameters=(Parameter("shared", sp.Integer(2), "number of shared coordinates, 1 to d − 2"),),
    points=({"dim": 3, "shared": 1}, {"dim": 4, "shared": 2}, {"dim": 5, "shared": 2}),
)
