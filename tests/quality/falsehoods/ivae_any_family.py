"""iVAE identifies up to permutation for any exponential family.

False: where the environment moves the means alone, T(z) = z, every affine map is free. The true
neighbour modulates second moments.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith import (
    UNPUBLISHED,
    Claim,
    ConditionalLikelihood,
    Encoder,
    ExponentialFamily,
    Gaussian,
    GeneralisedPermutations,
    Parameter,
    Range,
    RealSpace,
    Relation,
    Shifted,
    Theorem,
    World,
    latents,
    natural_parameters,
)

POWERS = {"z²": (2,), "z and z²": (1, 2), "z": (1,)}


def _claim(dim: int, statistics: Any, more: Any) -> Claim:
    powers = POWERS[statistics]
    width = dim * len(powers)
    family = ExponentialFamily(
        tuple(tuple(x**k for k in powers) for x in latents(dim)),
        natural_parameters(width + int(more), width),
    )
    return Claim(
        name="iVAE",
        world=World(RealSpace(dim), Gaussian(), family),
        objective=ConditionalLikelihood(),
        encoder=Encoder(RealSpace(dim)),
        group=Shifted(GeneralisedPermutations(dim)),
        relation=Relation.CONTAINED,
    )


MORE = Parameter(
    "more",
    sp.Integer(1),
    "environments beyond the width of the family",
    ranges=(Range(sp.Integer(1), sp.Integer(4), integers=True),),
)
FALSE = Theorem(
    slug="ivae_any_family",
    title="Conditional likelihood identifies up to permutation for any exponential family",
    statement="every maximiser is a generalised permutation with shifts, whatever the statistics",
    source=UNPUBLISHED,
    claim_at=_claim,
    parameters=(
        Parameter("statistics", "z and z²", "what the environment modulates", tuple(POWERS)),
        MORE,
    ),
    dims=(2, 3),
)
TRUE = Theorem(
    slug="ivae_second_moments",
    title="Conditional likelihood with modulated second moments identifies up to permutation",
    statement="every maximiser is a generalised permutation with shifts",
    source=UNPUBLISHED,
    claim_at=_claim,
    parameters=(
        Parameter("statistics", "z and z²", "what is modulated", ("z²", "z and z²")),
        MORE,
    ),
    dims=(2, 3),
)
