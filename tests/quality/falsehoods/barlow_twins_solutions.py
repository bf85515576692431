"""All zero-loss solutions of Barlow Twins are equivalent up to rotation.

False for fewer outputs than latents: any k whitened coordinates have zero loss. The true neighbour
has as many outputs as latents.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith import (
    UNPUBLISHED,
    Claim,
    CrossCovarianceIdentity,
    Encoder,
    Family,
    Gaussian,
    Mixing,
    Orthogonal,
    PairLogDensity,
    Parameter,
    Range,
    RealSpace,
    Relation,
    Theorem,
    World,
    pair,
)


def _claim(dim: int, root: Any, outputs: Any = 0) -> Claim:
    z, zt = pair(dim)
    width = int(outputs) or dim
    # Correlations that are different squares.
    rates = [(root / (i + 1)) ** 2 for i in range(dim)]
    log_density = sp.Add(
        *(-((b - r * a) ** 2) / (2 * (1 - r**2)) for a, b, r in zip(z, zt, rates, strict=True))
    )
    return Claim(
        name="Barlow Twins",
        world=World(RealSpace(dim), Gaussian(), PairLogDensity(log_density, z, zt), Mixing.LINEAR),
        objective=CrossCovarianceIdentity(),
        encoder=Encoder(RealSpace(width), Family.LINEAR),
        group=Orthogonal(width),
        relation=Relation.CONTAINED,
    )


ROOT = Parameter(
    "root",
    sp.Rational(1, 2),
    "square root of the largest correlation",
    ranges=(Range(sp.Rational(1, 4), sp.Rational(3, 4)),),
)
FALSE = Theorem(
    slug="barlow_twins_solutions",
    title="All zero-loss solutions of Barlow Twins are equivalent",
    statement="two maps of zero loss differ by an orthogonal map, for any number of outputs",
    source=UNPUBLISHED,
    claim_at=_claim,
    parameters=(
        ROOT,
        Parameter(
            "outputs",
            sp.Integer(2),
            "number of outputs",
            ranges=(Range(sp.Integer(1), sp.Integer(3), integers=True),),
        ),
    ),
    dims=(2, 3),
)
TRUE = Theorem(
    slug="barlow_twins_square",
    title="All zero-loss solutions of Barlow Twins with d outputs are equivalent",
    statement="two maps of zero loss differ by an orthogonal map",
    source=UNPUBLISHED,
    claim_at=_claim,
    parameters=(ROOT,),
    dims=(2, 3),
)
