"""Alignment with whitening recovers Ornstein–Uhlenbeck latents of any speeds.

False: a square of a slow latent is more predictable than a fast latent, and takes its place. In the
true neighbour all speeds are equal.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith import (
    UNPUBLISHED,
    AlignmentWhitening,
    Claim,
    Encoder,
    Gaussian,
    OrnsteinUhlenbeck,
    Orthogonal,
    Parameter,
    Range,
    RealSpace,
    Relation,
    Theorem,
    World,
)


def _claim(dim: int, slow: Any, fast: Any) -> Claim:
    return Claim(
        name="whitening",
        world=World(RealSpace(dim), Gaussian(), OrnsteinUhlenbeck((slow,) * (dim - 1) + (fast,))),
        objective=AlignmentWhitening(),
        encoder=Encoder(RealSpace(dim)),
        group=Orthogonal(dim),
        relation=Relation.CONTAINED,
    )


RATES = (Range(sp.Rational(1, 10), sp.Rational(9, 10)),)
SLOW = Parameter("slow", sp.Rational(7, 10), "correlation ρ of slow latents", ranges=RATES)
FAST = Parameter("fast", sp.Rational(3, 5), "correlation ρ of the last latent", ranges=RATES)
FALSE = Theorem(
    slug="whitening_any_speeds",
    title="Alignment with whitening recovers Ornstein–Uhlenbeck latents of any speeds",
    statement="every minimiser is orthogonal, whatever the correlations of the coordinates",
    source=UNPUBLISHED,
    claim_at=_claim,
    parameters=(SLOW, FAST),
    dims=(2, 3),
)
TRUE = Theorem(
    slug="whitening_equal_speeds",
    title="Alignment with whitening recovers Ornstein–Uhlenbeck latents of one speed",
    statement="every minimiser is orthogonal, for every common correlation of the coordinates",
    source=UNPUBLISHED,
    claim_at=lambda dim, slow: _claim(dim, slow, slow),
    parameters=(SLOW,),
    dims=(2, 3),
)
