"""Compositional decoders with irreducible slots identify the slots.

Setting: x = g(z), the latents are grouped into slots (objects) and each observation coordinate
(pixel) depends on at most one slot; one view; nothing is required of the law of z.
Assumptions: g and the learned decoder are compositional; the mechanism of each slot is irreducible:
its pixels do not split into two sets whose Jacobian ranks add up to that of all; invertibility.
Objective: reconstruction.
Claim: the maps at the optimum are in **equality** with the blockwise diffeomorphisms of the slots,
slots of equal size in any order. For a reducible slot the group **contains** them and is larger.
Proof idea: h = id + εξ must keep ∂_j of each pixel's change zero outside the pixel's slot, and the
pixels of a slot determine it, so ξ of a slot depends on that slot; parts of a reducible slot can
be exchanged with parts of another one.
Source: brady_2023.
Scope: the given g, polynomial: a slot of s latents has s + 1 pixels, the latents and the sum of
z_i + z_i³ over the slot, or only the latents if reducible. Identity component, slot orders and
exchanges of two coordinates are derived; other maps far from the identity are not.
Example:
    >>> from sith import derive, theorem
    >>> entry = theorem("brady_2023_compositional")
    >>> derive(entry, degree=2).group
    'blockwise diffeomorphisms over ((0, 1), (2,))'
    >>> derive(entry, degree=2, mechanism="reducible").outcome.value
    'identified locally'
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    Compositional,
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
    BlockwiseDiffeomorphisms,
    ComponentwiseDiffeomorphisms,
)
from sith.theory.notation import latents
from sith.theory.objectives import Reconstruction
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import consecutive_blocks, only_where_identified
from sith.theory.verdict import Relation


def _mixing(slots: tuple[tuple[int, ...], ...], *, reducible: bool) -> StructuredMixing:
    z = latents(sum(len(slot) for slot in slots))
    pixels: list[sp.Expr] = []
    for slot in slots:
        pixels += [z[i] for i in slot]
        if not reducible:
            pixels.append(sp.Add(*(z[i] + z[i] ** 3 for i in slot)))
    return StructuredMixing(tuple(pixels), z, Compositional(slots))


def _any_mixing(claim: Any) -> Claim:
    only_where_identified(claim)
    return claim.replace(world=claim.world.replace(mixing=Mixing.INJECTIVE))


def _reducible(claim: Any) -> Claim:
    only_where_identified(claim)
    slots = claim.world.mixing.structure.blocks
    if all(len(slot) == 1 for slot in slots):
        raise InputError("slots of one latent cannot split", cure="use slot=2")
    return claim.replace(world=claim.world.replace(mixing=_mixing(slots, reducible=True)))


ASSUMPTIONS = (
    Assumption(
        "compositional",
        r"each coordinate of $g$, and of the learned decoder, depends on at most one slot",
        Role.NECESSARY,
        "any injective mixing",
        _any_mixing,
    ),
    Assumption(
        "irreducible",
        "the pixels of a slot do not split into two sets whose Jacobian ranks add up",
        Role.NECESSARY,
        "each latent of a slot has its own pixel and there is no other",
        _reducible,
    ),
)


def _claim(dim: int, slot: Any, mechanism: Any) -> Claim:
    size = integer(slot, "slot", least=1)
    if size >= dim:
        raise InputError(f"slot = {size} in d = {dim}", allowed=f"1 to {dim - 1}")
    reducible = mechanism == "reducible"
    if reducible and size == 1:
        raise InputError("slots of one latent cannot split", allowed="slot ≥ 2")
    slots = consecutive_blocks(dim, size)
    group: AbstractGroup = BlockwiseDiffeomorphisms(slots)
    if size == 1:
        group = ComponentwiseDiffeomorphisms(dim)
    return Claim(
        name="brady_2023_compositional",
        world=World(RealSpace(dim), Gaussian(), mixing=_mixing(slots, reducible=reducible)),
        objective=Reconstruction(),
        encoder=Encoder(RealSpace(dim)),
        group=group,
        relation=Relation.CONTAINS if reducible else Relation.EQUALITY,
        assumptions=ASSUMPTIONS[:1] if reducible else ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="brady_2023_compositional",
    title="Compositional decoders with irreducible slots identify the slots",
    statement=r"If each coordinate of $g$ depends on at most one slot and the slots are irreducible, "
    r"every compositional decoder that reconstructs gives each slot up to a diffeomorphism; parts of "
    r"a reducible slot can be exchanged with those of another one.",
    source=Source(
        key="brady_2023",
        authors="Brady, Zimmermann, Sharma, Schölkopf, von Kügelgen, Brendel",
        year=2023,
        title="Provably Learning Object-Centric Representations",
        statement="compositional and irreducible generators: invertible compositional inference identifies the objects",
        evidence=Evidence.SECONDARY,
        version="ICML 2023, abstract",
        url="https://arxiv.org/abs/2305.14229",
    ),
    claim_at=_claim,
    default_dim=3,
    parameters=(
        Parameter("slot", sp.Integer(2), "size of the slots, 1 to d − 1; the last may be smaller"),
        Parameter("mechanism", "irreducible", "of each slot", ("irreducible", "reducible")),
    ),
    points=(
        {"dim": 2, "slot": 1, "mechanism": "irreducible"},
        {"dim": 3, "slot": 2, "mechanism": "irreducible"},
        {"dim": 4, "slot": 2, "mechanism": "irreducible"},
        {"dim": 3, "slot": 2, "mechanism": "reducible"},
        {"dim": 4, "slot": 2, "mechanism": "reducible"},
    ),
)
