"""InfoNCE with von Mises–Fisher pairs recovers the sphere up to rotation for every fixed temperature.

False: at a low temperature, for its concentration, a collapsed map has a lower loss than every
rotation. The true neighbour matches the temperature to the concentration.
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
    Range,
    Relation,
    Sphere,
    Theorem,
    Uniform,
    VonMisesFisher,
    World,
)

VALUES = Range(sp.Integer(1), sp.Integer(8))


def _claim(dim: int, kappa: Any, beta: Any) -> Claim:
    return Claim(
        name="vmf",
        world=World(Sphere(dim), Uniform(), VonMisesFisher(kappa)),
        objective=InfoNCE(InnerProduct(), 1 / beta),
        encoder=Encoder(Sphere(dim)),
        group=Orthogonal(dim),
        relation=Relation.CONTAINED,
    )


KAPPA = Parameter("kappa", sp.Integer(2), "concentration κ", ranges=(VALUES,))
FALSE = Theorem(
    slug="vmf_any_temperature",
    title="InfoNCE with von Mises–Fisher pairs is up to rotation for every temperature",
    statement="every minimiser is orthogonal, for every κ and every 1/τ",
    source=UNPUBLISHED,
    claim_at=_claim,
    parameters=(
        KAPPA,
        Parameter("beta", sp.Integer(2), "inverse temperature 1/τ", ranges=(VALUES,)),
    ),
    dims=(2, 3),
)
TRUE = Theorem(
    slug="vmf_matched_temperature",
    title="InfoNCE with von Mises–Fisher pairs is up to rotation at the matched temperature",
    statement="every minimiser is orthogonal, for every κ = 1/τ",
    source=UNPUBLISHED,
    claim_at=lambda dim, kappa: _claim(dim, kappa, kappa),
    parameters=(KAPPA,),
    dims=(2, 3),
)
