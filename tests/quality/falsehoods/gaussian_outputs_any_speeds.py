"""Alignment with exactly Gaussian outputs recovers Ornstein–Uhlenbeck latents of any speeds.

False: a space-filling map of a slow latent is Gaussian in both outputs and more predictable than a
fast latent. The encoder may be any measurable map. In the true neighbour all speeds are equal: the
linear maps reach the bound of whitening, and are Gaussian.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith import (
    UNPUBLISHED,
    Claim,
    Encoder,
    Gaussian,
    GaussianAlignment,
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
        name="gaussian outputs",
        world=World(RealSpace(dim), Gaussian(), OrnsteinUhlenbeck((slow,) * (dim - 1) + (fast,))),
        objective=GaussianAlignment(),
        encoder=Encoder(RealSpace(dim)),
        group=Orthogonal(dim),
        relation=Relation.CONTAINED,
    )


def _rate(name: str, default: sp.Rational, low: sp.Rational, high: sp.Rational) -> Parameter:
    return Parameter(name, default, f"correlation ρ of {name} latents", ranges=(Range(low, high),))


HALF = sp.Rational(1, 2)
SLOW = _rate("slow", sp.Rational(3, 5), HALF, sp.Rational(99, 100))
FALSE = Theorem(
    slug="gaussian_outputs_any_speeds",
    title="Alignment with exactly Gaussian outputs recovers latents of any speeds",
    statement="every minimiser is orthogonal, whatever the correlations of the coordinates",
    source=UNPUBLISHED,
    claim_at=_claim,
    parameters=(SLOW, _rate("fast", sp.Rational(2, 5), sp.Rational(1, 100), HALF)),
    dims=(2, 3),
)
TRUE = Theorem(
    slug="gaussian_outputs_equal_speeds",
    title="Alignment with exactly Gaussian outputs recovers latents of one speed",
    statement="every minimiser is orthogonal, for every common correlation of the coordinates",
    source=UNPUBLISHED,
    claim_at=lambda dim, slow: _claim(dim, slow, slow),
    parameters=(SLOW,),
    dims=(2, 3),
)
