"""Aligning the content's outputs of an invertible encoder isolates the content.

Setting: z = (c, s) with a smooth positive density; the second view keeps c and redraws s; x = g(z).
Assumptions: every style coordinate is redrawn on an open set; g is a diffeomorphism onto its image;
the encoder is invertible, with d outputs, and the number of content coordinates is known.
Objective: E‖h(z)_c − h(z̃)_c‖² for the first n_c outputs, over invertible encoders.
Claim: **equality** with the diffeomorphisms that keep the content: h(z) = (ψ(c), φ(c, s)).
Proof idea: the loss is zero at the true inverse, so h(z)_c = h(z̃)_c almost surely; style redrawn on
an open set makes h_c independent of s; invertibility of h makes ψ invertible.
Source: vonkugelgen_2021, Thm 4.3.
Scope: the style outputs are any functions that make h invertible, so style is not identified. For
one content coordinate all maps are shown. For more the result is local: an injective h that does not
fill the output space may have a ψ that winds around, such as c ↦ e^{c_1}(cos 4πc_2, sin 4πc_2) with
the style output s + 10 c_2; the paper's encoders are onto the latent space. A
generative model with the same pair law satisfies the same condition (Thm 4.2) and more.
Example:
    >>> from sith import derive, theorem
    >>> derive(theorem("vonkugelgen_2021_invertible"), degree=2).group
    'diffeomorphisms of R^3 that keep a content of 2'
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    Box,
    Encoder,
    RealSpace,
    Role,
    StyleRedrawn,
    Uniform,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.errors import InputError
from sith.theory.exactness import integer
from sith.theory.groups import ContentKeeping
from sith.theory.objectives import PartialAlignment
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING


def _frozen_style(claim: Any) -> Claim:
    content = claim.world.pairs.content
    frozen = next(i for i in range(claim.dim) if i not in content)
    return claim.replace(world=claim.world.replace(pairs=StyleRedrawn((*content, frozen))))


def _fewer(claim: Any) -> Claim:
    pairs = StyleRedrawn(claim.world.pairs.content[1:] or (claim.dim - 1,))
    return claim.replace(world=claim.world.replace(pairs=pairs))


ASSUMPTIONS = (
    Assumption(
        "style_redrawn",
        r"every style coordinate is redrawn with positive density on an open set",
        Role.NECESSARY,
        "one style coordinate is never redrawn, and so is content",
        _frozen_style,
    ),
    Assumption(
        "content_kept",
        r"the content is the same in both views",
        Role.NECESSARY,
        "the first coordinate is redrawn too",
        _fewer,
    ),
    INJECTIVE_MIXING,
)


def _claim(dim: int, content: Any) -> Claim:
    count = integer(content, "content", least=1)
    if count >= dim:
        raise InputError(f"content = {count} in d = {dim}", allowed=f"1 to {dim - 1}")
    return Claim(
        name="vonkugelgen_2021_invertible",
        world=World(Box(dim), Uniform(), StyleRedrawn(tuple(range(count)))),
        objective=PartialAlignment(),
        encoder=Encoder(RealSpace(dim)),
        group=ContentKeeping(dim, count),
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="vonkugelgen_2021_invertible",
    title="Alignment of an invertible encoder's content outputs isolates content",
    statement=r"If the second view keeps $c$ and redraws every style coordinate, every invertible $h$ "
    r"whose first $n_c$ outputs minimise $\mathbb{E}\lVert h(z)_c-h(\tilde z)_c\rVert^2$ has "
    r"$h(z)_c=\psi(c)$ with $\psi$ a diffeomorphism.",
    source=Source(
        key="vonkugelgen_2021",
        authors="von Kügelgen, Sharma, Gresele, Brendel, Schölkopf, Besserve, Locatello",
        year=2021,
        title="Self-Supervised Learning with Data Augmentations Provably Isolates Content from Style",
        statement="Thm 4.3",
        evidence=Evidence.READ,
        version="arXiv 2106.04619",
    ),
    special="style independent of content, all of it redrawn",
    claim_at=_claim,
    default_dim=3,
    parameters=(Parameter("content", sp.Integer(2), "number of content coordinates, 1 to d − 1"),),
    points=({"dim": 2, "content": 1}, {"dim": 3, "content": 1}, {"dim": 3, "content": 2}),
)
