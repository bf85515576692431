"""Two modalities with different mixings share their content up to a diffeomorphism.

Setting: x_1 = g_1(c, s, m_1) and x_2 = g_2(c, s̃, m_2) with different mixings; style is redrawn and
m_k is private to its modality; the latents have a positive density.
Assumptions: nothing but the content is shared; injective smooth mixings; as many outputs as content
coordinates; universal encoders into the unit box, injective on the content.
Objective: E‖h_1 − h_2‖² − (H(h_1) + H(h_2))/2 with an encoder for each modality.
Claim: the maps at the optimum are **contained in** the diffeomorphisms of the content block:
h_1 = ψ(c), style and private latents discarded.
Proof idea: h_1(x_1) = h_2(x_2) almost surely; first views with the same second view have equal h_1,
so h_1 is a function ψ of what both see, and a bijection where it is injective.
Source: daunhawer_2023; read in its abstract; the condition is derived here.
Scope: as for one mixing, in coordinates where the content is uniform, and the boundary of the box is
not imposed on fields. In the paper s̃ is a perturbed copy of s; here it is drawn afresh. The second encoder is eliminated; by symmetry the result holds for it too.
Example:
    >>> from sith import derive, theorem
    >>> verdict = derive(theorem("daunhawer_2023_multimodal"), degree=2)
    >>> dict(verdict.dimension_by_degree), verdict.agrees
    ({1: 5, 2: 9}, True)
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import Assumption, Box, Encoder, SharedBlock, Uniform, World
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.errors import InputError
from sith.theory.exactness import integer
from sith.theory.groups import BlockwiseDiffeomorphisms
from sith.theory.objectives import AlignmentMaxEntropy
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import (
    INJECTIVE_MIXING,
    INJECTIVE_ON_CONTENT,
    KNOWN_CONTENT_DIMENSION,
    NOTHING_ELSE_SHARED,
)
from sith.theory.verdict import Relation

ASSUMPTIONS: tuple[Assumption, ...] = (
    NOTHING_ELSE_SHARED,
    KNOWN_CONTENT_DIMENSION,
    INJECTIVE_MIXING,
    INJECTIVE_ON_CONTENT,
)


def _claim(dim: int, content: Any) -> Claim:
    count = integer(content, "content", least=1)
    if count > dim - 2:
        raise InputError(
            f"content = {count} in d = {dim}",
            allowed=f"1 to {dim - 2}: each modality has a latent of its own",
        )
    shared, private = tuple(range(count)), tuple(range(count, dim))
    half = (len(private) + 1) // 2
    views = ((*shared, *private[:half]), (*shared, *private[half:]))
    return Claim(
        name="daunhawer_2023_multimodal",
        world=World(Box(dim), Uniform(), SharedBlock(views)),
        objective=AlignmentMaxEntropy(),
        encoder=Encoder(Box(count), invertible=True),
        group=BlockwiseDiffeomorphisms((shared,)),
        relation=Relation.CONTAINED,
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="daunhawer_2023_multimodal",
    title="Contrastive learning across modalities isolates the shared content",
    statement=r"If $x_1=g_1(c,s,m_1)$ and $x_2=g_2(c,\tilde s,m_2)$ share the content $c$ and nothing "
    r"else, every minimiser of alignment with maximum entropy is $h_1(x_1)=\psi(c)$ with $\psi$ a "
    r"diffeomorphism, and likewise for the second encoder.",
    source=Source(
        key="daunhawer_2023",
        authors="Daunhawer, Bizeul, Palumbo, Marx, Vogt",
        year=2023,
        title="Identifiability Results for Multimodal Contrastive Learning",
        statement="block identifiability of the content shared between modalities",
        evidence=Evidence.SECONDARY,
        version="ICLR 2023, abstract and the caption of Figure 1",
        url="https://arxiv.org/abs/2303.09166",
    ),
    special="independent style, drawn afresh",
    claim_at=_claim,
    default_dim=4,
    parameters=(Parameter("content", sp.Integer(2), "number of content coordinates, 1 to d − 2"),),
    points=({"dim": 3, "content": 1}, {"dim": 4, "content": 2}, {"dim": 5, "content": 2}),
)
