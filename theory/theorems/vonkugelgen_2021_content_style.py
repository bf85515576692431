"""Alignment with maximum entropy isolates the content that both views share.

Setting: z = (c, s) with a smooth positive density; the second view keeps c and redraws s; x = g(z).
Assumptions: every style coordinate is redrawn on an open set; injective smooth mixing; as many
outputs as content coordinates; universal encoder into the unit box, injective on the content.
Objective: E‖h(z) − h(z̃)‖² − H(h(z)).
Claim: the maps at the optimum are **contained in** the diffeomorphisms of the content block:
h(z) = ψ(c), style discarded.
Proof idea: alignment can be exact and uniform at once, so both hold at the optimum; h(c, s) =
h(c, s̃) for s̃ in an open set makes h a function ψ of c. ψ is a bijection where it is injective:
uniformity alone does not make it so, as the tent map 1 − |2c − 1| shows for one content coordinate.
Source: vonkugelgen_2021, Thm 4.4.
Scope: in coordinates where the content is uniform the engine finds the volume-preserving fields
of the content, a part of the stated group; the boundary of the box is not imposed on fields. That
h is independent of s away from the identity rests on the lemma L-open-support. Content is not
claimed to be disentangled.
Example:
    >>> from sith import derive, theorem
    >>> verdict = derive(theorem("vonkugelgen_2021_content_style"), degree=2)
    >>> dict(verdict.dimension_by_degree), verdict.agrees
    ({1: 5, 2: 9}, True)
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    Box,
    Encoder,
    Mixing,
    Role,
    StyleRedrawn,
    Uniform,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.errors import InputError
from sith.theory.exactness import integer
from sith.theory.groups import BlockwiseDiffeomorphisms
from sith.theory.notation import latents
from sith.theory.objectives import AlignmentMaxEntropy
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_ON_CONTENT, one_output_more
from sith.theory.verdict import Relation


def _frozen_style(claim: Any) -> Claim:
    content = claim.world.pairs.content
    frozen = next(i for i in range(claim.dim) if i not in content)
    stated = tuple(latents(claim.dim)[i] for i in content)
    return claim.replace(
        world=claim.world.replace(pairs=StyleRedrawn((*content, frozen))), base=stated
    )


ASSUMPTIONS = (
    Assumption(
        "style_redrawn",
        r"every style coordinate is redrawn with positive density on an open set",
        Role.NECESSARY,
        "one style coordinate is never redrawn, and so is content",
        _frozen_style,
    ),
    Assumption(
        "known_content_dimension",
        r"the encoder has $n_c$ outputs",
        Role.NECESSARY,
        "one output more than content coordinates",
        one_output_more,
    ),
    Assumption(
        "injective_mixing",
        r"$g$ is a diffeomorphism onto its image",
        Role.NECESSARY,
        "any continuous mixing",
        lambda claim: claim.replace(world=claim.world.replace(mixing=Mixing.ARBITRARY)),
    ),
    INJECTIVE_ON_CONTENT,
)


def _claim(dim: int, content: Any) -> Claim:
    count = integer(content, "content", least=1)
    if count >= dim:
        raise InputError(f"content = {count} in d = {dim}", allowed=f"1 to {dim - 1}")
    return Claim(
        name="vonkugelgen_2021_content_style",
        world=World(Box(dim), Uniform(), StyleRedrawn(tuple(range(count)))),
        objective=AlignmentMaxEntropy(),
        encoder=Encoder(Box(count), invertible=True),
        group=BlockwiseDiffeomorphisms((tuple(range(count)),)),
        relation=Relation.CONTAINED,
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="vonkugelgen_2021_content_style",
    title="Alignment with maximum entropy isolates content up to a diffeomorphism",
    statement=r"If the second view keeps the content $c$ and redraws every style coordinate, every "
    r"minimiser of $\mathbb{E}\lVert h(z)-h(\tilde z)\rVert^2-H(h(z))$ with values in $(0,1)^{n_c}$ "
    r"that is injective on the content is $h(z)=\psi(c)$ with $\psi$ a diffeomorphism.",
    source=Source(
        key="vonkugelgen_2021",
        authors="von Kügelgen, Sharma, Gresele, Brendel, Schölkopf, Besserve, Locatello",
        year=2021,
        title="Self-Supervised Learning with Data Augmentations Provably Isolates Content from Style",
        statement="Thm 4.4",
        evidence=Evidence.READ,
        version="arXiv 2106.04619",
    ),
    special="style independent of content, all of it redrawn",
    claim_at=_claim,
    default_dim=3,
    parameters=(Parameter("content", sp.Integer(2), "number of content coordinates, 1 to d − 1"),),
    points=({"dim": 2, "content": 1}, {"dim": 3, "content": 2}, {"dim": 4, "content": 2}),
)
