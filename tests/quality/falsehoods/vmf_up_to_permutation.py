"""InfoNCE on the sphere with von Mises–Fisher pairs identifies the coordinates up to permutation.

False: every rotation keeps the inner products. The true neighbour states O(d).
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
    SignedPermutations,
    Sphere,
    Theorem,
    Uniform,
    VonMisesFisher,
    World,
)


def _claim(dim: int, kappa: Any, group: Any = SignedPermutations) -> Claim:
    return Claim(
        name="vmf",
        world=World(Sphere(dim), Uniform(), VonMisesFisher(kappa)),
        objective=InfoNCE(InnerProduct(), 1 / kappa),
        encoder=Encoder(Sphere(dim)),
        group=group(dim),
    )


KAPPA = Parameter(
    "kappa",
    sp.Integer(10),
    "concentration κ",
    ranges=(Range(sp.Rational(1, 4), sp.Integer(50)),),
)
FALSE = Theorem(
    slug="vmf_up_to_permutation",
    title="InfoNCE with von Mises–Fisher pairs identifies up to signed permutations",
    statement="every minimiser is a signed permutation, for every κ = 1/τ",
    source=UNPUBLISHED,
    claim_at=_claim,
    parameters=(KAPPA,),
    dims=(2, 3, 4),
)
TRUE = Theorem(
    slug="vmf_up_to_rotation",
    title="InfoNCE with von Mises–Fisher pairs identifies up to orthogonal maps",
    statement="every minimiser is orthogonal, for every κ = 1/τ",
    source=UNPUBLISHED,
    claim_at=lambda dim, kappa: _claim(dim, kappa, Orthogonal),
    parameters=(KAPPA,),
    dims=(2, 3, 4),
)
