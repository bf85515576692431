"""Pairs in which k unknown factors change identify every factor, if every set of k changes at times.

Setting: z on the unit box with independent uniform coordinates; each pair redraws k < d coordinates, any
set of k equally often, and it is not observed which. x = g(z).
Assumptions: fewer than d coordinates change; every set of k coordinates is redrawn at times; the encoder
is a diffeomorphism with d outputs; injective mixing.
Objective: E of the sum of the d − k least squared changes of outputs.
Claim: **equality** with the componentwise diffeomorphisms and permutations.
Proof idea: the loss is zero where at most k outputs change in a pair. The Jacobian has rank k along k
coordinates, so that the same k outputs change whenever these are redrawn; up to the order of the outputs
they are the outputs of the redrawn coordinates. What changes with z_i alone is then one output.
Source: locatello_2020; read in its abstract: it suffices to know how many factors have changed, and not
which.
Scope: a special case: the coordinates are independent and uniform, and alignment over diffeomorphisms
stands in place of a generative model that matches the law of pairs.
Example:
    >>> from sith import derive, theorem
    >>> entry = theorem("locatello_2020_weak_supervision")
    >>> derive(entry, degree=2).group
    'componentwise diffeomorphisms (3)'
    >>> derive(entry, degree=2, changed=2).agrees
    True
"""

from __future__ import annotations

from itertools import combinations
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
from sith.theory.groups import ComponentwiseDiffeomorphisms
from sith.theory.objectives import SparseChange
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING


def subsets(dim: int, count: int) -> SubsetsRedrawn:
    """Return every set of `count` of `dim` coordinates."""
    return SubsetsRedrawn(tuple(combinations(range(dim), count)))


def _all_redrawn(claim: Any) -> Claim:
    world = claim.world.replace(pairs=subsets(claim.dim, claim.dim))
    return claim.replace(world=world, objective=SparseChange(claim.dim))


def _first_kept(claim: Any) -> Claim:
    table = [s for s in claim.world.pairs.subsets if 0 not in s]
    return claim.replace(world=claim.world.replace(pairs=SubsetsRedrawn(tuple(table))))


ASSUMPTIONS = (
    Assumption(
        "some_kept",
        "fewer than d coordinates change in a pair",
        Role.NECESSARY,
        "all coordinates are redrawn",
        _all_redrawn,
    ),
    Assumption(
        "every_subset",
        "every set of k coordinates is redrawn at times",
        Role.NECESSARY,
        "the first coordinate is never redrawn",
        _first_kept,
    ),
    INJECTIVE_MIXING,
)


def _claim(dim: int, changed: Any) -> Claim:
    count = integer(changed, "changed", least=1)
    if count >= dim:
        raise InputError(f"changed = {count} in d = {dim}", allowed=f"1 to {dim - 1}")
    return Claim(
        name="locatello_2020_weak_supervision",
        world=World(Box(dim), Uniform(), subsets(dim, count)),
        objective=SparseChange(count),
        encoder=Encoder(RealSpace(dim)),
        group=ComponentwiseDiffeomorphisms(dim),
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="locatello_2020_weak_supervision",
    title="Pairs in which a few unknown factors change identify every factor",
    statement=r"If each pair redraws $k<d$ coordinates, every set of $k$ at times, and it is not observed "
    r"which, every diffeomorphism $h$ under which at most $k$ outputs of a pair change is "
    r"$h(z)_{\pi(i)}=\varphi_i(z_i)$.",
    source=Source(
        key="locatello_2020",
        authors="Locatello, Poole, Rätsch, Schölkopf, Bachem, Tschannen",
        year=2020,
        title="Weakly-Supervised Disentanglement Without Compromises",
        statement="knowing how many factors of a pair have changed, and not which, suffices to learn "
        "disentangled representations",
        evidence=Evidence.SECONDARY,
        version="ICML 2020, abstract; here alignment stands for matching the law of pairs",
        url="https://arxiv.org/abs/2002.02886",
    ),
    special="alignment for matching",
    claim_at=_claim,
    default_dim=3,
    parameters=(
        Parameter(
            "changed", sp.Integer(1), "number of coordinates that a pair redraws, 1 to d − 1"
        ),
    ),
    points=(
        {"dim": 3, "changed": 1},
        {"dim": 2, "changed": 1},
        {"dim": 3, "changed": 2},
    ),
)
