"""SIGReg over a fixed finite set of directions vanishes only at N(0, I).

False: other laws have the same projections on finitely many directions. The true neighbour takes
all directions (Cramér–Wold).
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith import (
    UNPUBLISHED,
    Claim,
    Encoder,
    Gaussian,
    MeasurePreserving,
    Parameter,
    Range,
    RealSpace,
    Relation,
    SlicedNormality,
    Theorem,
    World,
    latents,
)


def _claim(dim: int, directions: Any = 0) -> Claim:
    # On the moment curve any d directions are independent.
    vectors = tuple(tuple(sp.Integer(k) ** i for i in range(dim)) for k in range(int(directions)))
    density = Gaussian().log_density(latents(dim))
    return Claim(
        name="SIGReg",
        world=World(RealSpace(dim), Gaussian()),
        objective=SlicedNormality(vectors),
        encoder=Encoder(RealSpace(dim)),
        group=MeasurePreserving(dim, density),
        relation=Relation.CONTAINED,
    )


FALSE = Theorem(
    slug="sigreg_fixed_directions",
    title="SIGReg over a fixed finite set of directions vanishes only at N(0, I)",
    statement="every zero of the loss keeps N(0, I), whatever the directions",
    source=UNPUBLISHED,
    claim_at=_claim,
    parameters=(
        Parameter(
            "directions",
            sp.Integer(6),
            "number of directions",
            ranges=(Range(sp.Integer(1), sp.Integer(6), integers=True),),
        ),
    ),
    dims=(2, 3),
)
TRUE = Theorem(
    slug="sigreg_all_directions",
    title="SIGReg over all directions vanishes only at N(0, I)",
    statement="every zero of the loss keeps N(0, I)",
    source=UNPUBLISHED,
    claim_at=_claim,
    dims=(2, 3),
)
