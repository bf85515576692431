"""With finitely many negatives InfoNCE never identifies the latents up to rotation.

False: one negative is enough. In the true neighbour the temperature does not match the
concentration, and there no number of negatives helps.
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
    Quantifier,
    Range,
    Sphere,
    Theorem,
    Uniform,
    VonMisesFisher,
    World,
)


def _claim(dim: int, negatives: Any, kappa: Any, factor: Any) -> Claim:
    return Claim(
        name="infonce",
        world=World(Sphere(dim), Uniform(), VonMisesFisher(kappa)),
        objective=InfoNCE(InnerProduct(), 1 / (factor * kappa), int(negatives)),
        encoder=Encoder(Sphere(dim)),
        group=Orthogonal(dim),
    )


NEGATIVES = Parameter(
    "negatives",
    sp.Integer(3),
    "number of negatives M",
    ranges=(Range(sp.Integer(1), sp.Integer(16), integers=True),),
)
KAPPA = Parameter(
    "kappa", sp.Integer(5), "concentration κ", ranges=(Range(sp.Integer(1), sp.Integer(9)),)
)
FALSE = Theorem(
    slug="infonce_few_negatives",
    title="InfoNCE with at most 16 negatives never identifies up to rotation",
    statement="with M negatives, M ≤ 16, and κ = 1/τ, the optimum is not that of O(d)",
    source=UNPUBLISHED,
    claim_at=lambda dim, negatives, kappa: _claim(dim, negatives, kappa, sp.Integer(1)),
    parameters=(NEGATIVES, KAPPA),
    dims=(2, 3),
    quantifier=Quantifier.NONE,
)
TRUE = Theorem(
    slug="infonce_few_negatives_cold",
    title="InfoNCE with at most 16 negatives at another temperature never identifies up to rotation",
    statement="with M negatives, M ≤ 16, and 1/τ a multiple of κ, the optimum is not that of O(d)",
    source=UNPUBLISHED,
    claim_at=_claim,
    parameters=(
        NEGATIVES,
        KAPPA,
        Parameter(
            "factor", sp.Integer(2), "1/(τκ)", ranges=(Range(sp.Rational(3, 2), sp.Integer(4)),)
        ),
    ),
    dims=(2,),
    quantifier=Quantifier.NONE,
)
