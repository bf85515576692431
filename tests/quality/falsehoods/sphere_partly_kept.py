"""InfoNCE on the sphere is up to rotation though a coordinate is kept in the pair.

False: a map that draws the other coordinates together has a lower loss than every rotation. In the
true neighbour the conditional has full support.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith import (
    UNPUBLISHED,
    Claim,
    Encoder,
    InfoNCE,
    InnerProduct,
    Orthogonal,
    Parameter,
    PartlyKeptSphere,
    Range,
    Relation,
    Sphere,
    Theorem,
    Uniform,
    VonMisesFisher,
    World,
)


def _claim(dim: int, kappa: Any, pairs: Any) -> Claim:
    return Claim(
        name="vmf",
        world=World(Sphere(dim), Uniform(), pairs),
        objective=InfoNCE(InnerProduct(), 1 / kappa),
        encoder=Encoder(Sphere(dim)),
        group=Orthogonal(dim),
        relation=Relation.CONTAINED,
    )


def _kept(dim: int, kappa: Any, kept: Any) -> Claim:
    return _claim(dim, kappa, PartlyKeptSphere(kappa, (int(kept) - 1,)))


def _kappa(low: int, high: int, *, integers: bool = False) -> Parameter:
    return Parameter(
        "kappa",
        sp.Integer(3),
        "concentration κ = 1/τ",
        ranges=(Range(sp.Integer(low), sp.Integer(high), integers),),
    )


FALSE = Theorem(
    slug="sphere_partly_kept",
    title="InfoNCE with von Mises–Fisher pairs that keep a coordinate is up to rotation",
    statement="every minimiser is orthogonal, for every κ = 1/τ, whichever coordinate is kept",
    source=UNPUBLISHED,
    claim_at=_kept,
    parameters=(
        _kappa(1, 6),
        Parameter(
            "kept",
            sp.Integer(2),
            "the kept coordinate",
            ranges=(Range(sp.Integer(1), sp.Integer(3), integers=True),),
        ),
    ),
    dims=(3,),
)
TRUE = Theorem(
    slug="sphere_full_support",
    title="InfoNCE with von Mises–Fisher pairs of full support is up to rotation",
    statement="every minimiser is orthogonal, for every κ = 1/τ",
    source=UNPUBLISHED,
    claim_at=lambda dim, kappa: _claim(dim, kappa, VonMisesFisher(kappa)),
    parameters=(_kappa(2, 3, integers=True),),
    dims=(3,),
)
