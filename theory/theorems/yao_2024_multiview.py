"""Any set of views identifies the block of latents that all of them see.

Setting: view k sees the latents z_{S_k} through a mixing of its own, the latents have a positive
density; here S_k leaves out the k-th coordinate from the end, for views 1, 2 and 3.
Assumptions: nothing outside the intersection is shared by all views; mixings injective in what they
see; as many outputs as shared coordinates; universal encoders, injective on the block.
Objective: alignment of all pairs of views in the chosen set, minus their entropies.
Claim: the maps at the optimum are **contained in** the diffeomorphisms of the block z_C,
C = ∩_k S_k, for the chosen set of views.
Proof idea: h_1(x_1) = h_k(x_k) almost surely for all k; first views with the same k-th view have
equal h_1, so h_1 is constant in S_1 without S_k, for every k, and a bijection of the block where it
is injective.
Source: yao_2024, Thm 3.2.
Scope: in coordinates where the block is uniform; the boundary of the box is not imposed on fields.
Content selectors and the algebra of unions and complements are not treated.
Example:
    >>> from sith import derive, theorem
    >>> entry = theorem("yao_2024_multiview")
    >>> [derive(entry, degree=2, views=v).dimension_by_degree[2] for v in ("1-2", "1-2-3")]
    [9, 1]
"""

from __future__ import annotations

from typing import Any

from sith.theory.assumptions import Assumption, Box, Encoder, SharedBlock, Uniform, World
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.errors import InputError
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


VIEWS = ("1-2", "1-3", "2-3", "1-2-3")


def _claim(dim: int, views: Any) -> Claim:
    chosen = tuple(int(k) for k in views.split("-"))
    if dim <= len(chosen):
        raise InputError(
            f"d = {dim} with the views {views}",
            allowed=f"d of at least {len(chosen) + 1}, so that some coordinate is in all of them",
        )
    seen = tuple(tuple(i for i in range(dim) if i != dim - k) for k in chosen)
    pairs = SharedBlock(seen)
    count = len(pairs.content)
    return Claim(
        name="yao_2024_multiview",
        world=World(Box(dim), Uniform(), pairs),
        objective=AlignmentMaxEntropy(),
        encoder=Encoder(Box(count), invertible=True),
        group=BlockwiseDiffeomorphisms((tuple(range(count)),)),
        relation=Relation.CONTAINED,
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="yao_2024_multiview",
    title="Every set of partial views identifies its common block",
    statement=r"If view $k$ sees $z_{S_k}$ through an injective mixing of its own, every minimiser of "
    r"alignment with maximum entropy over a set $V$ of views is $h_k(x_k)=\psi_k(z_C)$ with "
    r"$C=\bigcap_{k\in V}S_k$ and $\psi_k$ a diffeomorphism.",
    source=Source(
        key="yao_2024",
        authors="Yao, Xu, Lachapelle, Magliacane, Taslakian, Martius, von Kügelgen, Locatello",
        year=2024,
        title="Multi-View Causal Representation Learning with Partial Observability",
        statement="Thm 3.2",
        evidence=Evidence.READ,
        version="ICLR",
    ),
    claim_at=_claim,
    default_dim=4,
    parameters=(Parameter("views", "1-2", "which of the three views are aligned", VIEWS),),
    points=(
        {"dim": 3, "views": "1-2"},
        {"dim": 3, "views": "2-3"},
        {"dim": 4, "views": "1-2"},
        {"dim": 4, "views": "1-3"},
        {"dim": 4, "views": "1-2-3"},
    ),
)
