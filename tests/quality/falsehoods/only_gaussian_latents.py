"""Among stationary additive-noise worlds only Gaussian latents are recovered linearly.

False for alignment under whitening: noise that is a mixture has a drift with which z is the top
eigenfunction. The true neighbour speaks of reversible diffusions.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith import (
    UNPUBLISHED,
    Claim,
    Encoder,
    Linear,
    LinearlyCorrelated,
    LinearOptimum,
    Marginal,
    Parameter,
    Product,
    Quantifier,
    Range,
    RealSpace,
    Relation,
    ReversibleDiffusion,
    Stationary,
    Theorem,
    World,
)


def _claim(world: World) -> Claim:
    return Claim(
        name="linear optimum",
        world=world,
        objective=LinearOptimum(),
        encoder=Encoder(RealSpace(world.dim)),
        group=Linear(world.dim),
        relation=Relation.CONTAINED,
    )


def _additive(dim: int, separation: Any, width: Any, correlation: Any) -> Claim:
    pairs = LinearlyCorrelated(separation, width, correlation)
    return _claim(World(RealSpace(dim), Stationary(), pairs))


def _diffusion(dim: int, law: Any) -> Claim:
    prior = Product((Marginal(law),) * dim)
    return _claim(World(RealSpace(dim), prior, ReversibleDiffusion()))


QUARTER, ONE = sp.Rational(1, 4), sp.Integer(1)
FALSE = Theorem(
    slug="only_gaussian_latents",
    title="Only Gaussian latents are recovered linearly in stationary additive-noise worlds",
    statement="no world with noise that is not Gaussian has a linear optimum",
    source=UNPUBLISHED,
    claim_at=_additive,
    default_dim=2,
    parameters=(
        Parameter(
            "separation", ONE / 2, "half of the modes' distance", ranges=(Range(QUARTER, ONE),)
        ),
        Parameter("width", ONE / 2, "deviation of a mode", ranges=(Range(QUARTER, ONE),)),
        Parameter(
            "correlation", ONE / 2, "correlation μ of a pair", ranges=(Range(QUARTER, 3 * QUARTER),)
        ),
    ),
    dims=(2, 3),
    quantifier=Quantifier.NONE,
)
TRUE = Theorem(
    slug="only_gaussian_diffusions",
    title="Only Gaussian latents are recovered linearly among reversible diffusions",
    statement="no reversible diffusion with a law that is not Gaussian has a linear optimum",
    source=UNPUBLISHED,
    claim_at=_diffusion,
    default_dim=2,
    parameters=(Parameter("law", "quartic", "law of a coordinate", ("quartic", "uniform")),),
    dims=(2, 3),
    quantifier=Quantifier.NONE,
)
