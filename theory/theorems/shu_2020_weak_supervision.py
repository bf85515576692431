"""Pairs in which one of two groups of factors changes, and it is known which, identify both groups.

Setting: z = (a, b) with a smooth positive density; each pair redraws a and keeps b, or keeps a and
redraws b, and it is observed which (*change*: the changed group is labelled; *share*: the shared one).
x = g(z).
Assumptions: each of the groups is redrawn alone at times, on an open set; the groups are known; the
encoder is invertible, with d outputs; injective mixing.
Objective: E‖h(z)_kept − h(z̃)_kept‖² over invertible encoders, at the outputs of the kept group.
Claim: **equality** with the blockwise diffeomorphisms: h(z) = (ψ(a), φ(b)).
Proof idea: the loss is zero at the true inverse, so an output is the same in both views whenever its
group is kept; it then depends on the group alone, and invertibility of h makes ψ and φ invertible.
Source: shu_2020; read in its abstract, which gives guarantees for match-pairing by distribution matching.
Scope: a special case: two groups of different sizes, and alignment over invertible encoders in place of a
generative model that matches the law of pairs. If only one of the groups is ever redrawn, the other's
outputs are identified and its own are not, as in von Kügelgen et al. (2021). Groups of equal size are
identified as well; there the maps that are optimal form no group that the engine has a name for, as
known groups are not exchanged.
Example:
    >>> from sith import derive, theorem
    >>> entry = theorem("shu_2020_weak_supervision")
    >>> derive(entry, degree=2).group
    'blockwise diffeomorphisms over ((0, 1), (2,))'
    >>> claim = entry.at()
    >>> one = {a.name: a for a in claim.assumptions}["both_redrawn"].weaken(claim)
    >>> derive(one, degree=2).agrees
    False
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
    SubsetsRedrawn,
    Uniform,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.errors import InputError
from sith.theory.exactness import integer
from sith.theory.groups import BlockwiseDiffeomorphisms
from sith.theory.objectives import PartialAlignment
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING


def _one_redrawn(claim: Any) -> Claim:
    first = claim.world.pairs.subsets[:1]
    return claim.replace(world=claim.world.replace(pairs=SubsetsRedrawn(first)))


def _whole(claim: Any) -> Claim:
    small, big = sorted(claim.world.pairs.subsets, key=len)
    subsets = SubsetsRedrawn(((*small, *big[:-1]), big))
    return claim.replace(world=claim.world.replace(pairs=subsets))


ASSUMPTIONS = (
    Assumption(
        "both_redrawn",
        r"each of the two groups is redrawn while the other is kept",
        Role.NECESSARY,
        "the second group is never redrawn",
        _one_redrawn,
    ),
    Assumption(
        "other_group_kept",
        r"coordinates of the group that is not redrawn are kept",
        Role.NECESSARY,
        "the smaller group is redrawn together with a part of the larger one",
        _whole,
    ),
    INJECTIVE_MIXING,
)


def _claim(dim: int, first: Any, pairing: Any) -> Claim:
    count = integer(first, "first", least=1)
    if count >= dim or 2 * count == dim:
        raise InputError(
            f"groups of {count} and {dim - count} factors", allowed="two groups of different sizes"
        )
    one, two = tuple(range(count)), tuple(range(count, dim))
    # With two groups, sharing one and changing the other are the same pairs in another order.
    subsets = (two, one) if pairing == "share" else (one, two)
    return Claim(
        name="shu_2020_weak_supervision",
        world=World(Box(dim), Uniform(), SubsetsRedrawn(subsets)),
        objective=PartialAlignment(),
        encoder=Encoder(RealSpace(dim)),
        group=BlockwiseDiffeomorphisms((one, two)),
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="shu_2020_weak_supervision",
    title="Pairs in which a known group of factors changes identify both groups",
    statement=r"If each pair redraws one of two known groups of factors and keeps the other, and both "
    r"occur, every invertible $h$ that is aligned at the outputs of the kept group is "
    r"$h(a,b)=(\psi(a),\varphi(b))$.",
    source=Source(
        key="shu_2020",
        authors="Shu, Chen, Kumar, Ermon, Poole",
        year=2020,
        title="Weakly Supervised Disentanglement with Guarantees",
        statement="guarantees of match-pairing, in which pairs share or change a known set of factors",
        evidence=Evidence.SECONDARY,
        version="ICLR 2020, abstract; here two groups and alignment in place of distribution matching",
        url="https://arxiv.org/abs/1910.09772",
    ),
    special="two groups, alignment for matching",
    claim_at=_claim,
    default_dim=3,
    parameters=(
        Parameter("first", sp.Integer(2), "number of factors of the first group, not d/2"),
        Parameter("pairing", "change", "which group a pair's label names", ("change", "share")),
    ),
    points=(
        {"dim": 3, "first": 2, "pairing": "change"},
        {"dim": 3, "first": 1, "pairing": "share"},
        {"dim": 4, "first": 3, "pairing": "change"},
    ),
)
