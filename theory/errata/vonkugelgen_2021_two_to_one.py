"""Alignment with maximum entropy: the content need not be recovered one to one.

The optimum is aligned and uniform, so h is a function ψ of the content that takes its law to the
uniform one. The proof concludes that ψ is a bijection, which holds for proper maps. With
r = √(−2 log(1 − c₁)) and Φ the normal distribution function, ψ(c) = Φ(r cos 4πc₂, r sin 4πc₂) is
smooth on the open square and exactly uniform: each point has the two preimages with second
coordinates c₂ and c₂ + 1/2, at which det J_ψ = 2.
"""

from __future__ import annotations

from sith.theory.assumptions import (
    Box,
    Encoder,
    Family,
    Property,
    StyleRedrawn,
    Uniform,
    World,
    properties,
)
from sith.theory.claim import Claim
from sith.theory.erratum_entry import Erratum
from sith.theory.fold import double_cover
from sith.theory.groups import BlockwiseDiffeomorphisms
from sith.theory.objectives import AlignmentMaxEntropy
from sith.theory.source import Evidence, Source
from sith.theory.verdict import Membership, Relation

_CONTENT = (0, 1)


def _claim(*, injective: bool) -> Claim:
    return Claim(
        name="vonkugelgen_2021_two_to_one",
        world=World(Box(3), Uniform(), StyleRedrawn(_CONTENT)),
        objective=AlignmentMaxEntropy(),
        encoder=Encoder(Box(2), invertible=injective),
        group=BlockwiseDiffeomorphisms((_CONTENT,)),
        relation=Relation.CONTAINED,
    )


def _met(claim: Claim) -> Membership:
    """The theorem asks for a smooth positive density, an injective mixing and any smooth encoder."""
    world, encoder = claim.world, claim.encoder
    pairs = world.pairs
    holds = (
        world.prior == Uniform()
        and Property.INJECTIVE in properties(world)
        and pairs == StyleRedrawn(_CONTENT)
        and encoder == Encoder(Box(len(_CONTENT)), Family.UNIVERSAL)
    )
    return Membership(
        holds,
        "the density is smooth and positive, every style coordinate is redrawn on an open set, the "
        "mixing is injective, and the encoder is any smooth map into (0, 1)^2, one for each content "
        "coordinate",
    )


ERRATUM = Erratum(
    slug="vonkugelgen_2021_two_to_one",
    title="Alignment with maximum entropy does not make the content invertible",
    published=_claim(injective=False),
    assumptions_met=_met,
    says="Every smooth f: X → (0, 1)^{n_c} that minimises E‖f(x) − f(x̃)‖² − H(f(x)) block-identifies "
    "the content: f∘g(c, s) = ψ(c) with ψ invertible.",
    shown="Every minimiser is a function ψ of the content alone whose values are uniform. It is a "
    "bijection where it is assumed to be injective, or proper, and for one content coordinate where "
    "it is continuously differentiable; for two or more a smooth one may be two to one.",
    counterexample=double_cover(),
    corrected=_claim(injective=True),
    theorem="vonkugelgen_2021_content_style",
    parameters={"dim": 3, "content": 2},
    not_proved=(
        "how large the set of minimisers that are not injective is",
        "whether training finds such a minimiser",
        "that proper maps are injective, which rests on Hadamard's theorem on coverings",
    ),
    source=Source(
        key="vonkugelgen_2021",
        authors="von Kügelgen, Sharma, Gresele, Brendel, Schölkopf, Besserve, Locatello",
        year=2021,
        title="Self-Supervised Learning with Data Augmentations Provably Isolates Content from Style",
        statement="Thm 4.4",
        evidence=Evidence.READ,
        version="arXiv 2106.04619",
    ),
)
